/** Topics that change while an application runs, on a real broker: more partitions, topics under a pattern that come and go, deleted and new under an old name. */
import { describe, expect, it } from 'vitest';
import type { KafkaStreams } from '../../src/app.js';
import type { KafkaStreamsOptions } from '../../src/config/options.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';
import type { Topology } from '../../src/topology/topology.js';
import { administration, applications, produce, until } from './application-fixture.js';
import { createTopic, plainClient, uniqueName } from './kafka.js';

const STRINGS = { key: serdes.string(), value: serdes.string() };

describe('topics that change', { timeout: 60_000 }, () => {
  const { start, stateDir } = applications();
  const admin = administration();

  async function running(topology: Topology, options: Partial<KafkaStreamsOptions> = {}): Promise<KafkaStreams> {
    const streams = start(topology, { applicationId: uniqueName('topics'), metadataMaxAge: '300ms', ...options });
    await streams.start();
    await until(() => streams.state === 'RUNNING');
    return streams;
  }

  function reading(topics: string | readonly string[] | RegExp, seen: string[]): Topology {
    const builder = new StreamsBuilder();
    builder.stream<string, string>(topics, STRINGS).foreach((value) => void seen.push(value));
    return builder.build();
  }

  async function named(topic: string, partitions = 1): Promise<void> {
    await admin().createTopics({ topics: [{ topic, numPartitions: partitions }] });
  }

  async function produceTo(topic: string, values: readonly string[]): Promise<void> {
    const producer = plainClient().producer();
    await producer.connect();
    const messages = values.map((value, partition) => ({ key: 'k', value, partition }));
    await producer.send({ topic, messages });
    await producer.disconnect();
  }

  async function grow(topic: string, count: number): Promise<void> {
    await admin().createPartitions({ topicPartitions: [{ topic, count }] });
    await until(
      async () => (await admin().fetchTopicMetadata({ topics: [topic] })).topics[0]?.partitions.length === count,
    );
  }

  it.each([['by name'], ['by a pattern']])('more partitions of an input are read, %s', async (how) => {
    const input = await createTopic('grows');
    const topics = how === 'by name' ? input : new RegExp(`${input}.*`);
    const applicationId = uniqueName('topics');
    const seen: string[] = [];
    const first = await running(reading(topics, seen), { applicationId });
    const second = await running(reading(topics, seen), { applicationId, stateDir: `${stateDir()}/second` });
    await grow(input, 3);
    await produceTo(input, ['p0', 'p1', 'p2']);
    // A task that moves at this moment may do its last records again.
    await until(() => new Set(seen).size === 3);
    expect([...new Set(seen)].sort()).toEqual(['p0', 'p1', 'p2']);
    const tasks = (): string[] => [first, second].flatMap((one) => one.metrics().tasks.map(({ id }) => id));
    await until(() => tasks().length === 3);
    expect(tasks().sort()).toEqual(['0_0', '0_1', '0_2']);
    expect([first.state, second.state]).toEqual(['RUNNING', 'RUNNING']);
  });

  it.each([['a changelog'], ['a repartition topic']])(
    'more partitions are refused where %s forbids it',
    async (what) => {
      const input = await createTopic('grows');
      const builder = new StreamsBuilder();
      const stream = builder.stream<string, string>(input, STRINGS);
      const grouped = what === 'a changelog' ? stream.groupByKey() : stream.groupBy((value) => value, STRINGS);
      grouped.count({ store: 'c' });
      const streams = await running(builder.build());
      await grow(input, 2);
      await until(() => streams.state === 'ERROR');
      expect(streams.error).toMatchObject({
        code: 'INTERNAL_TOPIC_INVALID',
        message: expect.stringMatching(
          new RegExp(
            `internal topic .*-c-.* has 1 partitions, but the topology now needs 2, .*${input} has 2.*; use another`,
          ),
        ) as string,
      });
    },
  );

  it('goes on with the others when one of the topics of a pattern is deleted', async () => {
    const prefix = uniqueName('some');
    await named(`${prefix}-a`);
    await named(`${prefix}-b`);
    const seen: string[] = [];
    const builder = new StreamsBuilder();
    const counts = new Map<string, number>();
    builder
      .stream<string, string>(new RegExp(`${prefix}-.*`), STRINGS)
      .peek((value) => void seen.push(value))
      .groupByKey()
      .count({ store: 'c' })
      .toStream()
      .foreach((count, key) => void counts.set(key, count));
    // The default: the deletion is noticed by reading.
    const streams = await running(builder.build(), { metadataMaxAge: '5m' });
    await produce(`${prefix}-a`, [['k', 'a1']]);
    await produce(`${prefix}-b`, [['k', 'b1']]);
    await until(() => seen.length === 2);
    // A rebalance may be over within milliseconds: its states are noted, since whoever looks now and then may miss it.
    const states: string[] = [];
    streams.onStateChange((state) => void states.push(state));
    await admin().deleteTopics({ topics: [`${prefix}-b`] });
    await until(() => states.includes('REBALANCING') && streams.state === 'RUNNING');
    await produce(`${prefix}-a`, [['k', 'a2']]);
    await until(() => counts.get('k') === 3);
    expect(streams.state).toBe('RUNNING');
  });

  it('reads topics that come to match a pattern, and one that is created again', async () => {
    const prefix = uniqueName('some');
    const seen: string[] = [];
    const streams = await running(reading(new RegExp(`${prefix}-.*`), seen));
    await named(`${prefix}-a`);
    await produce(`${prefix}-a`, [['k', 'a1']]);
    await until(() => seen.includes('a1'));
    await admin().deleteTopics({ topics: [`${prefix}-a`] });
    await until(async () => !(await admin().listTopics()).includes(`${prefix}-a`));
    await named(`${prefix}-a`);
    await produce(`${prefix}-a`, [['k', 'a2']]);
    await until(() => seen.includes('a2'));
    expect(seen).toEqual(['a1', 'a2']);
    expect(streams.state).toBe('RUNNING');
  });

  it('begins anew with an input that is deleted and created again, wherever the old offset would be in it', async () => {
    const input = await createTopic('again');
    const seen: string[] = [];
    const streams = await running(reading(input, seen));
    await produce(input, [
      ['k', 'old1'],
      ['k', 'old2'],
    ]);
    await until(() => seen.length === 2);
    streams.pause();
    await admin().deleteTopics({ topics: [input] });
    await until(async () => !(await admin().listTopics()).includes(input));
    await named(input);
    await produce(
      input,
      ['new1', 'new2', 'new3'].map((value) => ['k', value] as const),
    );
    streams.resume();
    await until(() => ['new1', 'new2', 'new3'].every((value) => seen.includes(value)));
    expect(streams.state).toBe('RUNNING');
    expect(streams.metrics().lag).toBe(0);
  });

  it.each([
    ['an input', (input: string, _: string) => input, 'source topic'],
    ['a changelog', (_: string, application: string) => `${application}-c-changelog`, 'internal topic'],
    ['a repartition topic', (_: string, application: string) => `${application}-c-repartition`, 'internal topic'],
  ])('says so when %s is deleted', async (_, topicOf, kind) => {
    const input = await createTopic('gone');
    const applicationId = uniqueName('topics');
    const builder = new StreamsBuilder();
    builder
      .stream<string, string>(input, STRINGS)
      .groupBy((value) => value, STRINGS)
      .count({ store: 'c' });
    const streams = await running(builder.build(), { applicationId });
    const topic = topicOf(input, applicationId);
    await admin().deleteTopics({ topics: [topic] });
    await until(() => streams.state === 'ERROR');
    expect(streams.error).toMatchObject({
      code: 'TOPIC_MISSING',
      topic,
      message: expect.stringMatching(new RegExp(`^${kind} ${topic} was deleted while`)) as string,
    });
  });
});
