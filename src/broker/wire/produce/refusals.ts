/** Records that a broker does not take, whatever is done: who decides about them, and how the rest of their partition goes on. */
import { BrokerError } from '../../../errors/broker-error.js';
import type { RefusedRecord } from '../../port.js';
import type { Transport } from '../../transport.js';
import { decodeHeaders } from '../batch/record-headers.js';
import { readUnsignedVarint, varintEnd } from '../batch/varint.js';
import type { CompressionCodec } from '../compression/codec.js';
import { KafkaCode } from '../error-codes.js';
import type { UnsentRecords } from './partition-queue.js';
import type { PendingBatch } from './pending-batch.js';
import { RecordWalk } from './rewrite-batch.js';
import { recordTooLarge } from './too-large.js';

const RECORD_LIST_TOO_LARGE = 18;

/** Resolves when the record may be left out. @throws what the producer fails with */
export type OnRefused = (record: RefusedRecord, error: BrokerError) => Promise<void>;

export interface RefusalListener {
  /** Nothing is sent any more: what is refused is given up with all the rest. */
  stopped(): boolean;
  /** What is left of the queue may be sent. */
  decided(queue: UnsentRecords): void;
  fail(error: Error): void;
}

export class Refusals {
  constructor(
    private readonly transport: Transport,
    private readonly onRefused: OnRefused | undefined,
    private readonly listener: RefusalListener,
  ) {}

  /** @param batch of a single record, not written for certain */
  async decide(
    queue: UnsentRecords,
    batch: PendingBatch,
    codec: CompressionCodec | null,
    error: BrokerError,
  ): Promise<void> {
    if (queue.failing) return;
    queue.failing = true;
    try {
      const told = await this.told(queue, batch, codec, error);
      // What cannot be written in the place of another record makes no third one.
      if (this.onRefused === undefined || batch.instead) throw told;
      if (this.isGivenUp(queue)) return;
      await this.onRefused(refusedRecord(queue, batch, codec), told);
    } catch (failure) {
      if (!this.isGivenUp(queue)) this.listener.fail(failure as Error);
      return;
    }
    if (this.isGivenUp(queue)) return;
    batch.leftOut = true;
    queue.failing = false;
    queue.recovering = true;
    if (queue.inFlight === 0) this.listener.decided(queue);
  }

  private isGivenUp(queue: UnsentRecords): boolean {
    return queue.dropped || this.listener.stopped();
  }

  private async told(
    queue: UnsentRecords,
    batch: PendingBatch,
    codec: CompressionCodec | null,
    error: BrokerError,
  ): Promise<BrokerError> {
    const { kafkaCode } = error;
    if (kafkaCode === KafkaCode.MESSAGE_TOO_LARGE || kafkaCode === RECORD_LIST_TOO_LARGE) {
      return recordTooLarge(this.transport, queue, batch, codec, kafkaCode);
    }
    const { topic, partition } = queue;
    const message = `topic ${topic} does not take a record: ${error.message}; correct its key or timestamp, or the configuration of the topic`;
    return new BrokerError('fatal', message, { topic, partition, kafkaCode, code: 'PRODUCTION_FAILED', cause: error });
  }
}

/** Takes records out that were decided about; false when the log must be looked at before. Only when nothing is under way. */
export function leaveOutRefused(queue: UnsentRecords): boolean {
  for (const batch of queue.unwritten) {
    if (!batch.leftOut) continue;
    if (!queue.renumberWithout(batch)) return false;
    batch.written = true;
    batch.count = 0;
  }
  return true;
}

/** The record of a batch that has one alone. Its bytes are copied: the batch's buffer is used again. */
function refusedRecord(queue: UnsentRecords, batch: PendingBatch, codec: CompressionCodec | null): RefusedRecord {
  const bytes = Buffer.from(batch.unsealed(codec).bytes);
  const walk = new RecordWalk(bytes);
  walk.next();
  const key = partOf(bytes, walk.start);
  const value = partOf(bytes, key.end);
  const time = walk.baseTimestamp;
  return {
    topic: queue.topic,
    partition: queue.partition,
    key: key.bytes,
    value: value.bytes,
    headers: decodeHeaders(bytes, value.end, walk.end),
    timestamp: typeof time === 'bigint' ? Number(time) : time + walk.timestampDelta,
    writer: batch.runs[0]?.writer?.name ?? '',
  };
}

function partOf(bytes: Buffer, start: number): { readonly bytes: Buffer | null; readonly end: number } {
  const raw = readUnsignedVarint(bytes, start);
  const size = (raw >>> 1) ^ -(raw & 1);
  const begin = varintEnd();
  return size < 0 ? { bytes: null, end: begin } : { bytes: bytes.subarray(begin, begin + size), end: begin + size };
}
