import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Compression, ProducerOptions, RecordWriter } from '../../../../src/broker/port.js';
import { BASE_SEQUENCE, PRODUCER_EPOCH } from '../../../../src/broker/wire/batch/batch-header.js';
import { WireProducer } from '../../../../src/broker/wire/produce/producer.js';
import { NO_HEADERS } from '../../../../src/record/headers.js';
import { FakeCluster, manyTurns } from '../fake-cluster.js';

const PRODUCE = 0;
const OPTIONS: ProducerOptions = {
  name: 'test',
  lingerMs: 0,
  batchBytes: 4096,
  maxBufferedBytes: 1_000_000,
  compression: 'none',
  deliveryTimeoutMs: 60_000,
};

let cluster: FakeCluster;
let open: WireProducer[];

beforeEach(() => {
  cluster = new FakeCluster();
  open = [];
});

afterEach(async () => {
  vi.useRealTimers();
  // What waits on purpose would be flushed.
  for (const producer of open) producer.abandon('all');
  for (const producer of open) await producer.close().catch(() => undefined);
});

async function producerOf(options: Partial<ProducerOptions> = {}): Promise<WireProducer> {
  const producer = new WireProducer(cluster.transport(), { ...OPTIONS, ...options });
  open.push(producer);
  await producer.lookUp([...cluster.logs.keys()]);
  return producer;
}

function put(writer: RecordWriter, partition: number, ...values: string[]): void {
  for (const value of values) writer.append('t', partition, null, Buffer.from(value), NO_HEADERS, 7);
}

/** Partition 1 has a leader of its own, whose requests wait until they are released. */
function twoBrokers(): { release: () => void } {
  cluster.topic('t', 2)[1]!.leader = 2;
  let release = (): void => undefined;
  const until = new Promise<void>((resolve) => (release = resolve));
  cluster.fault = ({ apiKey, node }) => (apiKey === PRODUCE && node === 2 ? { until } : null);
  return { release: () => release() };
}

describe('a writer', () => {
  it('flushes its own partitions, whatever becomes of others', async () => {
    const { release } = twoBrokers();
    const producer = await producerOf({ lingerMs: 1e6 });
    const [a, b] = [producer.writer({ name: 'a' }), producer.writer({ name: 'b' })];
    put(a, 0, 'a1', 'a2');
    put(b, 0, 'b1');
    put(b, 1, 'b2');
    let flushed = false;
    const ofB = b.flush().then((offsets) => {
      flushed = true;
      return offsets;
    });
    expect((await a.flush()).lastOffset('t', 0)).toBe(2);
    await manyTurns();
    expect(flushed).toBe(false);
    put(a, 0, 'a3');
    expect((await a.flush()).lastOffset('t', 0)).toBe(3);
    release();
    const offsets = await ofB;
    expect([0, 1].map((partition) => offsets.lastOffset('t', partition))).toEqual([2, 0]);
  });

  it('waits in a second flush for what the first one waits for', async () => {
    const { release } = twoBrokers();
    const producer = await producerOf();
    const writer = producer.writer({ name: 'a' });
    put(writer, 1, 'x');
    const first = writer.flush();
    let second = false;
    const again = writer.flush().then(() => (second = true));
    await manyTurns();
    expect(second).toBe(false);
    release();
    expect((await first).lastOffset('t', 1)).toBe(0);
    await again;
  });

  it('tells the last offset of what it wrote long ago', async () => {
    cluster.topic('t', 2);
    const producer = await producerOf();
    const writer = producer.writer({ name: 'a' });
    put(writer, 0, 'x', 'y');
    await writer.flush();
    put(writer, 1, 'z');
    const offsets = await writer.flush();
    expect([0, 1].map((partition) => offsets.lastOffset('t', partition))).toEqual([1, 0]);
  });

  it('takes no more once it has ended, but what it wrote goes out', async () => {
    cluster.topic('t', 1);
    const producer = await producerOf({ lingerMs: 1e6 });
    const writer = producer.writer({ name: 'task 0_0' });
    put(writer, 0, 'x');
    writer.end();
    expect(() => put(writer, 0, 'y')).toThrow('the writer of task 0_0 has ended');
    await producer.flush();
    expect(cluster.log('t', 0).values).toEqual(['x']);
  });
});

