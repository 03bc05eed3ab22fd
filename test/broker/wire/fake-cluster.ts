/**
 * A cluster in memory behind the Transport interface: logs, leaders and the broker's rules for idempotent producers, with
 * faults on demand. It answers in the order of requests per node, so tests are deterministic.
 */
import { BrokerError } from '../../../src/errors/broker-error.js';
import { RequestHeldBack, type Transport, type WireRequest } from '../../../src/broker/transport.js';
import type { AbortedTransaction } from '../../../src/broker/wire/batch/aborted-filter.js';
import {
  ATTRIBUTES,
  BASE_SEQUENCE,
  CRC,
  MAX_TIMESTAMP,
  PRODUCER_EPOCH,
  PRODUCER_ID,
  RECORD_COUNT,
  batchSize,
  offsetAfter,
  readInt64,
  sequenceAfter,
} from '../../../src/broker/wire/batch/batch-header.js';
import { crc32c } from '../../../src/broker/wire/batch/crc32c.js';
import { ByteReader } from '../../../src/broker/wire/byte-reader.js';
import { ByteWriter } from '../../../src/broker/wire/byte-writer.js';
import { at, cursorOver, readAll, type PlainRecord } from './batch/records.js';

interface WrittenBatch {
  readonly sequence: number;
  readonly count: number;
  readonly baseOffset: number;
}

interface ProducerState {
  epoch: number;
  batches: WrittenBatch[];
}

export class FakeLog {
  leader = 1;
  /** `max.message.bytes`. */
  mostBytes = Infinity;
  /** Records that the topic refuses for what they are, as a compacted one those without a key. */
  refuses: (record: PlainRecord) => boolean = () => false;
  logStart = 0;
  end = 0;
  /** Where open transactions begin; null: the end. */
  stable: number | null = null;
  readonly aborted: AbortedTransaction[] = [];
  readonly batches: Buffer[] = [];
  readonly producers = new Map<number, ProducerState>();
  private waiting: (() => void)[] = [];

  /** Adds a batch whose base offset is right already. */
  add(batch: Buffer): void {
    this.batches.push(batch);
    this.end = offsetAfter(batch, 0);
    const waiting = this.waiting;
    this.waiting = [];
    for (const wake of waiting) wake();
  }

  get records(): PlainRecord[] {
    return this.batches.flatMap((batch) => readAll(cursorOver(batch)));
  }

  get values(): (string | null)[] {
    return this.records.map(({ value }) => value);
  }

  /** What a broker keeps of a producer over a restart: its last batch only. */
  forgetAllButLastBatch(): void {
    for (const state of this.producers.values()) state.batches = state.batches.slice(-1);
  }

