import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Compression, ProducerOptions, RecordWriter } from '../../../../src/broker/port.js';
import {
  ATTRIBUTES,
  BASE_SEQUENCE,
  PRODUCER_EPOCH,
  TRANSACTIONAL,
} from '../../../../src/broker/wire/batch/batch-header.js';
import { WireProducer } from '../../../../src/broker/wire/produce/producer.js';
import type { ProducerSession } from '../../../../src/broker/wire/produce/producer-session.js';
import type { BrokerError } from '../../../../src/errors/broker-error.js';
import { NO_HEADERS } from '../../../../src/record/headers.js';
import { makeBatch } from '../batch/records.js';
import { FakeCluster, manyTurns, partitionsOf, type Fault } from '../fake-cluster.js';

const OPTIONS: ProducerOptions = {
  name: 'test',
  lingerMs: 5,
  batchBytes: 4096,
  maxBufferedBytes: 1_000_000,
  compression: 'none',
  deliveryTimeoutMs: 10_000,
};
const PRODUCE = 0;

let cluster: FakeCluster;
let open: WireProducer[];

beforeEach(() => {
  cluster = new FakeCluster();
  open = [];
});

afterEach(async () => {
  vi.useRealTimers();
  for (const producer of open) await producer.close().catch(() => undefined);
});

async function producerOf(options: Partial<ProducerOptions> = {}, session?: ProducerSession): Promise<WireProducer> {
  const transport = cluster.transport();
  const producer = new WireProducer(transport, { ...OPTIONS, ...options }, undefined, session);
  open.push(producer);
  await producer.lookUp([...cluster.logs.keys()]);
  return producer;
}

const writers = new WeakMap<WireProducer, RecordWriter>();

/** The one writer that these tests use of each producer. */
function writerOf(producer: WireProducer): RecordWriter {
  let writer = writers.get(producer);
  if (writer === undefined) writers.set(producer, (writer = producer.writer({ name: 'the test' })));
  return writer;
}

function append(producer: WireProducer, topic: string, partition: number, value: string, timestamp = 1): void {
  writerOf(producer).append(topic, partition, null, Buffer.from(value), NO_HEADERS, timestamp);
}

/** Applies faults to the Produce requests in turn; null lets one pass. Afterwards all pass. */
function onProduce(...faults: (Fault | null)[]): void {
  const left = [...faults];
  cluster.fault = ({ apiKey }) => (apiKey === PRODUCE ? (left.shift() ?? null) : null);
}

/** A fault that lasts until it is released. */
function gate(): { until: Promise<void>; release: () => void } {
  let release = (): void => undefined;
  const until = new Promise<void>((resolve) => (release = resolve));
  return { until, release: () => release() };
}

