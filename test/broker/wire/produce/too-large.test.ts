import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Compression, ProducerOptions, RecordWriter, RefusedRecord } from '../../../../src/broker/port.js';
import { BASE_SEQUENCE, PRODUCER_EPOCH, RECORD_COUNT } from '../../../../src/broker/wire/batch/batch-header.js';
import { ByteWriter } from '../../../../src/broker/wire/byte-writer.js';
import { WireProducer } from '../../../../src/broker/wire/produce/producer.js';
import { NO_HEADERS } from '../../../../src/record/headers.js';
import { FakeCluster, manyTurns } from '../fake-cluster.js';

const PRODUCE = 0;
const OPTIONS: ProducerOptions = {
  name: 'test',
  lingerMs: 1e6,
  batchBytes: 8_000,
  maxBufferedBytes: 10_000_000,
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
  for (const producer of open) await producer.close().catch(() => undefined);
});

/** A topic that takes batches up to a size. */
async function world(most: number, options: Partial<ProducerOptions> = {}): Promise<RecordWriter> {
  for (const log of cluster.topic('t', 2)) log.mostBytes = most;
  const producer = new WireProducer(cluster.transport(), { ...OPTIONS, ...options });
  open.push(producer);
  await producer.lookUp(['t']);
  return producer.writer({ name: 'the test' });
}

/** Compresses badly, and differs from one to the other. */
function noise(number: number, size = 500): string {
  let text = `${String(number)}:`;
  for (let seed = number + 1; text.length < size; seed = (seed * 48271) % 0x7fffffff) text += seed.toString(36);
  return text.slice(0, size);
}

function put(writer: RecordWriter, values: readonly string[], partition = 0): void {
  for (const [i, value] of values.entries()) {
    writer.append(
      't',
      partition,
      Buffer.from(`k${String(i)}`),
      Buffer.from(value),
      [['h', Buffer.from('x')]],
      1000 - i,
    );
  }
}

const VALUES = Array.from({ length: 100 }, (_, i) => noise(i));

describe('a batch that the topic refuses as too large', () => {
  it.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'] as Compression[])(
    'is split, compression %s',
    async (compression) => {
      const writer = await world(1_500, { compression });
      put(writer, VALUES);
      expect((await writer.flush()).lastOffset('t', 0)).toBe(99);
      const log = cluster.log('t', 0);
      expect(log.values).toEqual(VALUES);
      expect(log.records.map(({ key, timestamp }) => [key, timestamp])).toEqual(
        VALUES.map((_, i) => [`k${String(i)}`, 1000 - i]),
      );
      expect(log.records[50]!.headers).toEqual([['h', Buffer.from('x')]]);
      // The sequences go on as if it had never been larger.
      let next = 0;
      for (const batch of log.batches) {
        expect([batch.readInt32BE(BASE_SEQUENCE), batch.readInt16BE(PRODUCER_EPOCH)]).toEqual([next, 0]);
        next += batch.readInt32BE(RECORD_COUNT);
      }
    },
  );

  it('is followed by smaller ones, of all partitions of the topic', async () => {
    const writer = await world(3_000);
    put(writer, VALUES);
    await writer.flush();
    const before = cluster.requests(PRODUCE).length;
    put(writer, VALUES, 1);
    await writer.flush();
    expect(cluster.log('t', 1).values).toEqual(VALUES);
    expect(cluster.requests(PRODUCE).length - before).toBe(cluster.log('t', 1).batches.length);
    expect(cluster.log('t', 1).batches.length).toBeLessThan(51);
  });

  it('keeps its order with others behind it in flight', async () => {
    const writer = await world(1e6, { lingerMs: 0, batchBytes: 2_000 });
    put(writer, ['first']);
    await writer.flush();
    cluster.log('t', 0).mostBytes = 1_000;
    for (let i = 0; i < 40; i++) {
      put(writer, VALUES.slice(i * 2, i * 2 + 2));
      if (i % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await writer.flush()).lastOffset('t', 0)).toBe(80);
    expect(cluster.log('t', 0).values).toEqual(['first', ...VALUES.slice(0, 80)]);
  });

  it('is not written twice when the topic took it before it took less', async () => {
    const writer = await world(1e6);
    put(writer, ['first']);
    await writer.flush();
    const log = cluster.log('t', 0);
    cluster.fault = ({ apiKey }) => {
      if (apiKey !== PRODUCE || log.mostBytes < 1e6) return null;
      // Written, the answer lost, and then the configuration changed.
      void vi.waitUntil(() => log.end > 1).then(() => (log.mostBytes = 1_000));
      return 'lose-response';
    };
    put(writer, VALUES.slice(0, 5));
    expect((await writer.flush()).lastOffset('t', 0)).toBe(5);
    expect(log.mostBytes).toBe(1_000);
    expect(log.values).toEqual(['first', ...VALUES.slice(0, 5)]);
  });

  it('is split as well when one of its writers is abandoned meanwhile', async () => {
    const writer = await world(1_500);
    const [producer] = open;
    const other = producer!.writer({ name: 'other' });
    put(writer, VALUES.slice(0, 3));
    put(other, VALUES.slice(3, 6));
    put(writer, VALUES.slice(6, 9));
    const flush = writer.flush();
    await manyTurns();
    producer!.abandon([other]);
    await flush;
    const mine = [...VALUES.slice(0, 3), ...VALUES.slice(6, 9)];
    expect(cluster.log('t', 0).values.filter((value) => mine.includes(value!))).toEqual(mine);
  });
});

