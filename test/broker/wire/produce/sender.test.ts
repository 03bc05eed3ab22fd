import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RecordWriter } from '../../../../src/broker/port.js';
import { WireProducer } from '../../../../src/broker/wire/produce/producer.js';
import { NO_HEADERS } from '../../../../src/record/headers.js';
import { FakeCluster, type SeenRequest } from '../fake-cluster.js';

const PRODUCE = 0;

let cluster: FakeCluster;
let producer: WireProducer;
let writer: RecordWriter;

beforeEach(async () => {
  cluster = new FakeCluster();
  cluster.topic('t', 2)[1]!.leader = 2;
  producer = new WireProducer(cluster.transport(), {
    name: 'test',
    lingerMs: 0,
    batchBytes: 4096,
    maxBufferedBytes: 1_000_000,
    compression: 'none',
    deliveryTimeoutMs: 10_000,
  });
  writer = producer.writer({ name: 'the test' });
  await producer.lookUp(['t']);
});

afterEach(async () => {
  await producer.close();
});

async function write(partition: number, value: string): Promise<void> {
  writer.append('t', partition, null, Buffer.from(value), NO_HEADERS, 1);
  await producer.flush();
}

const sent = (): SeenRequest[] => cluster.requests(PRODUCE);

describe('the memory of a request', () => {
  it('is used again for the next one, once it is answered', async () => {
    for (const value of ['a', 'b', 'c']) await write(0, value);
    expect(new Set(sent().map(({ memory }) => memory)).size).toBe(1);
    expect(cluster.log('t', 0).values).toEqual(['a', 'b', 'c']);
  });

  it('is not, before', async () => {
    let answer: () => void = () => undefined;
    const until = new Promise<void>((resolve) => (answer = resolve));
    cluster.fault = ({ apiKey, node }) => (apiKey === PRODUCE && node === 1 ? { until } : null);
    const first = write(0, 'a');
    await vi.waitFor(() => expect(sent()).toHaveLength(1));
    const second = write(1, 'b');
    await vi.waitFor(() => expect(sent()).toHaveLength(2));
    answer();
    await Promise.all([first, second]);
    expect(new Set(sent().map(({ memory }) => memory)).size).toBe(2);
    expect([0, 1].map((partition) => cluster.log('t', partition).values)).toEqual([['a'], ['b']]);
  });

  it('is not, where no answer came: it may still be on its way', async () => {
    let lost = false;
    cluster.fault = ({ apiKey }) => {
      if (apiKey !== PRODUCE || lost) return null;
      lost = true;
      return 'lose-response';
    };
    await write(0, 'a');
    await write(0, 'b');
    const [unanswered, ...later] = sent().map(({ memory }) => memory);
    expect(later).toHaveLength(2);
    expect(later).not.toContain(unanswered);
    expect(cluster.log('t', 0).values).toEqual(['a', 'b']);
  });
});