  /** Resolves with the next batch, or after the time. */
  async growth(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  produce(batch: Buffer): { errorCode: number; baseOffset: number } {
    if (crc32c(batch, ATTRIBUTES, batch.length) !== batch.readUInt32BE(CRC) || batchSize(batch, 0) !== batch.length) {
      return { errorCode: 2, baseOffset: -1 };
    }
    // Before sequences are looked at, as a broker does.
    if (batch.length > this.mostBytes) return { errorCode: 10, baseOffset: -1 };
    if (readAll(cursorOver(at(Buffer.from(batch), 0))).some(this.refuses)) return { errorCode: 87, baseOffset: -1 };
    const producerId = readInt64(batch, PRODUCER_ID);
    const epoch = batch.readInt16BE(PRODUCER_EPOCH);
    const sequence = batch.readInt32BE(BASE_SEQUENCE);
    const count = batch.readInt32BE(RECORD_COUNT);
    let state = this.producers.get(producerId);
    if (state === undefined) this.producers.set(producerId, (state = { epoch, batches: [] }));
    if (epoch < state.epoch) return { errorCode: 47, baseOffset: -1 };
    if (epoch > state.epoch) {
      if (sequence !== 0) return { errorCode: 45, baseOffset: -1 };
      state.epoch = epoch;
      state.batches = [];
    }
    const repeated = state.batches.find((one) => one.sequence === sequence && one.count === count);
    if (repeated !== undefined) return { errorCode: 0, baseOffset: repeated.baseOffset };
    const last = state.batches.at(-1);
    if (last !== undefined && sequenceAfter(last.sequence, last.count) !== sequence) {
      return { errorCode: 45, baseOffset: -1 };
    }
    const baseOffset = this.end;
    state.batches = [...state.batches.slice(-4), { sequence, count, baseOffset }];
    this.add(at(Buffer.from(batch), baseOffset));
    return { errorCode: 0, baseOffset };
  }
}

/** What happens to a request in place of what would. */
export type Fault =
  /** Never reaches the broker. */
  | 'lose-request'
  /** Is carried out; the answer is lost. */
  | 'lose-response'
  /** Every partition of a Produce or Fetch is answered with this code, and nothing is done. */
  | { readonly code: number }
  /** Waits for this before it is carried out. */
  | { readonly until: Promise<unknown> }
  /** Rejects with this. */
  | { readonly error: Error };

export interface SeenRequest extends WireRequest {
  readonly node: number;
  /** What its body lay in. */
  readonly memory: ArrayBufferLike;
}

export class FakeCluster {
  readonly logs = new Map<string, FakeLog[]>();
  /** All requests, in the order in which they were sent. */
  readonly seen: SeenRequest[] = [];
  /** Decides about each request; null lets it pass. */
  fault: (request: SeenRequest, topics: readonly PartitionData[]) => Fault | null = () => null;
  refreshes = 0;
  producerIds = 1000;
  closed = 0;
  /** Answers to Fetch that were given back. */
  reused = 0;
  /** Ready answers, by API. */
  readonly answers = new Map<number, Buffer>();
  /** What requests wait for before they are written to a connection, and how many do. */
  connecting: Promise<void> | null = null;
  waiting = 0;
  private readonly lines = new Map<number, Promise<unknown>>();

  topic(name: string, partitions: number): FakeLog[] {
    const logs = Array.from({ length: partitions }, () => new FakeLog());
    this.logs.set(name, logs);
    return logs;
  }

  log(topic: string, partition: number): FakeLog {
    const log = this.logs.get(topic)?.[partition];
    if (log === undefined) throw new Error(`no log ${topic}-${partition}`);
    return log;
  }

  requests(apiKey: number): SeenRequest[] {
    return this.seen.filter((request) => request.apiKey === apiKey);
  }

  transport(): Transport {
    return new FakeTransport(this);
  }

  /** Runs the requests of one node one after the other, as a connection does. */
  async serve(node: number, request: WireRequest): Promise<Buffer> {
    // As it goes over the wire: a producer writes later requests into the same memory.
    const seen = { ...request, body: Buffer.from(request.body), memory: request.body.buffer, node };
    this.seen.push(seen);
    const data = partitionsOf(request);
    const fault = this.fault(seen, data);
    const before = this.lines.get(node) ?? Promise.resolve();
    const answer = before.then(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      if (fault === 'lose-request') throw lost();
      if (fault !== null && fault !== 'lose-response' && 'error' in fault) throw fault.error;
      if (fault !== null && fault !== 'lose-response' && 'until' in fault) await fault.until;
      const code = fault !== null && fault !== 'lose-response' && 'code' in fault ? fault.code : 0;
      const response = await this.carryOut(node, request, data, code);
      if (fault === 'lose-response') throw lost();
      return response;
    });
    this.lines.set(
      node,
      answer.catch(() => undefined),
    );
    return await answer;
  }

  private async carryOut(node: number, request: WireRequest, data: PartitionData[], code: number): Promise<Buffer> {
    switch (request.apiKey) {
      case 0:
        return this.produce(node, data, code);
      case 1:
        return await this.fetch(node, request, data, code);
      case 2:
        return this.listOffsets(node, request, data);
      case 22:
        return new ByteWriter().int32(0).int16(code).int64(this.producerIds++).int16(0).finish();
      case 32: {
        const answer = this.answers.get(32);
        if (answer === undefined) throw lost();
        return answer;
      }
      default:
        throw new Error(`unexpected request ${request.apiName}`);
    }
  }

