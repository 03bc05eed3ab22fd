import { describe, expect, it } from 'vitest';
import { StreamsBuilder } from '../../../src/dsl/streams-builder.js';
import { BrokerError } from '../../../src/errors/broker-error.js';
import { silentLogger } from '../../../src/observe/logger.js';
import { serdes } from '../../../src/serde/serdes.js';
import type { Topology } from '../../../src/topology/topology.js';
import { TopicIds } from '../../../src/worker/topics/topic-ids.js';
import { planOf } from '../../../src/worker/topics/topic-plan.js';
import { TopicWatch } from '../../../src/worker/topics/topic-watch.js';

const STRINGS = { key: serdes.string(), value: serdes.string() };
const MINUTE = 60_000;

function byName(): Topology {
  const builder = new StreamsBuilder();
  builder.stream('in', STRINGS).groupByKey().count({ store: 'c' });
  return builder.build();
}

function byPattern(): Topology {
  const builder = new StreamsBuilder();
  builder.stream(/in.*/, STRINGS).foreach(() => undefined);
  return builder.build();
}

/** A watch over a cluster of which the test says what is in it. */
class Bench {
  now = 0;
  failing: Error | null = null;
  readonly said: string[] = [];
  topics: Record<string, readonly [partitions: number, id: string]>;
  readonly watch: TopicWatch;
  readonly ids: TopicIds;

  constructor(topology: Topology, topics: Record<string, readonly [partitions: number, id: string]>) {
    this.topics = topics;
    const counts = (): Record<string, number> =>
      Object.fromEntries(Object.entries(this.topics).map(([topic, [partitions]]) => [topic, partitions]));
    this.ids = new TopicIds({
      topicIds: (names) =>
        Promise.resolve(new Map(names.flatMap((name) => (this.topics[name] ? [[name, this.topics[name][1]]] : [])))),
    });
    this.watch = new TopicWatch({
      topology,
      applicationId: 'app',
      admin: {
        listTopics: () => Promise.resolve(Object.keys(this.topics)),
        describeTopics: (names) =>
          this.failing === null
            ? Promise.resolve(
                names.flatMap((topic) =>
                  this.topics[topic] === undefined ? [] : [{ topic, partitions: this.topics[topic][0] }],
                ),
              )
            : Promise.reject(this.failing),
      },
      ids: this.ids,
      plan: { current: planOf(topology, 'app', counts()) },
      intervalMs: 5 * MINUTE,
      clock: { now: () => this.now },
      logger: silentLogger,
      changed: (reason) => this.said.push(reason),
      recreated: (names) => this.said.push(`recreated ${names.join()}`),
      seen: () => undefined,
      failed: (error) => this.said.push((error as Error).message),
    });
  }

  without(topic: string): void {
    this.topics = Object.fromEntries(Object.entries(this.topics).filter(([name]) => name !== topic));
  }

  async after(milliseconds: number): Promise<string[]> {
    this.now += milliseconds;
    this.watch.poll();
    await this.watch.idle();
    return this.said.splice(0);
  }
}

describe('TopicWatch', () => {
  it('says nothing while nothing changes, and looks no sooner than it should', async () => {
    const bench = new Bench(byName(), { in: [1, 'A'], 'app-c-changelog': [1, 'B'] });
    expect(await bench.after(5 * MINUTE)).toEqual([]);
    bench.topics['in'] = [2, 'A'];
    expect(await bench.after(4 * MINUTE)).toEqual([]);
    expect(await bench.after(MINUTE)).toEqual(['topic in has 2 partitions instead of 1']);
  });

  it('looks at once when it is asked to', async () => {
    const bench = new Bench(byName(), { in: [1, 'A'], 'app-c-changelog': [1, 'B'] });
    bench.topics['in'] = [3, 'A'];
    bench.watch.lookSoon();
    expect(await bench.after(1)).toEqual(['topic in has 3 partitions instead of 1']);
  });

  it('notices topics that come to match a pattern, grow and go', async () => {
    const bench = new Bench(byPattern(), { in1: [1, 'A'], other: [1, 'B'] });
    bench.topics['in2'] = [1, 'C'];
    expect(await bench.after(5 * MINUTE)).toEqual([
      'source KSTREAM-SOURCE-0000000000 matches other topics: in1, in2 instead of in1',
    ]);
    delete bench.topics['in2'];
    delete bench.topics['in1'];
    expect(await bench.after(5 * MINUTE)).toEqual([
      'source KSTREAM-SOURCE-0000000000 matches other topics: none instead of in1',
    ]);
    bench.topics['in1'] = [2, 'A'];
    bench.topics['other'] = [9, 'B'];
    expect(await bench.after(5 * MINUTE)).toEqual(['topic in1 has 2 partitions instead of 1']);
  });

  it.each([
    ['in', /^source topic in was deleted while the application runs; create it again/],
    ['app-c-changelog', /^internal topic app-c-changelog was deleted while .*; restart the application/],
  ])('takes %s for deleted only when it is missing twice', async (topic, message) => {
    const bench = new Bench(byName(), { in: [1, 'A'], 'app-c-changelog': [1, 'B'] });
    const there = bench.topics[topic] as readonly [number, string];
    bench.without(topic);
    expect(await bench.after(5 * MINUTE)).toEqual([]);
    bench.topics[topic] = there;
    expect(await bench.after(2_000)).toEqual([]);
    bench.without(topic);
    expect(await bench.after(5 * MINUTE)).toEqual([]);
    expect(await bench.after(2_000)).toEqual([expect.stringMatching(message)]);
    // Once is enough.
    expect(await bench.after(5 * MINUTE)).toEqual([]);
  });

  it('tells a topic that was created again by its id', async () => {
    const bench = new Bench(byName(), { in: [1, 'A'], 'app-c-changelog': [1, 'B'] });
    expect(await bench.after(5 * MINUTE)).toEqual([]);
    bench.topics['in'] = [1, 'C'];
    expect(await bench.after(5 * MINUTE)).toEqual(['recreated in']);
    expect(await bench.after(5 * MINUTE)).toEqual([]);
  });

  it('asks again later when no broker answers, and says what cannot be asked', async () => {
    const bench = new Bench(byName(), { in: [1, 'A'], 'app-c-changelog': [1, 'B'] });
    bench.failing = new BrokerError('retriable', 'nobody answers');
    expect(await bench.after(5 * MINUTE)).toEqual([]);
    bench.failing = new BrokerError('fatal', 'forbidden');
    expect(await bench.after(5 * MINUTE)).toEqual(['forbidden']);
  });
});
