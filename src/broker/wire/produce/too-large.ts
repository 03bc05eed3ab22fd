/** Says what is wrong with a record that is larger than its topic takes, by itself: nothing can be split there. */
import { BrokerError } from '../../../errors/broker-error.js';
import { MillraceError } from '../../../errors/error.js';
import type { Transport } from '../../transport.js';
import { readTopicConfig, topicConfigRequest } from '../admin/topics-codec.js';
import { readUnsignedVarint, varintEnd } from '../batch/varint.js';
import type { CompressionCodec } from '../compression/codec.js';
import type { UnsentRecords } from './partition-queue.js';
import type { PendingBatch } from './pending-batch.js';
import { RecordWalk } from './rewrite-batch.js';

const LIMIT_OPTION = 'max.message.bytes';
/** How long the topic's limit may be asked for, ms: the error is worth more than the number. */
const ASK_MS = 3_000;

/** @param batch of a single record, which the broker refused with `kafkaCode` */
export async function recordTooLarge(
  transport: Transport,
  { topic, partition, batchLimit }: UnsentRecords,
  batch: PendingBatch,
  codec: CompressionCodec | null,
  kafkaCode: number,
): Promise<BrokerError> {
  const { length } = batch.bytes;
  const { keySize, valueSize } = sizesOf(batch, codec);
  const limit = await limitOf(transport, topic);
  const sizes = `key ${sizeText(keySize)}, value ${sizeText(valueSize)}, ${String(length)} bytes as a batch of its own`;
  const allowed = limit === null ? `${LIMIT_OPTION} of the topic, which cannot be told` : `${LIMIT_OPTION}=${limit}`;
  return new BrokerError(
    'fatal',
    `a record is larger than topic ${topic} takes: ${sizes}; allowed are ${allowed} (our own limit, producer.batchBytes, splits batches at ${String(batchLimit)} bytes and never refuses a record). ` +
      `Raise ${LIMIT_OPTION} of the topic (and replica.fetch.max.bytes of the brokers), make the record smaller, or compress it with producer.compression`,
    { topic, partition, kafkaCode, code: 'PRODUCTION_FAILED' },
  );
}

function sizesOf(batch: PendingBatch, codec: CompressionCodec | null): { keySize: number; valueSize: number } {
  const { bytes } = batch.unsealed(codec);
  const walk = new RecordWalk(bytes);
  walk.next();
  const keySize = signed(readUnsignedVarint(bytes, walk.start));
  const valueSize = signed(readUnsignedVarint(bytes, varintEnd() + Math.max(keySize, 0)));
  return { keySize, valueSize };
}

function signed(zigzag: number): number {
  return (zigzag >>> 1) ^ -(zigzag & 1);
}

function sizeText(size: number): string {
  return size < 0 ? 'null' : `${String(size)} bytes`;
}

/** Null where it cannot be told, for want of a right or of a broker. */
async function limitOf(transport: Transport, topic: string): Promise<string | null> {
  try {
    const node = await transport.anyNode();
    const body = await transport.request(node, { ...topicConfigRequest(topic), timeoutMs: ASK_MS });
    return readTopicConfig(body, topic)[LIMIT_OPTION] ?? null;
  } catch (error) {
    if (MillraceError.is(error)) return null;
    throw error;
  }
}