  private errorOf(node: number, { topic, partition }: PartitionData): number {
    const log = this.logs.get(topic)?.[partition];
    if (log === undefined) return 3;
    return log.leader === node ? 0 : 6;
  }

  private produce(node: number, data: PartitionData[], code: number): Buffer {
    const writer = new ByteWriter().array(data, (one, out) => {
      const error = code !== 0 ? code : this.errorOf(node, one);
      const done =
        error !== 0 ? { errorCode: error, baseOffset: -1 } : this.log(one.topic, one.partition).produce(one.batch);
      out.string(one.topic).int32(1).int32(one.partition).int16(done.errorCode).int64(done.baseOffset);
      out.int64(-1).int64(0).int32(0).nullableString(null);
    });
    return writer.int32(0).finish();
  }

  private async fetch(node: number, request: WireRequest, data: PartitionData[], code: number): Promise<Buffer> {
    const limits = fetchLimits(request);
    const answer = (): { answers: FetchAnswer[]; useful: boolean } => {
      let left = limits.maxBytes;
      let first = true;
      const answers = data.map((one): FetchAnswer => {
        const error = code !== 0 ? code : this.errorOf(node, one);
        if (error !== 0) return { ...one, error, records: Buffer.alloc(0) };
        const log = this.log(one.topic, one.partition);
        const end = limits.committed ? (log.stable ?? log.end) : log.end;
        if (one.offset > log.end || one.offset < log.logStart) return { ...one, error: 1, records: Buffer.alloc(0) };
        const wanted = log.batches.filter(
          (batch) =>
            offsetAfter(batch, 0) > one.offset && readInt64(batch, 0) < end && offsetAfter(batch, 0) > log.logStart,
        );
        const all = Buffer.concat(wanted);
        // The first batch of the first partition with data comes whole; everything else is cut at the limits.
        const most = Math.min(one.maxBytes, left);
        const size = first && wanted[0] !== undefined ? Math.max(most, wanted[0].length) : most;
        const records = all.subarray(0, size);
        if (records.length > 0) first = false;
        left = Math.max(0, left - records.length);
        return { ...one, error: 0, records };
      });
      return { answers, useful: answers.some(({ error, records }) => error !== 0 || records.length > 0) };
    };
    let { answers, useful } = answer();
    if (!useful) {
      await Promise.race(data.map((one) => this.log(one.topic, one.partition).growth(limits.maxWaitMs)));
      ({ answers, useful } = answer());
    }
    const writer = new ByteWriter().int32(0).int16(0).int32(0);
    writer.array(answers, ({ topic, partition, error, records }, out) => {
      const log = this.logs.get(topic)?.[partition];
      out.string(topic).int32(1).int32(partition).int16(error);
      out
        .int64(log?.end ?? -1)
        .int64(log?.stable ?? log?.end ?? -1)
        .int64(log?.logStart ?? -1);
      out.array(limits.committed ? (log?.aborted ?? []) : [], (one) =>
        out.int64(one.producerId).int64(one.firstOffset),
      );
      out.int32(-1).bytes(records);
    });
    return writer.finish();
  }

  private listOffsets(node: number, request: WireRequest, data: PartitionData[]): Buffer {
    const committed = request.body.readInt8(4) === 1;
    return new ByteWriter()
      .int32(0)
      .array(data, (one, out) => {
        const error = this.errorOf(node, one);
        const log = this.logs.get(one.topic)?.[one.partition];
        const offset = log === undefined ? -1 : offsetFor(log, one.offset, committed);
        out.string(one.topic).int32(1).int32(one.partition).int16(error).int64(-1).int64(offset);
      })
      .finish();
  }
}

function offsetFor(log: FakeLog, at: number, committed: boolean): number {
  if (at === -2) return log.logStart;
  if (at === -1) return committed ? (log.stable ?? log.end) : log.end;
  for (const batch of log.batches) {
    if (readInt64(batch, MAX_TIMESTAMP) < at) continue;
    return readAll(cursorOver(batch)).find(({ timestamp }) => timestamp >= at)?.offset ?? -1;
  }
  return -1;
}

