/** What an application sees of transactions that others write, and what the broker sees of the application; on a real broker. */
import { hostname } from 'node:os';
import type { Producer, Transaction } from 'kafkajs';
import { afterAll, describe, expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';
import type { KafkaStreams } from '../../src/app.js';
import { applications, readUntil } from './application-fixture.js';
import { createTopic, plainClient, uniqueName } from './kafka.js';

const STRINGS = { key: serdes.string(), value: serdes.string() };
const apps = applications();
const producers: Producer[] = [];
afterAll(() => Promise.all(producers.map((one) => one.disconnect())));

async function writer(): Promise<Producer> {
  const producer = plainClient().producer({
    transactionalId: uniqueName('tx'),
    maxInFlightRequests: 1,
    idempotent: true,
  });
  await producer.connect();
  producers.push(producer);
  return producer;
}

async function send(to: Transaction, topic: string, value: string): Promise<void> {
  await to.send({ topic, messages: [{ partition: 0, key: value, value }] });
}

/** Transactions of two records each, one after the other; the last one stays open. */
async function transactions(topic: string): Promise<Transaction> {
  const [one, two] = [await writer(), await writer()];
  const first = await one.transaction();
  await send(first, topic, 'kept 1');
  await send(first, topic, 'kept 2');
  await first.commit();
  const second = await two.transaction();
  await send(second, topic, 'lost 1');
  await send(second, topic, 'lost 2');
  await second.abort();
  const third = await one.transaction();
  await send(third, topic, 'kept 3');
  await third.commit();
  const open = await two.transaction();
  await send(open, topic, 'open');
  return open;
}

async function values(topic: string, last: string): Promise<string[]> {
  const read: string[] = [];
  await readUntil(topic, (_key, value) => {
    read.push(String(value));
    return String(value) === last;
  });
  return read;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

function caughtUp(streams: KafkaStreams): boolean {
  const { state, lag, processed } = streams.metrics();
  return state === 'RUNNING' && lag === 0 && processed > 0;
}

describe('isolationLevel', () => {
  it('readCommitted shows no record of an aborted or an open transaction, and has no lag at the last stable offset', async () => {
    const [input, output] = [await createTopic('tx-in'), await createTopic('tx-out')];
    const open = await transactions(input);
    const builder = new StreamsBuilder();
    builder.stream(input, STRINGS).to(output, STRINGS);
    const applicationId = uniqueName('tx');
    const streams = apps.start(builder.build(), { applicationId, isolationLevel: 'readCommitted' });
    await streams.start();
    await until(() => caughtUp(streams));
    expect(streams.metrics()).toMatchObject({ processed: 3, lag: 0 });
    await send(open, input, 'open 2');
    await open.commit();
    expect(await values(output, 'open 2')).toEqual(['kept 1', 'kept 2', 'kept 3', 'open', 'open 2']);
    await until(() => caughtUp(streams));
    await streams.close();
    expect(streams.error).toBeNull();
  });

  it('the default shows all of them', async () => {
    const [input, output] = [await createTopic('tx-in'), await createTopic('tx-out')];
    const open = await transactions(input);
    const builder = new StreamsBuilder();
    builder.stream(input, STRINGS).to(output, STRINGS);
    await apps.start(builder.build(), { applicationId: uniqueName('tx') }).start();
    expect(await values(output, 'open')).toEqual(['kept 1', 'kept 2', 'lost 1', 'lost 2', 'kept 3', 'open']);
    await open.abort();
  });

  it('readCommitted counts for idling, global tables and restored source topics', async () => {
    const [global, table, input, output] = [
      await createTopic('tx-global'),
      await createTopic('tx-table', { config: { 'cleanup.policy': 'compact' } }),
      await createTopic('tx-in'),
      await createTopic('tx-out'),
    ];
    const opened = [await transactions(global), await transactions(table)];
    const build = (): StreamsBuilder => {
      const builder = new StreamsBuilder();
      const facts = builder.globalTable(global, { ...STRINGS, store: 'facts' });
      const rows = builder.table(table, { ...STRINGS, store: 'rows', name: 'rows' });
      builder
        .stream(input, STRINGS)
        .leftJoin(rows, (value, row) => `${value} row=${String(row)}`)
        .leftJoin(
          facts,
          (_value, key) => key,
          (value, fact) => `${value} fact=${String(fact)}`,
        )
        .to(output, STRINGS);
      return builder;
    };
    const applicationId = uniqueName('tx');
    const options = { applicationId, isolationLevel: 'readCommitted', dslStores: 'memory' } as const;
    // The table's partition has an open transaction at its end: who counted by the high watermark would wait for it for ever.
    const run = async (round: string): Promise<string[]> => {
      const streams = apps.start(build().build({ optimize: 'all' }), options);
      await streams.start();
      await until(() => streams.state === 'RUNNING');
      const producer = plainClient().producer();
      await producer.connect();
      for (const key of ['kept 3', 'lost 1', 'open']) {
        await producer.send({ topic: input, messages: [{ key, value: `${round} ${key}` }] });
      }
      await producer.disconnect();
      const read: string[] = [];
      await readUntil(output, (_key, value) => {
        const line = String(value);
        if (line.startsWith(round)) read.push(line);
        return line.startsWith(`${round} open`);
      });
      await streams.close();
      return read;
    };
    const expected = (round: string): string[] => [
      `${round} kept 3 row=kept 3 fact=kept 3`,
      `${round} lost 1 row=null fact=null`,
      `${round} open row=null fact=null`,
    ];
    expect(await run('first')).toEqual(expected('first'));
    // In memory: everything comes from the topics again.
    expect(await run('second')).toEqual(expected('second'));
    for (const one of opened) await one.abort();
  });
});

describe('clientId', () => {
  it('tells whoever describes the group which application and process a member is', async () => {
    const input = await createTopic('named');
    const builder = new StreamsBuilder();
    builder.stream(input, STRINGS).foreach(() => undefined);
    const applicationId = uniqueName('named');
    await apps.start(builder.build(), { applicationId }).start();
    const admin = plainClient().admin();
    await admin.connect();
    const { groups } = await admin.describeGroups([applicationId]);
    await admin.disconnect();
    const prefix = `${applicationId}-${hostname()}-${String(process.pid)}-`;
    expect(groups[0]?.members.map(({ clientId }) => clientId)).toEqual([expect.stringContaining(prefix)]);
    expect(groups[0]?.members.map(({ memberId }) => memberId)).toEqual([expect.stringContaining(prefix)]);
  });
});