describe('WireProducer', () => {
  it('writes records in order and tells the last offset of each partition', async () => {
    cluster.topic('t', 3);
    const producer = await producerOf();
    for (let i = 0; i < 10; i++) append(producer, 't', i % 2, `v${i}`);
    const flushed = await producer.flush();
    expect(cluster.log('t', 0).values).toEqual(['v0', 'v2', 'v4', 'v6', 'v8']);
    expect(cluster.log('t', 1).values).toEqual(['v1', 'v3', 'v5', 'v7', 'v9']);
    expect([0, 1, 2].map((partition) => flushed.lastOffset('t', partition))).toEqual([4, 4, -1]);
    expect(flushed.lastOffset('other', 0)).toBe(-1);
  });

  it('keeps key, value, headers and timestamp', async () => {
    cluster.topic('t', 1);
    const producer = await producerOf();
    writerOf(producer).append('t', 0, Buffer.from('k'), null, [['h', null]], 1234);
    await producer.flush();
    expect(cluster.log('t', 0).records).toEqual([
      { offset: 0, timestamp: 1234, key: 'k', value: null, headers: [['h', null]] },
    ]);
  });

  it('sends the partitions of a broker in one request', async () => {
    for (const log of cluster.topic('a', 3)) log.leader = 1;
    cluster.topic('b', 2)[1]!.leader = 2;
    const producer = await producerOf();
    for (let partition = 0; partition < 3; partition++) append(producer, 'a', partition, 'x');
    for (let partition = 0; partition < 2; partition++) append(producer, 'b', partition, 'x');
    await producer.flush();
    expect(cluster.requests(PRODUCE).map(({ node }) => node)).toEqual([1, 2]);
  });

  it('lets a batch linger for more records, but not for longer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    try {
      cluster.topic('t', 2);
      const producer = await producerOf({ lingerMs: 100 });
      append(producer, 't', 0, 'a');
      await vi.advanceTimersByTimeAsync(60);
      append(producer, 't', 0, 'b');
      append(producer, 't', 1, 'c');
      await vi.advanceTimersByTimeAsync(39);
      expect(cluster.requests(PRODUCE)).toHaveLength(0);
      await vi.advanceTimersByTimeAsync(1);
      await vi.waitFor(() => expect(cluster.log('t', 0).values).toEqual(['a', 'b']));
      expect(cluster.log('t', 1).values).toEqual([]);
      await vi.advanceTimersByTimeAsync(60);
      await vi.waitFor(() => expect(cluster.log('t', 1).values).toEqual(['c']));
    } finally {
      vi.useRealTimers();
    }
  });

  it('sends a full batch without waiting', async () => {
    cluster.topic('t', 1);
    const producer = await producerOf({ lingerMs: 1e9, batchBytes: 300 });
    append(producer, 't', 0, 'a'.repeat(200));
    append(producer, 't', 0, 'b'.repeat(200));
    await vi.waitFor(() => expect(cluster.log('t', 0).values).toEqual(['a'.repeat(200)]));
    await producer.flush();
    expect(cluster.log('t', 0).batches).toHaveLength(2);
  });

  it.each(['gzip', 'snappy', 'lz4', 'zstd'] as Compression[])('compresses with %s', async (compression) => {
    cluster.topic('t', 1);
    const producer = await producerOf({ compression, batchBytes: 100_000 });
    const text = 'text '.repeat(1000);
    append(producer, 't', 0, text);
    await producer.flush();
    expect(cluster.log('t', 0).values).toEqual([text]);
    expect(cluster.log('t', 0).batches[0]!.length).toBeLessThan(text.length / 3);
  });

  describe('flush', () => {
    it('speaks of what was appended before it, not after', async () => {
      cluster.topic('t', 1);
      const producer = await producerOf();
      append(producer, 't', 0, 'a');
      append(producer, 't', 0, 'b');
      const first = producer.flush();
      append(producer, 't', 0, 'c');
      const second = producer.flush();
      append(producer, 't', 0, 'd');
      expect((await first).lastOffset('t', 0)).toBe(1);
      expect((await second).lastOffset('t', 0)).toBe(2);
      expect((await producer.flush()).lastOffset('t', 0)).toBe(3);
      expect((await producer.flush()).lastOffset('t', 0)).toBe(3);
    });

    it('resolves at once when nothing was ever appended', async () => {
      cluster.topic('t', 1);
      const producer = await producerOf();
      expect((await producer.flush()).lastOffset('t', 0)).toBe(-1);
    });

    it('waits for every partition', async () => {
      cluster.topic('t', 2)[1]!.leader = 2;
      const producer = await producerOf();
      const { until, release } = gate();
      cluster.fault = ({ node, apiKey }) => (apiKey === PRODUCE && node === 2 ? { until } : null);
      append(producer, 't', 0, 'a');
      append(producer, 't', 1, 'b');
      let done = false;
      const flush = producer.flush().then((offsets) => {
        done = true;
        return offsets;
      });
      await vi.waitFor(() => expect(cluster.log('t', 0).values).toEqual(['a']));
      expect(done).toBe(false);
      release();
      expect((await flush).lastOffset('t', 1)).toBe(0);
    });
  });

  describe('when an answer is lost', () => {
    it('sends the same bytes with the same sequence again, before anything newer', async () => {
      cluster.topic('t', 1);
      const producer = await producerOf({ lingerMs: 0 });
      append(producer, 't', 0, 'first');
      await producer.flush();
      cluster.seen.length = 0;
      onProduce('lose-response');
      append(producer, 't', 0, 'A');
      const first = producer.flush();
      append(producer, 't', 0, 'B');
      const second = producer.flush();
      expect((await first).lastOffset('t', 0)).toBe(1);
      expect((await second).lastOffset('t', 0)).toBe(2);
      expect(cluster.log('t', 0).values).toEqual(['first', 'A', 'B']);
      const [a, b, again] = cluster.requests(PRODUCE).map((request) => partitionsOf(request)[0]!.batch);
      expect(again!.equals(a!)).toBe(true);
      expect(b!.readInt32BE(BASE_SEQUENCE)).toBe(2);
    });

    it('sends nothing again before everything under way has ended', async () => {
      const [log] = cluster.topic('t', 1);
      const producer = await producerOf({ lingerMs: 0, batchBytes: 1 });
      append(producer, 't', 0, 'first');
      await producer.flush();
      cluster.seen.length = 0;
      const { until, release } = gate();
      onProduce('lose-request', { until });
      append(producer, 't', 0, 'A');
      append(producer, 't', 0, 'B');
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
      const flush = producer.flush();
      for (let i = 0; i < 20; i++) {
        await manyTurns();
        await vi.advanceTimersByTimeAsync(100);
      }
      expect(cluster.requests(PRODUCE)).toHaveLength(2);
      vi.useRealTimers();
      release();
      await flush;
      expect(log!.values).toEqual(['first', 'A', 'B']);
    });

    it.each([[[]], [['0']]])(
      'keeps order and count over any loss of five requests, after %j',
      async (before) => {
        // Each request is lost before or after it is carried out, or not: all ways for five requests, side by side.
        const faults = [null, 'lose-request', 'lose-response'] as const;
        const values = ['1', '2', '3', '4', '5', '6', '7'];
        const way = async (number: number): Promise<void> => {
          const own = new FakeCluster();
          own.topic('t', 1);
          const producer = new WireProducer(own.transport(), { ...OPTIONS, batchBytes: 1, lingerMs: 0 });
          await producer.lookUp(['t']);
          for (const value of before) append(producer, 't', 0, value);
          await producer.flush();
          const ways = [0, 1, 2, 3, 4].map((i) => faults[Math.floor(number / 3 ** i) % 3] ?? null);
          const left = [...ways];
          own.fault = ({ apiKey }) => (apiKey === PRODUCE ? (left.shift() ?? null) : null);
          for (const value of values) append(producer, 't', 0, value);
          const flushed = await producer.flush();
          expect(own.log('t', 0).values, `faults ${String(ways)}`).toEqual([...before, ...values]);
          expect(flushed.lastOffset('t', 0)).toBe(6 + before.length);
          await producer.close();
        };
        await Promise.all(Array.from({ length: 3 ** 5 }, (_, number) => way(number)));
      },
      30_000,
    );

    it('has no more than five requests in flight, of one partition or of many', async () => {
      for (const partitions of [1, 20]) {
        cluster = new FakeCluster();
        cluster.topic('t', partitions);
        const producer = await producerOf({ batchBytes: 1, lingerMs: 0 });
        for (let partition = 0; partition < partitions; partition++) append(producer, 't', partition, 'first');
        await producer.flush();
        cluster.seen.length = 0;
        const { until, release } = gate();
        onProduce({ until });
        const values = Array.from({ length: 20 }, (_, i) => `${i}`);
        for (const [i, value] of values.entries()) {
          append(producer, 't', i % partitions, value);
          // One request for each, if it may be.
          await manyTurns();
        }
        expect(cluster.requests(PRODUCE)).toHaveLength(5);
        const flush = producer.flush();
        release();
        await flush;
        const written = cluster.logs.get('t')!.flatMap((log) => log.values.slice(1));
        expect(written).toEqual(values);
      }
    });
  });

  describe('when the broker has lost our sequence', () => {
    it('finds in the log what was written, and does not write it again', async () => {
      const [log] = cluster.topic('t', 1);
      for (let i = 0; i < 3; i++) log!.add(await makeBatch([{ value: 'before', timestamp: 100 }], { baseOffset: i }));
      const producer = await producerOf({ batchBytes: 1, lingerMs: 0 });
      append(producer, 't', 0, 'first', 400);
      await producer.flush();
      onProduce('lose-response', 'lose-response', 'lose-response');
      for (const value of ['a', 'b', 'c']) append(producer, 't', 0, value, 500);
      const flush = producer.flush();
      // A restart: of the three batches written only the last one is remembered, so the first one is out of sequence.
      await vi.waitFor(() => expect(log!.end).toBe(7));
      log!.forgetAllButLastBatch();
      expect((await flush).lastOffset('t', 0)).toBe(6);
      append(producer, 't', 0, 'd');
      expect((await producer.flush()).lastOffset('t', 0)).toBe(7);
      expect(log!.values).toEqual(['before', 'before', 'before', 'first', 'a', 'b', 'c', 'd']);
    });

    it('finds in the log even the first batch of all, which a broker restarted would not remember', async () => {
      const [log] = cluster.topic('t', 1);
      for (let i = 0; i < 3; i++) log!.add(await makeBatch([{ value: 'before', timestamp: 100 }], { baseOffset: i }));
      const producer = await producerOf({ batchBytes: 1, lingerMs: 0 });
      onProduce('lose-response', { code: 45 });
      append(producer, 't', 0, 'a', 500);
      expect((await producer.flush()).lastOffset('t', 0)).toBe(3);
      expect(log!.values).toEqual(['before', 'before', 'before', 'a']);
      // The log's index of times spares the search what is older.
      expect(cluster.requests(1).map((request) => partitionsOf(request)[0]!.offset)).toEqual([3]);
    });

    it('sends the first batch alone: a broker that knows nothing of us takes any sequence', async () => {
      const [log] = cluster.topic('t', 1);
      const producer = await producerOf({ batchBytes: 1, lingerMs: 0 });
      onProduce({ code: 6 });
      for (const value of ['a', 'b', 'c']) append(producer, 't', 0, value);
      await producer.flush();
      expect(log!.values).toEqual(['a', 'b', 'c']);
      expect(log!.batches.map((batch) => batch.readInt16BE(PRODUCER_EPOCH))).toEqual([0, 0, 0]);
    });

    it('begins anew under the next epoch when the log does not hold it', async () => {
      const [log] = cluster.topic('t', 1);
      const producer = await producerOf({ batchBytes: 1, lingerMs: 0 });
      append(producer, 't', 0, 'a');
      await producer.flush();
      // The log was truncated by an election that was not clean: the broker expects what was acknowledged once more.
      for (const state of log!.producers.values()) state.batches = [{ sequence: 7, count: 1, baseOffset: 0 }];
      append(producer, 't', 0, 'b');
      append(producer, 't', 0, 'c');
      await producer.flush();
      append(producer, 't', 0, 'd');
      await producer.flush();
      expect(log!.values).toEqual(['a', 'b', 'c', 'd']);
      expect(
        log!.batches.map((batch) => [batch.readInt16BE(PRODUCER_EPOCH), batch.readInt32BE(BASE_SEQUENCE)]),
      ).toEqual([
        [0, 0],
        [1, 0],
        [1, 1],
        [1, 2],
      ]);
    });

    it('takes "duplicate" for success and finds the offset itself', async () => {
      const [log] = cluster.topic('t', 1);
      const producer = await producerOf();
      append(producer, 't', 0, 'a');
      await producer.flush();
      onProduce('lose-response', { code: 46 });
      append(producer, 't', 0, 'b');
      append(producer, 't', 0, 'c');
      expect((await producer.flush()).lastOffset('t', 0)).toBe(2);
      expect(log!.values).toEqual(['a', 'b', 'c']);
      expect(cluster.requests(PRODUCE)).toHaveLength(3);
    });

    it('claims no more than it knows when a duplicate is not in the log any more', async () => {
      const [log] = cluster.topic('t', 1);
      const producer = await producerOf();
      append(producer, 't', 0, 'a');
      await producer.flush();
      onProduce({ code: 46 });
      append(producer, 't', 0, 'b');
      expect((await producer.flush()).lastOffset('t', 0)).toBe(0);
      expect(log!.values).toEqual(['a']);
    });
  });

  it('follows a leader that moves, in order', async () => {
    const [log] = cluster.topic('t', 1);
    const producer = await producerOf({ batchBytes: 1, lingerMs: 0 });
    for (let i = 0; i < 8; i++) append(producer, 't', 0, `a${i}`);
    await vi.waitFor(() => expect(log!.end).toBeGreaterThan(2));
    log!.leader = 2;
    for (let i = 0; i < 8; i++) append(producer, 't', 0, `b${i}`);
    await producer.flush();
    expect(log!.values).toEqual(
      [...Array(8).keys()].map((i) => `a${i}`).concat([...Array(8).keys()].map((i) => `b${i}`)),
    );
    expect(cluster.requests(PRODUCE).at(-1)!.node).toBe(2);
  });

  it('sends nothing to a new leader before the answers of the old one are in', async () => {
    const [log] = cluster.topic('t', 1);
    const producer = await producerOf({ batchBytes: 1, lingerMs: 0 });
    append(producer, 't', 0, 'first');
    await producer.flush();
    const { until, release } = gate();
    onProduce({ until });
    append(producer, 't', 0, 'a');
    await manyTurns();
    log!.leader = 2;
    cluster.topic('u', 1);
    await producer.lookUp(['u']);
    append(producer, 't', 0, 'b');
    await manyTurns();
    expect(cluster.requests(PRODUCE).map(({ node }) => node)).toEqual([1, 1]);
    release();
    await producer.flush();
    expect(log!.values).toEqual(['first', 'a', 'b']);
  });

  it('tries again what may pass, and goes on with other partitions meanwhile', async () => {
    cluster.topic('t', 2)[1]!.leader = 2;
    const producer = await producerOf();
    let refusals = 3;
    cluster.fault = ({ apiKey, node }) => (apiKey === PRODUCE && node === 1 && refusals-- > 0 ? { code: 19 } : null);
    append(producer, 't', 0, 'slow');
    append(producer, 't', 1, 'fast');
    const flush = producer.flush();
    await vi.waitFor(() => expect(cluster.log('t', 1).values).toEqual(['fast']));
    expect(cluster.log('t', 0).values).toEqual([]);
    await flush;
    expect(cluster.log('t', 0).values).toEqual(['slow']);
  });

  describe('errors', () => {
    it('stick: every later call gives the first one', async () => {
      cluster.topic('t', 1);
      const producer = await producerOf({ maxBufferedBytes: 1 });
      onProduce({ code: 29 });
      append(producer, 't', 0, 'a');
      expect(writerOf(producer).full).toBe(true);
      const flushed = await producer.flush().catch((error: unknown) => error);
      const error = flushed as BrokerError;
      // Who waits for memory must come to see it.
      expect(writerOf(producer).full).toBe(false);
      expect(error).toMatchObject({ class: 'fatal', code: 'BROKER_AUTHORIZATION', topic: 't', partition: 0 });
      expect(() => append(producer, 't', 0, 'b')).toThrow(error);
      await expect(producer.flush()).rejects.toBe(error);
      await expect(writerOf(producer).flush()).rejects.toBe(error);
      expect(cluster.requests(PRODUCE)).toHaveLength(1);
    });

    it('are fenced when a newer producer has the id', async () => {
      cluster.topic('t', 1);
      const producer = await producerOf();
      onProduce({ code: 47 });
      append(producer, 't', 0, 'a');
      await expect(producer.flush()).rejects.toMatchObject({ class: 'fenced' });
    });

    it('end the tries after deliveryTimeoutMs, with what went wrong last', async () => {
      cluster.topic('t', 1);
      const producer = await producerOf({ deliveryTimeoutMs: 150 });
      cluster.fault = ({ apiKey }) => (apiKey === PRODUCE ? { code: 7 } : null);
      append(producer, 't', 0, 'a');
      await expect(producer.flush()).rejects.toThrow(
        /within 150 ms \(option producer\.deliveryTimeout\).*REQUEST_TIMED_OUT/,
      );
      expect(cluster.requests(PRODUCE).length).toBeGreaterThan(1);
    });

    it('end the wait for a broker that does not answer at all', async () => {
      cluster.topic('t', 1);
      const producer = await producerOf({ deliveryTimeoutMs: 100 });
      onProduce({ until: new Promise(() => undefined) });
      append(producer, 't', 0, 'a');
      await expect(producer.flush()).rejects.toThrow(/within 100 ms/);
    });

    it('come at once for unknown topics and partitions', async () => {
      cluster.topic('t', 2);
      const producer = await producerOf();
      expect(() => append(producer, 'u', 0, 'a')).toThrow(
        expect.objectContaining({ code: 'TOPIC_MISSING', topic: 'u' }),
      );
      expect(() => append(producer, 't', 2, 'a')).toThrow('topic t has only 2 partitions');
      await expect(producer.lookUp(['t', 'u', 'v'])).rejects.toThrow('no such topic is known: u, v');
      expect(producer.partitionCount('t')).toBe(2);
      expect(producer.partitionCount('u')).toBe(0);
    });

    it('come from append after close', async () => {
      cluster.topic('t', 1);
      const producer = await producerOf();
      append(producer, 't', 0, 'a');
      await producer.close();
      expect(cluster.log('t', 0).values).toEqual(['a']);
      expect(cluster.closed).toBe(1);
      expect(() => append(producer, 't', 0, 'b')).toThrow('producer test is closed');
    });
  });

  describe('topics that change', () => {
    it.each([
      ['more', 1, 4],
      ['fewer', 4, 2],
    ])('are noticed within metadataMaxAgeMs without an error: %s partitions', async (_, before, after) => {
      cluster.topic('t', before);
      const producer = await producerOf({ metadataMaxAgeMs: 20 });
      append(producer, 't', 0, 'a');
      await producer.flush();
      cluster.topic('t', after);
      await vi.waitUntil(() => producer.partitionCount('t') === after);
      append(producer, 't', after - 1, 'b');
      expect((await producer.flush()).lastOffset('t', after - 1)).toBe(0);
    });

    it('are asked for no more once the producer is closed', async () => {
      cluster.topic('t', 1);
      const producer = await producerOf({ metadataMaxAgeMs: 10 });
      await vi.waitUntil(() => cluster.refreshes > 2);
      await producer.close();
      const { refreshes } = cluster;
      await new Promise((resolve) => setTimeout(resolve, 60));
      expect(cluster.refreshes).toBe(refreshes);
    });

    it('tell the offsets of the new log when they were made anew', async () => {
      cluster.topic('t', 1);
      const producer = await producerOf();
      for (const value of ['a', 'b', 'c']) append(producer, 't', 0, value);
      expect((await producer.flush()).lastOffset('t', 0)).toBe(2);
      cluster.topic('t', 1);
      append(producer, 't', 0, 'd');
      expect((await producer.flush()).lastOffset('t', 0)).toBe(0);
    });

    it('and have lost a partition are named when records for it cannot be delivered', async () => {
      cluster.topic('t', 2);
      const producer = await producerOf({ deliveryTimeoutMs: 200 });
      append(producer, 't', 1, 'a');
      cluster.topic('t', 1);
      await expect(producer.flush()).rejects.toThrow('the topic has only 1 partitions by now');
    });
  });

  describe('with a transactional session', () => {
    it('asks for each partition once, before its first batch, and marks batches', async () => {
      cluster.topic('t', 2);
      const admitted: string[] = [];
      const { until, release } = gate();

      const producer = await producerOf(
        {},
        {
          transactionalId: 'tx',
          open: () => Promise.resolve({ producerId: 9, epoch: 4 }),
          after: () => Promise.resolve(null),
          admit: async (partitions) => {
            admitted.push(partitions.map(({ topic, partition }) => `${topic}-${partition}`).join());
            await until;
          },
          produceVersion: 8,
          broken: null,
        },
      );
      append(producer, 't', 0, 'a');
      append(producer, 't', 1, 'b');
      const flush = producer.flush();
      await vi.waitFor(() => expect(admitted).toEqual(['t-0,t-1']));
      await manyTurns();
      expect(cluster.requests(PRODUCE)).toHaveLength(0);
      release();
      await flush;
      append(producer, 't', 0, 'c');
      await producer.flush();
      expect(admitted).toHaveLength(1);
      const [batch] = cluster.log('t', 0).batches;
      expect(batch!.readInt16BE(ATTRIBUTES) & TRANSACTIONAL).toBe(TRANSACTIONAL);
      expect(batch!.readInt16BE(PRODUCER_EPOCH)).toBe(4);
      expect(cluster.requests(PRODUCE)[0]!.body.toString('utf8', 2, 4)).toBe('tx');
    });

    it('begins each transaction under the identity that it was given, an empty one before the first batch too', async () => {
      cluster.topic('t', 1);
      const first = { producerId: 9, epoch: 4 };
      const producer = await producerOf(
        { compression: 'gzip' },
        {
          transactionalId: 'tx',
          open: () => Promise.resolve(first),
          after: () => Promise.resolve(null),
          admit: null,
          produceVersion: 8,
          broken: null,
        },
      );
      await producer.cut();
      producer.next({ producerId: 9, epoch: 5 });
      append(producer, 't', 0, 'a');
      append(producer, 't', 0, 'b');
      const cut = producer.cut();
      append(producer, 't', 0, 'c');
      await cut;
      await manyTurns();
      // What was appended after the cut waits for the next transaction, and is numbered when it goes.
      expect(cluster.log('t', 0).values).toEqual(['a', 'b']);
      producer.next({ producerId: 9, epoch: 6 });
      await producer.cut();
      expect(cluster.log('t', 0).values).toEqual(['a', 'b', 'c']);
      const { batches } = cluster.log('t', 0);
      expect(batches.map((batch) => [batch.readInt16BE(PRODUCER_EPOCH), batch.readInt32BE(BASE_SEQUENCE)])).toEqual([
        [5, 0],
        [6, 0],
      ]);
      producer.next({ producerId: 9, epoch: 7 });
    });

    it('tells of what ends the transaction alone, and drops what is appended then', async () => {
      cluster.topic('t', 1);
      onProduce({ code: 47 });
      const broken: BrokerError[] = [];
      const producer = await producerOf(
        {},
        {
          transactionalId: 'tx',
          open: () => Promise.resolve({ producerId: 9, epoch: 4 }),
          after: () => Promise.resolve(null),
          admit: null,
          produceVersion: 8,
          broken: (error) => broken.push(error),
        },
      );
      append(producer, 't', 0, 'a');
      await expect(producer.cut()).rejects.toMatchObject({ kafkaCode: 47 });
      expect(broken).toHaveLength(1);
      append(producer, 't', 0, 'b');
      await manyTurns();
      expect(cluster.log('t', 0).values).toEqual([]);
    });

    it('fails as abortable when the broker has lost the sequence', async () => {
      cluster.topic('t', 1);
      onProduce({ code: 45 });
      const producer = await producerOf(
        {},
        {
          transactionalId: 'tx',
          open: () => Promise.resolve({ producerId: 9, epoch: 4 }),
          after: () => Promise.resolve(null),
          admit: () => Promise.resolve(),
          produceVersion: 8,
          broken: null,
        },
      );
      append(producer, 't', 0, 'a');
      await expect(producer.flush()).rejects.toMatchObject({ class: 'abortable' });
    });
  });
});
