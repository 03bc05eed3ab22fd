/** Changelogs that have lost what the disk holds, on a real broker: the state is used, and written to them again. */
import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { KafkaStreams } from '../../src/app.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';
import { SessionWindows } from '../../src/time/session-windows.js';
import { TimeWindows } from '../../src/time/time-windows.js';
import { administration, applications, produce, until } from './application-fixture.js';
import { createTopic, uniqueName } from './kafka.js';

const STRINGS = { key: serdes.string(), value: serdes.string() };

describe('a changelog that is deleted', { timeout: 60_000 }, () => {
  const { start, stateDir } = applications();
  const admin = administration();

  /** Counts by key: for ever, by windows and by sessions that do not end. */
  class Counting {
    readonly applicationId = uniqueName('lost');
    readonly counts = new Map<string, number>();
    readonly changelogs = ['plain', 'windows', 'sessions'].map((store) => `${this.applicationId}-${store}-changelog`);

    constructor(private readonly input: string) {}

    async start(): Promise<KafkaStreams> {
      const builder = new StreamsBuilder();
      const grouped = builder.stream<string, string>(this.input, STRINGS).groupByKey();
      const note =
        (kind: string) =>
        (count: number | null, key: string): void => {
          this.counts.set(`${kind} ${key}`, count ?? 0);
        };
      grouped.count({ store: 'plain' }).toStream().foreach(note('plain'));
      const days = TimeWindows.of({ size: '3650d', grace: 0 });
      grouped
        .windowedBy(days)
        .count({ store: 'windows' })
        .toStream((_, key) => key.key)
        .foreach(note('windows'));
      const sessions = SessionWindows.of({ gap: '1d', grace: 0 });
      grouped
        .windowedBy(sessions)
        .count({ store: 'sessions' })
        .toStream((_, key) => key.key)
        .foreach(note('sessions'));
      const { applicationId } = this;
      const streams = start(builder.build(), { applicationId, metadataMaxAge: '300ms', stateStoreCacheMaxBytes: 0 });
      await streams.start();
      await until(() => streams.state === 'RUNNING' || streams.state === 'ERROR');
      expect(streams.error).toBeNull();
      return streams;
    }

    async add(...keys: readonly string[]): Promise<void> {
      await produce(
        this.input,
        keys.map((key) => [key, 'v'] as const),
      );
    }

    async reach(key: string, count: number): Promise<void> {
      await until(() => this.counts.get(`plain ${key}`) === count);
      await until(() => this.counts.get(`windows ${key}`) === count);
      expect(this.counts.get(`sessions ${key}`)).toBe(count);
    }

    /** Everything that was added is committed. */
    async settled(): Promise<void> {
      const log = Number((await admin().fetchTopicOffsets(this.input))[0]?.high);
      await until(async () => {
        const [found] = await admin().fetchOffsets({ groupId: this.applicationId, topics: [this.input] });
        return Number(found?.partitions[0]?.offset) === log;
      });
    }
  }

  async function end(topic: string): Promise<number> {
    return Number((await admin().fetchTopicOffsets(topic))[0]?.high);
  }

  it('while the application is stopped: it counts on, and can do without the disk afterwards', async () => {
    const counting = new Counting(await createTopic('in'));
    const first = await counting.start();
    await counting.add('a', 'a', 'b');
    await counting.reach('b', 1);
    await counting.settled();
    await first.close();
    await admin().deleteTopics({ topics: counting.changelogs });
    const second = await counting.start();
    for (const changelog of counting.changelogs) expect(await end(changelog)).toBe(2);
    await counting.add('a', 'b');
    await counting.reach('a', 3);
    await counting.reach('b', 2);
    await second.close();
    rmSync(stateDir(), { recursive: true });
    const third = await counting.start();
    await counting.add('a');
    await counting.reach('a', 4);
    expect(third.state).toBe('RUNNING');
  });

  it('while the application is stopped, and another grows beyond what the disk knows', async () => {
    const counting = new Counting(await createTopic('in'));
    const first = await counting.start();
    await counting.add('a', 'a', 'b');
    await counting.reach('b', 1);
    await counting.settled();
    await first.close();
    const [changelog] = counting.changelogs as [string];
    const before = await end(changelog);
    await admin().deleteTopics({ topics: [changelog] });
    await until(async () => !(await admin().listTopics()).includes(changelog));
    await admin().createTopics({ topics: [{ topic: changelog, numPartitions: 1 }] });
    await produce(
      changelog,
      Array.from({ length: before + 5 }, () => ['other', '\0\0\0\0\0\0\0\u0009'] as const),
    );
    await counting.start();
    await counting.add('a', 'b', 'other');
    await counting.reach('b', 2);
    // What the disk has is the last committed epoch: what somebody else wrote there is no part of it.
    await until(() => counting.counts.get('plain other') === 1);
    expect(counting.counts.get('plain a')).toBe(3);
  });

  it('and created again while the application runs', async () => {
    const counting = new Counting(await createTopic('in'));
    const first = await counting.start();
    await counting.add('a', 'a', 'b');
    await counting.reach('b', 1);
    await counting.settled();
    const [changelog] = counting.changelogs as [string];
    await admin().deleteTopics({ topics: [changelog] });
    await until(async () => !(await admin().listTopics()).includes(changelog));
    await admin().createTopics({ topics: [{ topic: changelog, numPartitions: 1 }] });
    await until(async () => (await end(changelog)) === 2);
    await until(() => first.state === 'RUNNING');
    await counting.add('b');
    await counting.reach('b', 2);
    await first.close();
    rmSync(stateDir(), { recursive: true });
    await counting.start();
    await counting.add('a');
    await counting.reach('a', 3);
  });
});
