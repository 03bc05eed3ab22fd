/**
 * The requests of a transaction: what belongs to it, its offsets, its end; in the versions of both protocols. Under protocol 1
 * the client names each partition before it writes to it, and the epoch stays. Under 2 (KIP-890) the broker finds out by
 * itself, and each transaction has an epoch of its own.
 */
import type { CommittedOffset, GroupIdentity, OffsetTransaction, TopicPartition } from '../../port.js';
import type { WireRequest } from '../../transport.js';
import { ByteReader } from '../byte-reader.js';
import { ByteWriter } from '../byte-writer.js';
import { byTopic } from '../by-topic.js';
import { brokerErrorFor } from '../error-codes.js';
import type { ProducerIdentity } from '../produce/init-producer-id.js';

const NO_LEADER_EPOCH = -1;

/** AddPartitionsToTxn v2, of protocol 1 only: later versions add nothing that we use, or are between brokers. */
export function addPartitionsRequest(who: OffsetTransaction, partitions: readonly TopicPartition[]): WireRequest {
  const body = new ByteWriter()
    .string(who.transactionalId)
    .int64(who.producerId)
    .int16(who.epoch)
    .array(byTopic(partitions), ([topic, inTopic], writer) =>
      writer.string(topic).array(inTopic, ({ partition }) => writer.int32(partition)),
    )
    .finish();
  return { apiKey: 24, apiVersion: 2, apiName: 'AddPartitionsToTxn', body };
}

/** @throws BrokerError the first code that is not 0, with its partition; one that is not for lack of an attempt, if there is one */
export function readAddPartitions(body: Buffer): void {
  const reader = new ByteReader(body, 'AddPartitionsToTxn response');
  reader.int32(); // throttle time
  const failed: (TopicPartition & { readonly errorCode: number })[] = [];
  reader.array(() => {
    const topic = reader.string();
    reader.array(() => {
      const partition = reader.int32();
      const errorCode = reader.int16();
      if (errorCode !== 0) failed.push({ topic, partition, errorCode });
    });
  });
  const first = failed.find(({ errorCode }) => errorCode !== OPERATION_NOT_ATTEMPTED) ?? failed[0];
  if (first === undefined) return;
  const { topic, partition, errorCode } = first;
  throw brokerErrorFor(errorCode, 'adding partitions to a transaction', { topic, partition });
}

const OPERATION_NOT_ATTEMPTED = 55;

/** AddOffsetsToTxn v2, of protocol 1 only. */
export function addOffsetsRequest(who: OffsetTransaction, groupId: string): WireRequest {
  const body = new ByteWriter()
    .string(who.transactionalId)
    .int64(who.producerId)
    .int16(who.epoch)
    .string(groupId)
    .finish();
  return { apiKey: 25, apiVersion: 2, apiName: 'AddOffsetsToTxn', body };
}

/** @throws BrokerError for every code but 0 */
export function readAddOffsets(body: Buffer): void {
  const reader = new ByteReader(body, 'AddOffsetsToTxn response');
  reader.int32(); // throttle time
  const errorCode = reader.int16();
  if (errorCode !== 0) throw brokerErrorFor(errorCode, 'adding offsets to a transaction');
}

/** TxnOffsetCommit v3, or v5 under protocol 2. Always with the member: unset fields would protect from nobody. */
export function transactionOffsetsRequest(
  who: OffsetTransaction,
  member: GroupIdentity,
  offsets: readonly CommittedOffset[],
): WireRequest {
  const body = new ByteWriter(256 + 64 * offsets.length)
    .compactString(who.transactionalId)
    .compactString(member.groupId)
    .int64(who.producerId)
    .int16(who.epoch)
    .int32(member.generation)
    .compactString(member.memberId)
    .compactNullableString(member.instanceId)
    .compactArray(byTopic(offsets), ([topic, inTopic], writer) =>
      writer
        .compactString(topic)
        .compactArray(inTopic, ({ partition, offset, metadata }) =>
          writer.int32(partition).int64(offset).int32(NO_LEADER_EPOCH).compactNullableString(metadata).noTags(),
        )
        .noTags(),
    )
    .noTags()
    .finish();
  return { apiKey: 28, apiVersion: who.version === 2 ? 5 : 3, apiName: 'TxnOffsetCommit', body, flexible: true };
}

/** @throws BrokerError the first code that is not 0, with its partition */
export function readTransactionOffsets(body: Buffer, groupId: string): void {
  const reader = new ByteReader(body, 'TxnOffsetCommit response');
  const what = `committing offsets of group ${groupId} in a transaction`;
  reader.int32(); // throttle time
  reader.compactArray(() => {
    const topic = reader.compactString();
    reader.compactArray(() => {
      const partition = reader.int32();
      const errorCode = reader.int16();
      reader.skipTags();
      if (errorCode !== 0) throw brokerErrorFor(errorCode, what, { topic, partition });
    });
    reader.skipTags();
  });
}

/** EndTxn v3, or v5 under protocol 2, whose answer has the identity of the next transaction. */
export function endTransactionRequest(who: OffsetTransaction, commit: boolean): WireRequest {
  const body = new ByteWriter()
    .compactString(who.transactionalId)
    .int64(who.producerId)
    .int16(who.epoch)
    .boolean(commit)
    .noTags()
    .finish();
  return { apiKey: 26, apiVersion: who.version === 2 ? 5 : 3, apiName: 'EndTxn', body, flexible: true };
}

/**
 * Who acts in the next transaction: under protocol 1 the same.
 * @throws BrokerError for every code but 0
 */
export function readEndTransaction(body: Buffer, who: OffsetTransaction, commit: boolean): ProducerIdentity {
  const reader = new ByteReader(body, 'EndTxn response');
  reader.int32(); // throttle time
  const errorCode = reader.int16();
  const what = `${commit ? 'committing' : 'aborting'} transaction ${who.transactionalId}`;
  if (errorCode !== 0) throw brokerErrorFor(errorCode, what);
  if (who.version === 1) return { producerId: who.producerId, epoch: who.epoch };
  return { producerId: reader.int64(), epoch: reader.int16() };
}

/** InitProducerId v4 for a transactional id: ends what an earlier producer left open, and gives the identity to begin with. */
export function initTransactionsRequest(
  transactionalId: string,
  timeoutMs: number,
  before: ProducerIdentity | null,
): WireRequest {
  const body = new ByteWriter()
    .compactNullableString(transactionalId)
    .int32(timeoutMs)
    .int64(before?.producerId ?? -1)
    .int16(before?.epoch ?? -1)
    .noTags()
    .finish();
  return { apiKey: 22, apiVersion: 4, apiName: 'InitProducerId', body, flexible: true };
}