describe('a record that is too large by itself', () => {
  it('is an error with sizes and limits, and what to do', async () => {
    cluster.answers.set(32, topicConfig({ 'max.message.bytes': '1500', 'cleanup.policy': 'delete' }));
    const writer = await world(1_500);
    writer.append('t', 0, Buffer.from('small'), Buffer.from('x'), NO_HEADERS, 1);
    writer.append('t', 0, Buffer.from('the key'), Buffer.from(noise(1, 4000)), NO_HEADERS, 1);
    await expect(writer.flush()).rejects.toMatchObject({
      code: 'PRODUCTION_FAILED',
      class: 'fatal',
      kafkaCode: 10,
      topic: 't',
      partition: 0,
      message: expect.stringMatching(
        /a record is larger than topic t takes: key 7 bytes, value 4000 bytes, \d+ bytes as a batch of its own; allowed are max\.message\.bytes=1500 \(our own limit, producer\.batchBytes, .* Raise max\.message\.bytes/,
      ) as string,
    });
    expect(cluster.log('t', 0).values).toEqual(['x']);
  });

  it('is told without the limit where that cannot be asked for', async () => {
    const writer = await world(500, { compression: 'lz4' });
    writer.append('t', 0, null, Buffer.from(noise(1, 4000)), NO_HEADERS, 1);
    await expect(writer.flush()).rejects.toThrow(/key null, value 4000 bytes.*which cannot be told/);
  });
});

describe('a record that the topic refuses', () => {
  it.each(['none', 'zstd'] as Compression[])(
    'is left out where that is decided, compression %s',
    async (compression) => {
      const asked: RefusedRecord[] = [];
      const writer = await world(1e6, {
        compression,
        refused: (record, error) => {
          expect(error).toMatchObject({ code: 'PRODUCTION_FAILED', kafkaCode: 87, topic: 't', partition: 0 });
          asked.push(record);
          return Promise.resolve();
        },
      });
      cluster.log('t', 0).refuses = ({ key }) => key === 'k30' || key === 'k31' || key === 'k77';
      put(writer, VALUES);
      expect((await writer.flush()).lastOffset('t', 0)).toBe(96);
      expect(cluster.log('t', 0).values).toEqual(VALUES.filter((_, i) => i !== 30 && i !== 31 && i !== 77));
      expect(asked.map(({ key, timestamp }) => [String(key), timestamp])).toEqual([
        ['k30', 970],
        ['k31', 969],
        ['k77', 923],
      ]);
      expect(asked[0]).toMatchObject({ writer: 'the test', value: Buffer.from(VALUES[30] as string) });
      expect(asked[0]?.headers).toEqual([['h', Buffer.from('x')]]);
      // The next ones are numbered as if it had never been, by the same identity.
      put(writer, ['after']);
      await writer.flush();
      expect(cluster.log('t', 0).values.at(-1)).toBe('after');
      for (const batch of cluster.log('t', 0).batches) expect(batch.readInt16BE(PRODUCER_EPOCH)).toBe(0);
    },
  );

  it('is left out with others behind it in flight, in order and once, also when answers are lost', async () => {
    const writer = await world(1e6, { lingerMs: 0, batchBytes: 2_000, refused: () => Promise.resolve() });
    put(writer, ['first']);
    await writer.flush();
    cluster.log('t', 0).refuses = ({ value }) => value?.startsWith('2') === true;
    let lost = 0;
    cluster.fault = ({ apiKey }) => (apiKey === PRODUCE && ++lost % 4 === 0 ? 'lose-response' : null);
    for (let i = 0; i < 40; i++) {
      put(writer, VALUES.slice(i * 2, i * 2 + 2));
      if (i % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await writer.flush();
    const left = VALUES.slice(0, 80).filter((value) => !value.startsWith('2'));
    expect(cluster.log('t', 0).values).toEqual(['first', ...left]);
  });

  it('fails the producer where that is decided, or nobody is asked', async () => {
    const writer = await world(1e6, { refused: (_, error) => Promise.reject(error) });
    cluster.log('t', 0).refuses = () => true;
    put(writer, ['x']);
    await expect(writer.flush()).rejects.toMatchObject({ code: 'PRODUCTION_FAILED', kafkaCode: 87 });
    const other = await world(1e6);
    cluster.log('t', 0).refuses = () => true;
    put(other, ['x']);
    await expect(other.flush()).rejects.toThrow(/topic t does not take a record/);
  });

  it('may be one that is too large', async () => {
    const sizes: number[] = [];
    const writer = await world(1_500, {
      refused: ({ value }) => {
        sizes.push(value?.length ?? 0);
        return Promise.resolve();
      },
    });
    put(writer, [noise(1), noise(2, 4_000), noise(3)]);
    await writer.flush();
    expect(cluster.log('t', 0).values).toEqual([noise(1), noise(3)]);
    expect(sizes).toEqual([4_000]);
  });
});

describe('a request that the broker does not read', () => {
  it('is followed by smaller ones', async () => {
    for (const log of cluster.topic('t', 40)) log.leader = 1;
    const producer = new WireProducer(cluster.transport(), { ...OPTIONS, batchBytes: 100_000 });
    open.push(producer);
    await producer.lookUp(['t']);
    // As with socket.request.max.bytes: the connection is closed.
    cluster.fault = ({ apiKey, body }) => (apiKey === PRODUCE && body.length > 300_000 ? 'lose-request' : null);
    const writer = producer.writer({ name: 'the test' });
    for (let i = 0; i < 40; i++) writer.append('t', i, null, Buffer.alloc(90_000, i), NO_HEADERS, 1);
    await writer.flush();
    expect(cluster.logs.get('t')!.every(({ end }) => end === 1)).toBe(true);
  });
});

function topicConfig(config: Record<string, string>): Buffer {
  return new ByteWriter()
    .int32(0)
    .array([config], (one, out) =>
      out
        .int16(0)
        .nullableString(null)
        .int8(2)
        .string('t')
        .array(Object.entries(one), ([name, value]) => {
          out.string(name).nullableString(value).boolean(false).int8(1).boolean(false);
          out.array([], () => undefined);
        }),
    )
    .finish();
}
