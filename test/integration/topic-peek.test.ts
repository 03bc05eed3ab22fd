/** `millrace topic peek` on topics as others write them. */
import { afterEach, expect, it, vi } from 'vitest';
import { connectKafka } from '../../src/broker/kafkajs/connect.js';
import { program } from '../../src/cli/program.js';
import { peekTopic } from '../../src/cli/topic/peek.js';
import { peekText } from '../../src/cli/topic/peek-text.js';
import { silentLogger } from '../../src/observe/logger.js';
import { inMemoryRegistry } from '../../src/registry/in-memory-registry.js';
import { avroMessage, ORDER_AVRO } from '../cli/topic/messages.js';
import { brokers, createTopic, plainClient, uniqueName } from './kafka.js';

afterEach(() => {
  vi.restoreAllMocks();
});

async function peek(...args: string[]): Promise<string> {
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  await program().parseAsync(['topic', 'peek', ...args, '--brokers', brokers().join(',')], { from: 'user' });
  vi.restoreAllMocks();
  return written.join('');
}

async function send(topic: string, messages: Parameters<ReturnType<typeof sender>['send']>[0]['messages']) {
  const producer = sender();
  await producer.connect();
  await producer.send({ topic, messages });
  await producer.disconnect();
}
const sender = () => plainClient().producer();

it('tells formats, times, keys and records', async () => {
  const topic = await createTopic('peeked', { partitions: 2 });
  const time = Date.UTC(2026, 4, 1);
  const messages = Array.from({ length: 30 }, (_, i) => ({
    partition: i % 3 === 0 ? 1 : 0,
    key: i < 15 ? 'ann' : `user-${i}`,
    value: JSON.stringify({ i }),
    timestamp: String(time + i),
    ...(i === 29 ? { headers: { trace: 'id-7' } } : {}),
  }));
  await send(topic, messages);

  const told = JSON.parse(await peek(topic, '--json', '--records', '2')) as Record<string, unknown>;
  expect(told).toMatchObject({
    topic,
    partitions: [
      { partition: 0, first: 0, end: 20 },
      { partition: 1, first: 0, end: 10 },
    ],
    keys: { format: 'string' },
    values: { format: 'JSON' },
    looked: {
      records: 30,
      differentKeys: 16,
      earliest: time,
      latest: time + 29,
      topKeys: [{ key: 'ann', records: 15, share: 0.5 }],
    },
    records: [
      { partition: 0, offset: 18, timestamp: time + 28, key: 'user-28', value: { i: 28 }, headers: {} },
      { partition: 0, offset: 19, timestamp: time + 29, key: 'user-29', value: { i: 29 }, headers: { trace: 'id-7' } },
    ],
  });
  const text = await peek(topic, '--from-beginning');
  expect(text).toContain(`${topic}: 2 partitions, 30 offsets\n`);
  expect(text).toMatch(/\n {3}50\.0 % {2}ann {2}15 records\n/);
  expect(text).toMatch(/\n1 +0 {2}2026-05-01T00:00:00.000Z {2}ann +\{"i":0\}\n/);
  expect(await peek(topic, '--no-values')).not.toMatch(/\{|id-7/);
  await expect(peek(uniqueName('nothing'))).rejects.toMatchObject({ code: 'TOPIC_MISSING' });
});

it('decodes with the schemas of a registry', async () => {
  const topic = await createTopic('peeked-avro');
  const registry = inMemoryRegistry();
  await registry.register(`${topic}-value`, { type: 'AVRO', schema: ORDER_AVRO, references: [] }, false);
  await send(topic, [
    { key: 'k', value: avroMessage(1, 'ann', 3) },
    { key: null, value: null },
  ]);
  const client = connectKafka({ brokers: brokers() }, silentLogger);
  try {
    const request = { topic, records: 10, sample: 10, from: 'end', isolation: 'committed', values: true } as const;
    const peeked = await peekTopic(client, { ...request, registry });
    expect(peeked.values).toMatchObject({ format: 'Avro', schemaIds: [1], schemas: [{ schema: ORDER_AVRO }] });
    expect(peeked.records.map(({ value }) => value)).toEqual([{ name: 'ann', count: 3 }, null]);
    expect(peeked.looked).toMatchObject({ withoutKey: 1, tombstones: 1 });
    expect(peekText(peeked)).toContain('schema 1 (AVRO):\n');
    const without = await peekTopic(client, { ...request, registry: null });
    expect(peekText(without)).toContain('With --registry <url> schemas and decoded records are shown.');
  } finally {
    await client.close();
  }
});
