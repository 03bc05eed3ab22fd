/** Where reading goes on when the committed offset is not in the log, on a real broker: by each source's own policy, and all parts agree. */
import { describe, expect, it } from 'vitest';
import type { KafkaStreams } from '../../src/app.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';
import type { OffsetReset } from '../../src/topology/offset-reset.js';
import { administration, applications, produce, until } from './application-fixture.js';
import { createTopic, uniqueName } from './kafka.js';

const STRINGS = { key: serdes.string(), value: serdes.string() };

describe('where reading begins', { timeout: 60_000 }, () => {
  const { start } = applications();
  const admin = administration();

  async function deleteBefore(topic: string, offset: number): Promise<void> {
    await admin().fetchTopicOffsets(topic); // or kafkajs does not know the leader
    await admin().deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(offset) }] });
  }

  async function committed(groupId: string, topic: string): Promise<string> {
    const [found] = await admin().fetchOffsets({ groupId, topics: [topic] });
    return found?.partitions[0]?.offset ?? '-1';
  }

  /** Committed at 3, then ten more come and the log begins at 8; records after that are `fresh`. */
  async function goesOn(
    own: OffsetReset | undefined,
    autoOffsetReset: OffsetReset,
  ): Promise<{ seen: string[]; streams: KafkaStreams; error: unknown }> {
    const input = await createTopic('in');
    const applicationId = uniqueName('starts');
    const seen: string[] = [];
    const begin = async (offsetReset: OffsetReset | undefined): Promise<KafkaStreams> => {
      const builder = new StreamsBuilder();
      const policy = offsetReset === undefined ? {} : { offsetReset };
      builder.stream<string, string>(input, { ...STRINGS, ...policy }).foreach((value) => void seen.push(value));
      const streams = start(builder.build(), { applicationId, autoOffsetReset });
      await streams.start();
      await until(() => streams.state === 'RUNNING' || streams.state === 'ERROR');
      return streams;
    };
    await produce(
      input,
      ['old', 'old', 'old'].map((value) => ['k', value] as const),
    );
    const before = await begin('earliest');
    await until(async () => (await committed(applicationId, input)) === '3');
    await before.close();
    seen.length = 0;
    await produce(
      input,
      Array.from({ length: 10 }, (_, n) => ['k', `m${String(n)}`] as const),
    );
    await deleteBefore(input, 8);
    const streams = await begin(own);
    const goesOnThen = (own ?? autoOffsetReset) !== 'none';
    await until(() => (goesOnThen ? streams.metrics().outOfRange === 1 : streams.state === 'ERROR'));
    if (goesOnThen) {
      await until(async () => Number(await committed(applicationId, input)) >= 8);
      await produce(input, [['k', 'fresh']]);
      await until(() => seen.includes('fresh'));
      await until(async () => (await committed(applicationId, input)) === '14');
      expect(streams.metrics().lag).toBe(0);
    }
    return { seen, streams, error: streams.error };
  }

  const left = ['m5', 'm6', 'm7', 'm8', 'm9'];
  it.each<[OffsetReset | undefined, OffsetReset, string[]]>([
    ['earliest', 'latest', [...left, 'fresh']],
    ['latest', 'earliest', ['fresh']],
    ['earliest', 'none', [...left, 'fresh']],
    [undefined, 'latest', ['fresh']],
    [{ byDuration: '1h' }, 'none', [...left, 'fresh']],
    [undefined, { byDuration: 0 }, ['fresh']],
  ])('source %j, application %j', async (own, application, expected) => {
    expect((await goesOn(own, application)).seen).toEqual(expected);
  });

  it.each<[OffsetReset | undefined, OffsetReset, string]>([
    ['none', 'earliest', 'the offsetReset of source'],
    [undefined, 'none', 'autoOffsetReset'],
  ])('ends, since nothing else is allowed: source %j, application %j', async (own, application, said) => {
    const { streams, error } = await goesOn(own, application);
    expect(streams.state).toBe('ERROR');
    expect(error).toMatchObject({
      code: 'OFFSET_OUT_OF_RANGE',
      message: expect.stringContaining(said) as string,
    });
  });

  it('reads an input by its own policy, though it is named like an internal topic', async () => {
    const applicationId = uniqueName('orders');
    const input = await createTopic(`${applicationId}-events`);
    await produce(input, [['k', 'history']]);
    const seen: string[] = [];
    const builder = new StreamsBuilder();
    const events = builder.stream<string, string>(input, { ...STRINGS, offsetReset: 'latest' });
    events.foreach((value) => void seen.push(value));
    events
      .selectKey((value) => value)
      .groupByKey(STRINGS)
      .count();
    const streams = start(builder.build(), { applicationId });
    await streams.start();
    await until(() => streams.state === 'RUNNING');
    await produce(input, [['k', 'now']]);
    await until(() => seen.includes('now'));
    expect(seen).toEqual(['now']);
  });

  it('a join waits for nothing of a topic whose records have all expired', async () => {
    const [clicks, users] = [await createTopic('clicks'), await createTopic('users')];
    const applicationId = uniqueName('join');
    const seen: string[] = [];
    const begin = async (): Promise<KafkaStreams> => {
      const builder = new StreamsBuilder();
      const table = builder.table<string, string>(users, { ...STRINGS, store: 'users' });
      builder
        .stream<string, string>(clicks, STRINGS)
        .leftJoin(table, (click, user) => `${click}/${String(user)}`)
        .foreach((value) => void seen.push(value));
      const streams = start(builder.build(), { applicationId });
      await streams.start();
      return streams;
    };
    const first = await begin();
    await produce(users, [['u', 'U1']]);
    await until(async () => (await committed(applicationId, users)) === '1');
    await produce(clicks, [['u', 'c1']]);
    await until(() => seen.length === 1);
    await first.close();
    await produce(users, [
      ['x1', 'expired'],
      ['x2', 'expired'],
    ]);
    await deleteBefore(users, 3);
    const second = await begin();
    await produce(clicks, [['u', 'c2']]);
    await until(() => seen.length === 2);
    expect(seen).toEqual(['c1/U1', 'c2/U1']);
    await until(async () => (await committed(applicationId, users)) === '3');
    expect(second.metrics().lag).toBe(0);
  });
});
