/** One application on a real broker: from topic to topic, over a restart, with what can go wrong at the start. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { KafkaStreams } from '../../src/app.js';
import type { State } from '../../src/observe/instance-state.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';
import type { Topology } from '../../src/topology/topology.js';
import { applications, produce, table } from './application-fixture.js';
import { createTopic, uniqueName } from './kafka.js';

const STRINGS = { key: serdes.string(), value: serdes.string() };

const { start, stateDir } = applications();

const long = (bytes: Buffer): number => Number(bytes.readBigInt64BE());

function countByWord(input: string, output: string): Topology {
  const builder = new StreamsBuilder();
  builder
    .stream(input, STRINGS)
    .flatMapValues((line) => line.split(' '))
    .groupBy((word) => word, STRINGS)
    .count({ store: 'counts' })
    .toStream()
    .to(output, { value: serdes.long() });
  return builder.build();
}

describe('an application', () => {
  it('counts words through a repartition topic, and goes on after a restart', async () => {
    const [input, output] = [await createTopic('lines', { partitions: 3 }), await createTopic('counts')];
    const applicationId = uniqueName('words');
    const first = start(countByWord(input, output), { applicationId });
    const states: State[] = [];
    first.onStateChange((state) => states.push(state));
    await first.start();
    await first.whenRunning();
    expect(first.state).toBe('RUNNING');
    await produce(input, [
      ['1', 'to be or not to be'],
      ['2', 'to see'],
    ]);
    const rows = await table(output, long, (found) => found.get('to') === 3 && found.size === 5);
    expect(Object.fromEntries(rows)).toEqual({ to: 3, be: 2, or: 1, not: 1, see: 1 });
    expect(await first.store<string, number>('counts').get('to')).toMatchObject({ value: 3 });
    await first.close();
    expect(states).toEqual(['REBALANCING', 'RUNNING', 'PENDING_SHUTDOWN', 'NOT_RUNNING']);

    const second = start(countByWord(input, output), { applicationId });
    await second.start();
    await produce(input, [['3', 'be brave']]);
    const later = await table(output, long, (found) => found.get('be') === 3 && found.has('brave'));
    expect(later.get('to')).toBe(3);
    expect(second.metrics().restore.records).toBe(0);
  });

  it('restores what it kept in memory only from the changelog', async () => {
    const [input, output] = [await createTopic('in'), await createTopic('out')];
    const applicationId = uniqueName('memory');
    const builder = new StreamsBuilder();
    builder
      .stream(input, STRINGS)
      .groupByKey()
      .count({ store: 'counts', engine: 'memory' })
      .toStream()
      .to(output, { value: serdes.long() });
    const topology = builder.build();
    const first = start(topology, { applicationId });
    await first.start();
    await produce(input, [
      ['a', '1'],
      ['a', '2'],
      ['b', '3'],
    ]);
    await table(output, long, (found) => found.get('a') === 2 && found.get('b') === 1);
    await first.close();
    const second = start(topology, { applicationId });
    await second.start();
    await produce(input, [['a', '4']]);
    expect((await table(output, long, (found) => found.get('a') === 3)).get('b')).toBe(1);
    expect(second.metrics().restore.records).toBeGreaterThan(0);
  });

  it('joins a stream with a table and a global table', async () => {
    const topics = await Promise.all(
      ['orders', 'users', 'items', 'out'].map((name) => createTopic(name, { partitions: 2 })),
    );
    const [orders, users, items, output] = topics as [string, string, string, string];
    await produce(users, [
      ['u1', 'Ann'],
      ['u2', 'Bob'],
    ]);
    await produce(items, [['i1', 'Pen']]);
    const builder = new StreamsBuilder();
    builder
      .stream(orders, STRINGS)
      .join(builder.table(users, STRINGS), (item, user) => `${user}:${item}`)
      .leftJoin(
        builder.globalTable(items, STRINGS),
        (value) => value.split(':')[1] ?? null,
        (value, item) => `${value}:${item ?? '?'}`,
      )
      .to(output, STRINGS);
    const streams = start(builder.build(), { applicationId: uniqueName('joins') });
    await streams.start();
    await produce(orders, [
      ['u1', 'i1'],
      ['u2', 'i9'],
      ['u3', 'i1'],
    ]);
    const rows = await table(output, String, (found) => found.size === 2);
    expect(Object.fromEntries(rows)).toEqual({ u1: 'Ann:i1:Pen', u2: 'Bob:i9:?' });
  });

  it('ends in ERROR at a record that cannot be decoded, naming it, and tells by closed', async () => {
    const [input, output] = [await createTopic('in'), await createTopic('out')];
    const builder = new StreamsBuilder();
    builder.stream(input, { key: serdes.string(), value: serdes.json<object>() }).to(output);
    const streams = start(builder.build(), { applicationId: uniqueName('bad') });
    await streams.start();
    await produce(input, [
      ['a', '{}'],
      ['b', 'not json'],
    ]);
    await streams.closed;
    expect(streams.state).toBe('ERROR');
    expect(streams.error).toMatchObject({ code: 'DESERIALIZATION_FAILED', topic: input, partition: 0, offset: 1 });
  });

  it('replaces itself after a failure when told to', async () => {
    const [input, output] = [await createTopic('in'), await createTopic('out')];
    let failures = 0;
    const builder = new StreamsBuilder();
    builder
      .stream(input, STRINGS)
      .peek((value) => {
        if (value === 'boom' && failures++ === 0) throw new Error('first time');
      })
      .to(output, STRINGS);
    const streams = start(builder.build(), { applicationId: uniqueName('replace') });
    streams.onUncaughtError(() => 'replace');
    await streams.start();
    await produce(input, [
      ['a', 'boom'],
      ['b', 'fine'],
    ]);
    const rows = await table(output, String, (found) => found.has('b'));
    expect(Object.fromEntries(rows)).toEqual({ a: 'boom', b: 'fine' });
    expect(streams.state).toBe('RUNNING');
  });

  it('refuses a second instance on the same state folder', async () => {
    const [input, output] = [await createTopic('in'), await createTopic('out')];
    const applicationId = uniqueName('locked');
    await start(countByWord(input, output), { applicationId }).start();
    const second = start(countByWord(input, output), { applicationId });
    await expect(second.start()).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    expect(second.state).toBe('ERROR');
  });

  it('ends all instances when one of them asks for it', async () => {
    const [input, output] = [await createTopic('in', { partitions: 2 }), await createTopic('out')];
    const applicationId = uniqueName('stop-all');
    const builder = new StreamsBuilder();
    builder
      .stream(input, STRINGS)
      .peek((value) => {
        if (value === 'stop') throw new Error('as asked');
      })
      .to(output, STRINGS);
    const topology = builder.build();
    const [one, other] = [1, 2].map((n) =>
      start(topology, { applicationId, stateDir: join(stateDir(), String(n)) }).onUncaughtError(
        () => 'shutdown-application',
      ),
    ) as [KafkaStreams, KafkaStreams];
    await Promise.all([one.start(), other.start()]);
    await produce(input, [['a', 'stop']]);
    await Promise.all([one.closed, other.closed]);
    expect([one.state, other.state]).toEqual(['ERROR', 'ERROR']);
    const messages = [one, other].map((streams) => streams.error?.message ?? '').sort();
    expect(messages[0]).toContain('a function of the topology failed: as asked');
    expect(messages[1]).toContain('asked all instances to stop');
  });

  it('reads topics that come to match a pattern while it runs', async () => {
    const prefix = uniqueName('pattern');
    const output = await createTopic('out');
    await createTopic(`${prefix}-first`);
    const builder = new StreamsBuilder();
    builder
      .stream(new RegExp(`${prefix}-.*`), STRINGS)
      .mapValues((value, _, record) => `${value} ${record.topic?.includes('first') === true ? 'first' : 'second'}`)
      .to(output, STRINGS);
    const streams = start(builder.build(), { applicationId: uniqueName('patterns'), metadataMaxAge: '200ms' });
    await streams.start();
    const second = await createTopic(`${prefix}-second`, { partitions: 2 });
    await produce(second, [
      ['a', '1'],
      ['b', '2'],
    ]);
    const rows = await table(output, String, (found) => found.size === 2);
    expect(Object.fromEntries(rows)).toEqual({ a: '1 second', b: '2 second' });
  });
});
