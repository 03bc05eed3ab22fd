import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FetchedRecords, ReaderEvent, ReaderOptions } from '../../../../src/broker/port.js';
import { ATTRIBUTES, LAST_OFFSET_DELTA, MAGIC } from '../../../../src/broker/wire/batch/batch-header.js';
import { WireReader } from '../../../../src/broker/wire/fetch/reader.js';
import { BrokerError } from '../../../../src/errors/broker-error.js';
import { makeBatch, makeMarker, sealAgain } from '../batch/records.js';
import { FakeCluster, manyTurns, partitionsOf, type FakeLog } from '../fake-cluster.js';

const OPTIONS: ReaderOptions = {
  name: 'test',
  isolation: 'committed',
  maxBufferedBytes: 100_000,
  maxPartitionBytes: 10_000,
  maxWaitMs: 20,
};
const FETCH = 1;

let cluster: FakeCluster;
let open: WireReader[];

beforeEach(() => {
  cluster = new FakeCluster();
  open = [];
});

afterEach(async () => {
  vi.useRealTimers();
  for (const reader of open) await reader.close();
});

function readerOf(options: Partial<ReaderOptions> = {}): WireReader {
  const reader = new WireReader(cluster.transport(), { ...OPTIONS, ...options });
  open.push(reader);
  return reader;
}

/** Adds a batch of these values at the end. */
async function write(log: FakeLog, ...values: string[]): Promise<Buffer> {
  const batch = await makeBatch(
    values.map((value) => ({ value })),
    { baseOffset: log.end },
  );
  log.add(batch);
  return batch;
}

function textOf({ cursor }: FetchedRecords): string[] {
  const values: string[] = [];
  while (cursor.next()) values.push(cursor.buffer.toString('utf8', cursor.valueStart, cursor.valueEnd));
  return values;
}

interface Read {
  readonly values: string[];
  /** Of each partition, `topic-partition`. */
  readonly next: Record<string, number>;
}

/** Polls until that many records have come. */
async function read(reader: WireReader, count: number, into: Read = { values: [], next: {} }): Promise<Read> {
  const giveUp = Date.now() + 5000;
  while (into.values.length < count && Date.now() < giveUp) {
    await reader.wait(1000);
    for (const records of reader.poll()) {
      into.values.push(...textOf(records));
      into.next[`${records.topic}-${records.partition}`] = records.nextOffset;
    }
  }
  expect(into.values.length).toBeGreaterThanOrEqual(count);
  return into;
}

