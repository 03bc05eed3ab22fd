import { describe, expect, it } from 'vitest';
import type { PartitionOffset, ReaderEvent } from '../../../src/broker/port.js';
import { StreamsBuilder } from '../../../src/dsl/streams-builder.js';
import { silentLogger } from '../../../src/observe/logger.js';
import { serdes } from '../../../src/serde/serdes.js';
import type { PartitionQueue } from '../../../src/source/partition-queue.js';
import type { Task } from '../../../src/task/task.js';
import { InstanceMetrics } from '../../../src/worker/instance-metrics.js';
import { ReaderEvents } from '../../../src/worker/loop/reader-events.js';
import { StartOffsets } from '../../../src/worker/topics/start-offsets.js';
import { TopicIds } from '../../../src/worker/topics/topic-ids.js';
import { fetched, queueOf } from '../../source/fake-records.js';

const STRINGS = { key: serdes.string(), value: serdes.string() };
const OUT_OF_RANGE = { type: 'out-of-range', topic: 'in', partition: 0, offset: 3, logStart: 5, logEnd: 9 } as const;

/** One task that reads partition 0 of `in`; the queue stands behind offset 3. */
class Bench {
  readonly happened: ReaderEvent[] = [];
  readonly said: string[] = [];
  readonly queue: PartitionQueue = queueOf('in', 0);
  readonly metrics = new InstanceMetrics();
  /** Null: the topic is gone. */
  id: string | null = 'A';
  partitions = 1;
  owned = true;
  readonly events: ReaderEvents;

  constructor(byPattern = false) {
    const builder = new StreamsBuilder();
    builder.stream(byPattern ? /in.*/ : 'in', { ...STRINGS, name: 'SOURCE' }).foreach(() => undefined);
    const topology = builder.build();
    this.queue.add(fetched('in', 0, [], 3));
    const ids = new TopicIds({ topicIds: () => Promise.resolve(new Map(this.id === null ? [] : [['in', this.id]])) });
    this.ready = ids.changed(['in']);
    this.events = new ReaderEvents({
      config: { logger: silentLogger },
      topology,
      admin: {
        describeTopics: () => Promise.resolve(this.id === null ? [] : [{ topic: 'in', partitions: this.partitions }]),
      },
      reader: {
        events: () => this.happened.splice(0),
        wake: () => undefined,
        seek: ({ offset }: PartitionOffset) => this.said.push(`reader goes to ${String(offset)}`),
      },
      tasks: {
        queueOf: () => (this.owned ? this.queue : undefined),
        seek: ({ offset }) => this.said.push(`task and reader go to ${String(offset)}`),
        running: [{ partitions: [this.queue] } as unknown as Task],
      },
      starts: new StartOffsets({
        topology,
        config: { autoOffsetReset: 'earliest', clock: { now: () => 0 } },
        admin: { listOffsets: (which) => Promise.resolve(which.map((one) => ({ ...one, offset: 5 }))) },
      }),
      ids,
      metrics: this.metrics,
      topicsChanged: () => this.said.push('topics changed'),
    });
  }

  private readonly ready: Promise<unknown>;

  async after(event: ReaderEvent): Promise<string[]> {
    await this.ready;
    this.happened.push(event);
    this.events.poll();
    await this.events.idle();
    this.events.poll();
    return this.said.splice(0);
  }
}

describe('ReaderEvents', () => {
  it('moves task and reader to where the policy says', async () => {
    const bench = new Bench();
    expect(await bench.after(OUT_OF_RANGE)).toEqual(['task and reader go to 5']);
    expect(bench.metrics.records.outOfRange).toBe(1);
  });

  it('leaves a task alone that was given up meanwhile', async () => {
    const bench = new Bench();
    bench.owned = false;
    expect(await bench.after(OUT_OF_RANGE)).toEqual([]);
  });

  it('passes on what makes a partition unreadable', async () => {
    const bench = new Bench();
    const error = new Error('damaged');
    await expect(bench.after({ type: 'failed', topic: 'in', partition: 0, error })).rejects.toBe(error);
  });

  it('goes on where it was when a topic was only unknown to some broker', async () => {
    const bench = new Bench();
    expect(await bench.after({ type: 'doubtful-topic', topic: 'in', partition: 0 })).toEqual([]);
    expect(await bench.after({ type: 'unknown-topic', topic: 'in', partition: 0 })).toEqual(['reader goes to 3']);
  });

  it.each([[{ type: 'doubtful-topic' as const }], [{ type: 'unknown-topic' as const }], [OUT_OF_RANGE]])(
    'begins anew with a topic that was created again, once: %j',
    async (event) => {
      const bench = new Bench();
      await bench.after({ type: 'doubtful-topic', topic: 'in', partition: 0 });
      bench.id = 'B';
      expect(await bench.after({ topic: 'in', partition: 0, ...event })).toEqual(['task and reader go to 5']);
      expect(await bench.after({ type: 'doubtful-topic', topic: 'in', partition: 0 })).toEqual([]);
    },
  );

  it('ends the instance when a topic that is read by name is gone', async () => {
    const bench = new Bench();
    bench.id = null;
    await expect(bench.after({ type: 'unknown-topic', topic: 'in', partition: 0 })).rejects.toMatchObject({
      code: 'TOPIC_MISSING',
      message: expect.stringContaining('source topic in was deleted while the application runs') as string,
    });
  });

  it('waits for nothing of a topic of a pattern that is gone, until it is there again', async () => {
    const bench = new Bench(true);
    bench.id = null;
    expect(await bench.after({ type: 'unknown-topic', topic: 'in', partition: 0 })).toEqual(['topics changed']);
    expect(bench.queue.gone).toBe(true);
    bench.events.revive(new Map());
    await bench.events.idle();
    expect(bench.said).toEqual([]);
    bench.events.revive(new Map([['in', 1]]));
    await bench.events.idle();
    expect(bench.said).toEqual(['task and reader go to 5']);
  });

  it('waits for nothing of a partition that a topic does not have any more', async () => {
    const bench = new Bench();
    bench.partitions = 0;
    expect(await bench.after({ type: 'unknown-topic', topic: 'in', partition: 0 })).toEqual(['topics changed']);
    expect(bench.queue.gone).toBe(true);
  });
});