describe('memory', () => {
  it('is full for those who write to a partition that does not move; the others go on', async () => {
    const { release } = twoBrokers();
    const drained: string[] = [];
    const producer = await producerOf({ maxBufferedBytes: 100_000 });
    const writer = (name: string): RecordWriter => producer.writer({ name, drained: () => drained.push(name) });
    const [stuck, alsoStuck, moving] = [writer('stuck'), writer('also stuck'), writer('moving')];
    while (!stuck.full) put(stuck, 1, 'x'.repeat(1000));
    put(alsoStuck, 1, 'y');
    expect([stuck.full, alsoStuck.full, moving.full]).toEqual([true, true, false]);
    // Ten times of all the memory.
    for (let round = 0; round < 100; round++) {
      for (let i = 0; i < 10; i++) put(moving, 0, 'z'.repeat(1000));
      if (moving.full) await vi.waitUntil(() => !moving.full);
    }
    await moving.flush();
    expect(cluster.log('t', 0).values).toHaveLength(1000);
    expect([drained.includes('stuck'), stuck.full]).toEqual([false, true]);
    release();
    await vi.waitUntil(() => !stuck.full && !alsoStuck.full);
    expect(drained.filter((name) => name !== 'moving')).toEqual(['stuck', 'also stuck']);
  });

  it('leaves every partition one batch, however much others hold', async () => {
    const { release } = twoBrokers();
    const producer = await producerOf({ maxBufferedBytes: 10_000, batchBytes: 1000 });
    const [stuck, moving] = [producer.writer({ name: 'stuck' }), producer.writer({ name: 'moving' })];
    // As the changelogs of a large epoch, which nobody can hold back.
    for (let i = 0; i < 100; i++) put(stuck, 1, 'x'.repeat(1000));
    put(moving, 0, 'y');
    expect([stuck.full, moving.full]).toEqual([true, false]);
    await moving.flush();
    release();
    await stuck.flush();
    expect(stuck.full).toBe(false);
  });

  it('does not linger when it is short', async () => {
    cluster.topic('t', 1);
    const producer = await producerOf({ maxBufferedBytes: 10_000, lingerMs: 1e9 });
    const writer = producer.writer({ name: 'a' });
    while (!writer.full) put(writer, 0, 'x'.repeat(100));
    await vi.waitUntil(() => !writer.full);
    expect(cluster.log('t', 0).values.length).toBeGreaterThan(50);
  });
});

describe('the gate', () => {
  it('keeps everything back, what is queued too, until it opens', async () => {
    cluster.topic('t', 1);
    let isOpen = true;
    const producer = await producerOf({ mayLeave: () => isOpen });
    const writer = producer.writer({ name: 'a' });
    put(writer, 0, 'before');
    await writer.flush();
    put(writer, 0, 'queued');
    isOpen = false;
    put(writer, 0, 'later');
    const flush = writer.flush();
    await manyTurns();
    expect(cluster.log('t', 0).values).toEqual(['before']);
    isOpen = true;
    producer.resume();
    await flush;
    expect(cluster.log('t', 0).values).toEqual(['before', 'queued', 'later']);
  });

  it('is asked again once the connection is there', async () => {
    cluster.topic('t', 1);
    let isOpen = true;
    const producer = await producerOf({ mayLeave: () => isOpen });
    const writer = producer.writer({ name: 'a' });
    put(writer, 0, 'first');
    await writer.flush();
    let connected = (): void => undefined;
    cluster.connecting = new Promise<void>((resolve) => (connected = resolve));
    put(writer, 0, 'second');
    const flush = writer.flush();
    await vi.waitUntil(() => cluster.waiting > 0);
    isOpen = false;
    connected();
    await manyTurns();
    expect(cluster.log('t', 0).values).toEqual(['first']);
    isOpen = true;
    producer.resume();
    expect((await flush).lastOffset('t', 0)).toBe(1);
    expect(cluster.log('t', 0).values).toEqual(['first', 'second']);
  });

  it('opens without being told, within a second', async () => {
    cluster.topic('t', 1);
    let isOpen = false;
    const producer = await producerOf({ mayLeave: () => isOpen });
    const writer = producer.writer({ name: 'a' });
    put(writer, 0, 'x');
    const flush = writer.flush();
    await manyTurns();
    isOpen = true;
    await flush;
    expect(cluster.log('t', 0).values).toEqual(['x']);
  });

  it('stops the delivery clock', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] });
    cluster.topic('t', 1);
    let isOpen = true;
    const producer = await producerOf({ mayLeave: () => isOpen, deliveryTimeoutMs: 1000 });
    const writer = producer.writer({ name: 'a' });
    isOpen = false;
    put(writer, 0, 'x');
    const flush = writer.flush();
    await vi.advanceTimersByTimeAsync(60_000);
    isOpen = true;
    producer.resume();
    await flush;
    expect(cluster.log('t', 0).values).toEqual(['x']);
  });
});