async function nextEvent(reader: WireReader): Promise<ReaderEvent> {
  const giveUp = Date.now() + 10_000;
  while (Date.now() < giveUp) {
    const [event, ...more] = reader.events();
    if (event !== undefined) {
      expect(more).toEqual([]);
      return event;
    }
    await reader.wait(1000);
    // It returns at once while records wait to be polled.
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('no event came');
}

/**
 * The same on a clock that runs as fast as it can. What was waiting before that clock was set still waits on the real one, so
 * giving up is a matter of real time, not of rounds.
 */
async function nextEventInNoTime(reader: WireReader): Promise<ReaderEvent> {
  const giveUp = Date.now() + 10_000;
  while (Date.now() < giveUp) {
    const [event] = reader.events();
    if (event !== undefined) return event;
    await vi.advanceTimersByTimeAsync(10);
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('no event came');
}

const T0 = { topic: 't', partition: 0 };
const T1 = { topic: 't', partition: 1 };

describe('WireReader', () => {
  it('reads partitions from the offsets given and follows their logs', async () => {
    const [a, b] = cluster.topic('t', 2);
    await write(a!, 'a0', 'a1', 'a2');
    await write(b!, 'b0');
    const reader = readerOf();
    reader.assign([
      { ...T0, offset: 1 },
      { ...T1, offset: 0 },
    ]);
    const { values, next } = await read(reader, 3);
    expect(values.sort()).toEqual(['a1', 'a2', 'b0']);
    expect(next).toEqual({ 't-0': 3, 't-1': 1 });
    await write(b!, 'b1');
    expect((await read(reader, 1)).values).toEqual(['b1']);
  });

  describe('memory of an answer', () => {
    async function pollBoth(): Promise<readonly [WireReader, FetchedRecords, FetchedRecords]> {
      for (const [i, log] of cluster.topic('t', 2).entries()) await write(log, `a${String(i)}`);
      const reader = readerOf();
      reader.assign([
        { ...T0, offset: 0 },
        { ...T1, offset: 0 },
      ]);
      await reader.wait(1000);
      const [first, second, ...more] = reader.poll();
      expect(more).toEqual([]);
      return [reader, first!, second!];
    }

    it('is given back once all partitions in it are used up', async () => {
      const [, first, second] = await pollBoth();
      const reused = cluster.reused;
      expect(textOf(first)).toEqual(['a0']);
      first.giveBack?.();
      first.giveBack?.();
      expect(cluster.reused).toBe(reused);
      expect(textOf(second)).toEqual(['a1']);
      second.giveBack?.();
      expect(cluster.reused).toBe(reused + 1);
    });

    it('stays as it is where it is not given back, for a partition that was given up too', async () => {
      const [reader, first, second] = await pollBoth();
      const reused = cluster.reused;
      reader.unassign([T0, T1]);
      second.giveBack?.();
      expect(cluster.reused).toBe(reused);
      expect(textOf(first)).toEqual(['a0']);
    });

    it('is given back at once where there was nothing in it for anybody', async () => {
      const [log] = cluster.topic('t', 1);
      await write(log!, 'a');
      let answer: () => void = () => undefined;
      cluster.fault = (request) =>
        request.apiKey === FETCH ? { until: new Promise<void>((resolve) => (answer = resolve)) } : null;
      const reader = readerOf();
      reader.assign([{ ...T0, offset: 0 }]);
      await vi.waitFor(() => expect(cluster.requests(FETCH)).toHaveLength(1));
      reader.unassign([T0]);
      expect(cluster.reused).toBe(0);
      answer();
      await vi.waitFor(() => expect(cluster.reused).toBe(1));
    });
  });

  it('tells the end of the log for its isolation', async () => {
    const [log] = cluster.topic('t', 1);
    await write(log!, 'a', 'b');
    await write(log!, 'open');
    log!.stable = 2;
    const committed = readerOf();
    const uncommitted = readerOf({ isolation: 'uncommitted' });
    expect(committed.endOffset(T0)).toBe(-1);
    for (const reader of [committed, uncommitted]) reader.assign([{ ...T0, offset: 0 }]);
    expect((await read(committed, 2)).values).toEqual(['a', 'b']);
    expect((await read(uncommitted, 3)).values).toEqual(['a', 'b', 'open']);
    expect(committed.endOffset(T0)).toBe(2);
    expect(uncommitted.endOffset(T0)).toBe(3);
    expect(committed.endOffset(T1)).toBe(-1);
  });

  it('tells the end of an empty log, too', async () => {
    cluster.topic('t', 1);
    const reader = readerOf();
    reader.assign([{ ...T0, offset: 0 }]);
    await vi.waitFor(() => expect(reader.endOffset(T0)).toBe(0));
    expect(reader.poll()).toEqual([]);
  });

  it('moves on behind control batches, aborted transactions and what compaction took', async () => {
    const [log] = cluster.topic('t', 1);
    log!.add(await makeBatch([{ value: 'lost' }], { baseOffset: 0, producerId: 8, transactional: true }));
    log!.add(await makeMarker('abort', 8, 1));
    log!.aborted.push({ producerId: 8, firstOffset: 0 });
    const gap = await makeBatch([{ value: 'kept' }], { baseOffset: 2 });
    gap.writeInt32BE(9, LAST_OFFSET_DELTA);
    log!.add(sealAgain(gap));
    log!.add(await makeMarker('commit', 8, 12));
    const reader = readerOf();
    reader.assign([{ ...T0, offset: 0 }]);
    expect(await read(reader, 1)).toEqual({ values: ['kept'], next: { 't-0': 13 } });
    expect(reader.endOffset(T0)).toBe(13);
  });

  it('shows everything when it reads uncommitted', async () => {
    const [log] = cluster.topic('t', 1);
    log!.add(await makeBatch([{ value: 'aborted' }], { baseOffset: 0, producerId: 8, transactional: true }));
    log!.add(await makeMarker('abort', 8, 1));
    log!.aborted.push({ producerId: 8, firstOffset: 0 });
    const reader = readerOf({ isolation: 'uncommitted' });
    reader.assign([{ ...T0, offset: 0 }]);
    expect((await read(reader, 1)).values).toEqual(['aborted']);
  });

  it('loads codecs before it hands out what needs them', async () => {
    const [log] = cluster.topic('t', 1);
    for (const compression of ['gzip', 'snappy', 'lz4', 'zstd'] as const) {
      log!.add(await makeBatch([{ value: compression }], { baseOffset: log!.end, compression }));
    }
    const reader = readerOf();
    reader.assign([{ ...T0, offset: 0 }]);
    expect((await read(reader, 4)).values).toEqual(['gzip', 'snappy', 'lz4', 'zstd']);
  });

  describe('assignment', () => {
    it('takes effect at once: what is under way for an old position never shows', async () => {
      const [a, b] = cluster.topic('t', 2);
      for (const value of ['a0', 'a1']) await write(a!, value);
      for (const value of ['b0', 'b1']) await write(b!, value);
      let release = (): void => undefined;
      const until = new Promise<void>((resolve) => (release = resolve));
      let held = false;
      cluster.fault = ({ apiKey }) => {
        if (apiKey !== FETCH || held) return null;
        held = true;
        return { until };
      };
      const reader = readerOf();
      reader.assign([
        { ...T0, offset: 1 },
        { ...T1, offset: 1 },
      ]);
      await vi.waitFor(() => expect(held).toBe(true));
      reader.seek({ ...T0, offset: 0 });
      reader.unassign([T1]);
      release();
      expect((await read(reader, 2)).values).toEqual(['a0', 'a1']);
      await manyTurns();
      expect(reader.poll()).toEqual([]);
      // Given again, it starts where it is told to.
      reader.assign([{ ...T1, offset: 0 }]);
      expect((await read(reader, 2)).values).toEqual(['b0', 'b1']);
    });

    it('drops what has arrived for the old position', async () => {
      const [log] = cluster.topic('t', 1);
      await write(log!, 'a0');
      await write(log!, 'a1');
      const reader = readerOf();
      reader.assign([{ ...T0, offset: 0 }]);
      await reader.wait(1000);
      reader.seek({ ...T0, offset: 1 });
      expect(reader.poll()).toEqual([]);
      expect((await read(reader, 1)).values).toEqual(['a1']);
      reader.assign([{ ...T0, offset: 0 }]);
      expect((await read(reader, 2)).values).toEqual(['a0', 'a1']);
      await write(log!, 'a2');
      await reader.wait(1000);
      reader.unassign([T0]);
      expect(reader.poll()).toEqual([]);
      expect(reader.endOffset(T0)).toBe(-1);
    });
  });

  describe('pause', () => {
    it('keeps what has arrived, fetches no more, and lets the others go on', async () => {
      const [a, b] = cluster.topic('t', 2);
      await write(a!, 'a0');
      await write(a!, 'a1');
      await write(b!, 'b0');
      // One batch fills it: what the paused partition holds must not keep the other one from being read.
      const reader = readerOf({ maxBufferedBytes: 50, maxPartitionBytes: 50 });
      reader.assign([{ ...T0, offset: 0 }]);
      await reader.wait(1000);
      reader.pause(T0);
      expect(reader.poll()).toEqual([]);
      cluster.seen.length = 0;
      reader.assign([{ ...T1, offset: 0 }]);
      expect((await read(reader, 1)).values).toEqual(['b0']);
      await manyTurns();
      for (const request of cluster.requests(FETCH)) {
        expect(partitionsOf(request).map(({ partition }) => partition)).toEqual([1]);
      }
      reader.resume(T0);
      const [first] = reader.poll();
      expect(textOf(first!)).toEqual(['a0']);
      expect((await read(reader, 1)).values).toEqual(['a1']);
    });

    it('wakes who waits when it ends', async () => {
      const [log] = cluster.topic('t', 1);
      await write(log!, 'a');
      const reader = readerOf();
      reader.assign([{ ...T0, offset: 0 }]);
      await reader.wait(1000);
      reader.pause(T0);
      let woken = false;
      const wait = reader.wait(60_000).then(() => (woken = true));
      await manyTurns();
      expect(woken).toBe(false);
      reader.resume(T0);
      await wait;
      expect(reader.poll()).toHaveLength(1);
    });
  });

  it('fetches ahead, but not beyond the bytes it may hold', async () => {
    const logs = cluster.topic('t', 10);
    for (const log of logs) for (let i = 0; i < 3; i++) await write(log, `${i}`.padStart(1000));
    const reader = readerOf({ maxBufferedBytes: 3000, maxPartitionBytes: 1100 });
    reader.assign(logs.map((_, partition) => ({ topic: 't', partition, offset: 0 })));
    await reader.wait(1000);
    await manyTurns();
    // More than one fetch, and the last one may go beyond by what it asked for.
    expect(cluster.requests(FETCH).length).toBeGreaterThan(1);
    const polled = reader.poll();
    const bytes = polled.reduce((sum, records) => sum + records.bytes, 0);
    expect(bytes).toBeGreaterThan(3000);
    expect(bytes).toBeLessThan(3000 + 1200);
    const values = polled.flatMap(textOf);
    expect((await read(reader, 30, { values, next: {} })).values).toHaveLength(30);
  });

  it('lets no partition starve behind a large one, nor a batch larger than the limit', async () => {
    const logs = cluster.topic('t', 3);
    for (let i = 0; i < 30; i++) await write(logs[0]!, 'x'.repeat(900));
    await write(logs[1]!, 'y'.repeat(5000));
    await write(logs[2]!, 'z'.repeat(5000));
    const reader = readerOf({ maxBufferedBytes: 1000, maxPartitionBytes: 1000 });
    reader.assign([0, 1, 2].map((partition) => ({ topic: 't', partition, offset: 0 })));
    const { values } = await read(reader, 10);
    const kinds = values.map((value) => value[0]);
    expect(kinds.slice(0, 6)).toEqual(expect.arrayContaining(['x', 'y', 'z']));
  });

  describe('when things go wrong', () => {
    it('follows a partition to its new leader', async () => {
      const [log] = cluster.topic('t', 1);
      await write(log!, 'a');
      const reader = readerOf();
      reader.assign([{ ...T0, offset: 0 }]);
      await read(reader, 1);
      log!.leader = 2;
      await write(log!, 'b');
      expect((await read(reader, 1)).values).toEqual(['b']);
      expect(cluster.requests(FETCH).at(-1)!.node).toBe(2);
    });

    it('tries again, with pauses that grow, and loses nothing', async () => {
      const [log] = cluster.topic('t', 1);
      await write(log!, 'a');
      const times: number[] = [];
      const faults = ['lose-request', { code: 75 }, 'lose-response', { code: 5 }, { code: -1 }] as const;
      cluster.fault = ({ apiKey }) => {
        if (apiKey !== FETCH) return null;
        times.push(Date.now());
        return faults[times.length - 1] ?? null;
      };
      const reader = readerOf();
      reader.assign([{ ...T0, offset: 0 }]);
      expect((await read(reader, 1)).values).toEqual(['a']);
      expect(times.length).toBeGreaterThan(faults.length);
      for (let i = 1; i < faults.length; i++) expect(times[i]! - times[i - 1]!).toBeGreaterThan(30);
    });

    it('reports an offset out of range with the ends of the log, and stays where it is', async () => {
      const [log] = cluster.topic('t', 1);
      for (const value of ['a', 'b', 'c', 'd']) await write(log!, value);
      log!.logStart = 2;
      log!.stable = 3;
      for (const offset of [1, 9]) {
        const reader = readerOf();
        reader.assign([{ ...T0, offset }]);
        const event = await nextEvent(reader);
        expect(event).toEqual({ ...T0, type: 'out-of-range', offset, logStart: 2, logEnd: 3 });
        cluster.seen.length = 0;
        await manyTurns();
        expect(cluster.seen).toEqual([]);
        reader.seek({ ...T0, offset: 2 });
        expect((await read(reader, 1)).values[0]).toBe('c');
      }
    });

    it('forgets what happened at a position that was left', async () => {
      const [log] = cluster.topic('t', 1);
      await write(log!, 'a');
      const reader = readerOf();
      reader.assign([{ ...T0, offset: 7 }]);
      await reader.wait(1000);
      reader.seek({ ...T0, offset: 0 });
      expect(reader.events()).toEqual([]);
      expect((await read(reader, 1)).values).toEqual(['a']);
    });

    it('reports a topic that nobody knows, after asking several times', async () => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
      cluster.topic('t', 1);
      const reader = readerOf();
      reader.assign([{ topic: 'u', partition: 0, offset: 0 }]);
      expect(await nextEventInNoTime(reader)).toEqual({ type: 'doubtful-topic', topic: 'u', partition: 0 });
      expect(await nextEventInNoTime(reader)).toEqual({ type: 'unknown-topic', topic: 'u', partition: 0 });
      expect(cluster.refreshes).toBeGreaterThanOrEqual(8);
    });

    it('reports a topic that is deleted while it is read, and finds one that is only late', async () => {
      const [log] = cluster.topic('t', 1);
      await write(log!, 'a');
      const reader = readerOf();
      reader.assign([
        { ...T0, offset: 0 },
        { topic: 'late', partition: 0, offset: 0 },
      ]);
      expect(await nextEvent(reader)).toEqual({ type: 'doubtful-topic', topic: 'late', partition: 0 });
      await read(reader, 1);
      await write(cluster.topic('late', 1)[0]!, 'here');
      expect((await read(reader, 1)).values).toEqual(['here']);
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
      cluster.logs.delete('t');
      expect(await nextEventInNoTime(reader)).toMatchObject({ type: 'doubtful-topic', topic: 't' });
      expect(await nextEventInNoTime(reader)).toMatchObject({ type: 'unknown-topic', topic: 't' });
    });

    it('ends when access is denied', async () => {
      cluster.topic('t', 1);
      const reader = readerOf();
      cluster.fault = ({ apiKey }) => (apiKey === FETCH ? { code: 29 } : null);
      reader.assign([{ ...T0, offset: 0 }]);
      await reader.wait(1000);
      expect(() => reader.poll()).toThrow(expect.objectContaining({ code: 'BROKER_AUTHORIZATION', topic: 't' }));
      await reader.wait(60_000);
    });

    it('ends when the credentials are refused', async () => {
      cluster.topic('t', 1);
      const error = new BrokerError('fatal', 'no', { code: 'BROKER_AUTHENTICATION' });
      const reader = readerOf();
      cluster.fault = () => ({ error });
      reader.assign([{ ...T0, offset: 0 }]);
      await reader.wait(1000);
      expect(() => reader.poll()).toThrow(error);
    });

    it('hands out what precedes damage, then reports the damage', async () => {
      const [log] = cluster.topic('t', 1);
      await write(log!, 'a');
      const old = await write(log!, 'b');
      old[MAGIC] = 1;
      const reader = readerOf();
      reader.assign([{ ...T0, offset: 0 }]);
      expect((await read(reader, 1)).values).toEqual(['a']);
      const event = await nextEvent(reader);
      expect(event).toMatchObject({ ...T0, type: 'failed', error: { code: 'RECORD_CORRUPT', offset: 1 } });
      expect((event as { error: Error }).error.message).toMatch(/message format 1/);
    });

    it('reports damage that the broker itself has found', async () => {
      cluster.topic('t', 1);
      cluster.fault = ({ apiKey }) => (apiKey === FETCH ? { code: 2 } : null);
      const reader = readerOf();
      reader.assign([{ ...T0, offset: 0 }]);
      expect(await nextEvent(reader)).toMatchObject({ type: 'failed', error: { code: 'RECORD_CORRUPT' } });
    });

    it('reports a codec that cannot be had, for that partition only', async () => {
      const [a, b] = cluster.topic('t', 2);
      const odd = await makeBatch([{ value: 'a' }]);
      odd.writeInt16BE(6, ATTRIBUTES);
      a!.add(sealAgain(odd));
      await write(b!, 'b');
      const reader = readerOf();
      reader.assign([
        { ...T0, offset: 0 },
        { ...T1, offset: 0 },
      ]);
      expect(await nextEvent(reader)).toMatchObject({ ...T0, type: 'failed', error: { code: 'CODEC_MISSING' } });
      expect((await read(reader, 1)).values).toEqual(['b']);
    });

    it('does not read the same batch for ever when a broker sends older ones', async () => {
      const [log] = cluster.topic('t', 1);
      const real = await write(log!, 'a');
      log!.end = 10;
      // It looks as if it reached offset 9 to the fake broker, which chooses by it, but goes out as it is.
      log!.batches[0] = Object.assign(Buffer.from(real), {
        readInt32BE: (at: number) => (at === LAST_OFFSET_DELTA ? 9 : real.readInt32BE(at)),
      });
      const reader = readerOf();
      reader.assign([{ ...T0, offset: 5 }]);
      expect(await nextEvent(reader)).toMatchObject({ type: 'failed', error: { code: 'RECORD_CORRUPT', offset: 5 } });
    });
  });

  it('closes its transport and wakes who waits', async () => {
    cluster.topic('t', 1);
    const reader = readerOf();
    reader.assign([{ ...T0, offset: 0 }]);
    const wait = reader.wait(60_000);
    await reader.close();
    await wait;
    expect(cluster.closed).toBe(1);
  });
});