class FakeTransport implements Transport {
  private readonly leaders = new Map<string, number[]>();
  private readonly cluster: FakeCluster;
  private closed = false;

  constructor(cluster: FakeCluster) {
    this.cluster = cluster;
  }

  connect(): Promise<void> {
    return Promise.resolve();
  }

  async request(node: number, request: WireRequest): Promise<Buffer> {
    if (this.closed) throw new BrokerError('fatal', 'closed');
    if (this.cluster.connecting !== null) {
      this.cluster.waiting++;
      await this.cluster.connecting;
    }
    if (request.mayLeave?.() === false) throw new RequestHeldBack(request.apiName);
    return await this.cluster.serve(node, request);
  }

  /** Whoever still looks at it sees that. */
  reuse(answer: Buffer): void {
    answer.fill(0xee);
    this.cluster.reused += 1;
  }

  leaderOf(topic: string, partition: number): number {
    return this.leaders.get(topic)?.[partition] ?? -1;
  }

  partitionCount(topic: string): number {
    return this.leaders.get(topic)?.length ?? 0;
  }

  async refresh(topics: readonly string[]): Promise<void> {
    this.cluster.refreshes++;
    await new Promise((resolve) => setImmediate(resolve));
    for (const topic of new Set([...topics, ...this.leaders.keys()])) {
      const logs = this.cluster.logs.get(topic);
      if (logs === undefined) this.leaders.delete(topic);
      else
        this.leaders.set(
          topic,
          logs.map(({ leader }) => leader),
        );
    }
  }

  coordinatorOf(): Promise<number> {
    return Promise.resolve(1);
  }

  anyNode(): Promise<number> {
    return Promise.resolve(1);
  }

  close(): Promise<void> {
    this.closed = true;
    this.cluster.closed++;
    return Promise.resolve();
  }
}

function lost(): BrokerError {
  return new BrokerError('retriable', 'The connection was lost');
}

/** One partition of a Produce, Fetch or ListOffsets request. */
export interface PartitionData {
  readonly topic: string;
  readonly partition: number;
  readonly batch: Buffer;
  /** Offset of a Fetch, timestamp of ListOffsets. */
  readonly offset: number;
  readonly maxBytes: number;
}

interface FetchAnswer extends PartitionData {
  readonly error: number;
  readonly records: Buffer;
}

function fetchLimits({ body }: WireRequest): { maxWaitMs: number; maxBytes: number; committed: boolean } {
  return { maxWaitMs: body.readInt32BE(4), maxBytes: body.readInt32BE(12), committed: body.readInt8(16) === 1 };
}

/** What a request says of each partition. */
export function partitionsOf({ apiKey, body }: WireRequest): PartitionData[] {
  const reader = new ByteReader(body, 'request');
  const none = { batch: Buffer.alloc(0), offset: -1, maxBytes: 0 };
  const data: PartitionData[] = [];
  const each = (read: (topic: string) => PartitionData): void => {
    reader.array(() => {
      const topic = reader.string();
      reader.array(() => data.push(read(topic)));
    });
  };
  if (apiKey === 0) {
    reader.nullableString();
    reader.int16();
    reader.int32();
    each((topic) => ({ ...none, topic, partition: reader.int32(), batch: reader.bytes() }));
  } else if (apiKey === 1) {
    reader.raw(4 + 4 + 4 + 4 + 1 + 4 + 4);
    each((topic) => {
      const partition = reader.int32();
      reader.int32();
      const offset = reader.int64();
      reader.int64();
      return { ...none, topic, partition, offset, maxBytes: reader.int32() };
    });
  } else if (apiKey === 2) {
    reader.raw(5);
    each((topic) => ({ ...none, topic, partition: reader.int32(), offset: reader.int64() }));
  }
  return data;
}

/** Time for everything to happen that needs no clock: what has not happened by then was not going to. */
export async function manyTurns(): Promise<void> {
  for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
}