describe('abandon', () => {
  it('drops what is not acknowledged, rejects who waits for it, and goes on under a newer identity', async () => {
    const [log] = cluster.topic('t', 1);
    const producer = await producerOf();
    const old = producer.writer({ name: 'task 0_1' });
    put(old, 0, 'a');
    await old.flush();
    cluster.fault = ({ apiKey }) => (apiKey === PRODUCE ? 'lose-request' : null);
    put(old, 0, 'stale');
    const [mine, all] = [old.flush(), producer.flush()].map((flush) => flush.catch((error: unknown) => error));
    await vi.waitUntil(() => cluster.requests(PRODUCE).length >= 2);
    producer.abandon('all');
    await expect(mine).resolves.toMatchObject({ class: 'fenced', code: 'BROKER_FENCED' });
    await expect(all).resolves.toMatchObject({ class: 'fenced' });
    expect(() => put(old, 0, 'b')).toThrow('task 0_1 is given up');
    await expect(old.flush()).rejects.toThrow('task 0_1 is given up');
    cluster.fault = () => null;
    const fresh = producer.writer({ name: 'task 0_1' });
    put(fresh, 0, 'c');
    expect((await fresh.flush()).lastOffset('t', 0)).toBe(1);
    expect(log!.values).toEqual(['a', 'c']);
    expect(log!.batches.map((batch) => [batch.readInt16BE(PRODUCER_EPOCH), batch.readInt32BE(BASE_SEQUENCE)])).toEqual([
      [0, 0],
      [1, 0],
    ]);
  });

  it('has the broker refuse what comes late', async () => {
    const [log] = cluster.topic('t', 1);
    const producer = await producerOf();
    const old = producer.writer({ name: 'old' });
    put(old, 0, 'a');
    await old.flush();
    let release = (): void => undefined;
    const until = new Promise<void>((resolve) => (release = resolve));
    let first = true;
    cluster.fault = ({ apiKey }) => {
      if (apiKey !== PRODUCE || !first) return null;
      first = false;
      return { until };
    };
    put(old, 0, 'late');
    await manyTurns();
    log!.leader = 2;
    producer.abandon('all');
    await cluster.transport().refresh([]);
    await producer.lookUp(['t']);
    cluster.topic('u', 1);
    await producer.lookUp(['u']); // the new leader becomes known
    const fresh = producer.writer({ name: 'new' });
    put(fresh, 0, 'b');
    await fresh.flush();
    log!.leader = 1;
    release();
    await manyTurns();
    expect(log!.values).toEqual(['a', 'b']);
    put(fresh, 0, 'c');
    await fresh.flush();
    expect(log!.values).toEqual(['a', 'b', 'c']);
  });

  it('frees the memory', async () => {
    const { release } = twoBrokers();
    const producer = await producerOf({ maxBufferedBytes: 10_000, batchBytes: 1000 });
    const old = producer.writer({ name: 'old' });
    for (let i = 0; i < 100; i++) put(old, 1, 'x'.repeat(1000));
    producer.abandon([old]);
    const fresh = producer.writer({ name: 'new' });
    put(fresh, 1, 'y'.repeat(3000));
    expect(fresh.full).toBe(false);
    release();
  });

  describe.each(['none', 'lz4'] as Compression[])(
    'of one of two writers to a partition, compression %s',
    (compression) => {
      it('takes its records out of what is not sent', async () => {
        const [log] = cluster.topic('t', 1);
        const producer = await producerOf({ compression, lingerMs: 1e6 });
        const [gone, stays] = [producer.writer({ name: 'gone' }), producer.writer({ name: 'stays' })];
        put(stays, 0, 's1');
        put(gone, 0, 'g1', 'g2');
        put(stays, 0, 's2');
        producer.abandon([gone]);
        put(stays, 0, 's3');
        const offsets = await stays.flush();
        expect(log!.values).toEqual(['s1', 's2', 's3']);
        expect(offsets.lastOffset('t', 0)).toBe(2);
        expect(log!.records.map(({ timestamp }) => timestamp)).toEqual([7, 7, 7]);
      });

      it.each(['lose-request', 'lose-response'] as const)('and does not double or lose what stays: %s', async (how) => {
        const [log] = cluster.topic('t', 1);
        const producer = await producerOf({ compression });
        const [gone, stays] = [producer.writer({ name: 'gone' }), producer.writer({ name: 'stays' })];
        put(stays, 0, 's0');
        await stays.flush();
        let faults = 1;
        cluster.fault = ({ apiKey }) => (apiKey === PRODUCE && faults-- > 0 ? how : null);
        put(stays, 0, 's1');
        put(gone, 0, 'g1');
        const flush = stays.flush();
        put(gone, 0, 'g2');
        put(stays, 0, 's2');
        await new Promise((resolve) => setImmediate(resolve)); // both are under way
        producer.abandon([gone]);
        put(stays, 0, 's3');
        await flush;
        await stays.flush();
        // What had reached the broker was written and can't be taken back.
        const written = log!.values.filter((value) => value!.startsWith('s'));
        expect(written).toEqual(['s0', 's1', 's2', 's3']);
        const mine = log!.values.filter((value) => value!.startsWith('g'));
        expect(mine).toEqual(how === 'lose-request' ? [] : ['g1', 'g2']);
      });
    },
  );

  it('lets a flush of another writer be, whose records are written', async () => {
    cluster.topic('t', 2)[1]!.leader = 2;
    const producer = await producerOf();
    const [gone, stays] = [producer.writer({ name: 'gone' }), producer.writer({ name: 'stays' })];
    put(stays, 1, 's');
    await vi.waitUntil(() => cluster.log('t', 1).end === 1);
    await manyTurns();
    cluster.fault = ({ apiKey }) => (apiKey === PRODUCE ? 'lose-request' : null);
    put(gone, 1, 'g');
    const flush = stays.flush();
    producer.abandon([gone]);
    expect((await flush).lastOffset('t', 1)).toBe(0);
  });
});
