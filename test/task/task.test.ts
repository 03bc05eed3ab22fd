import { describe, expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { MillraceError } from '../../src/errors/error.js';
import type { ProcessorContext } from '../../src/processor/api/processor-context.js';
import type { Processor } from '../../src/processor/api/processor.js';
import type { Record as ReceivedRecord } from '../../src/processor/api/record.js';
import { serdes } from '../../src/serde/serdes.js';
import type { Topology } from '../../src/topology/topology.js';
import { OneTask } from './one-task.js';

const TEXT = { key: serdes.string(), value: serdes.string() };

function copying(): Topology {
  const builder = new StreamsBuilder();
  builder.stream('in', TEXT).to('out', TEXT);
  return builder.build();
}

function counting(): Topology {
  const builder = new StreamsBuilder();
  builder.stream('in', TEXT).groupByKey().count({ name: 'counts' }).toStream().mapValues(String).to('out', TEXT);
  return builder.build();
}

function processing(processor: () => Processor<string, string, string, string>): Topology {
  const builder = new StreamsBuilder();
  builder.stream('in', TEXT).process(processor).to('out', TEXT);
  return builder.build();
}

/** Waits at each record until the test lets it go on. */
class Gate implements Processor<string, string, string, string> {
  private context!: ProcessorContext<string, string>;

  constructor(private readonly waiting: (() => void)[]) {}

  init(context: ProcessorContext<string, string>): void {
    this.context = context;
  }

  async process(record: ReceivedRecord<string, string>): Promise<void> {
    await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.context.forward(record);
  }
}

const three = [
  ['in', 'a', '1', 1],
  ['in', 'b', '2', 2],
  ['in', 'a', '3', 3],
] as const;

describe('a task', () => {
  it('processes as many records as its turn allows, in order', () => {
    const one = new OneTask(copying());
    one.offer(three);
    expect(one.task.process(2, 0)).toBe(2);
    expect(one.written()).toEqual(['out a=1@1', 'out b=2@2']);
    expect(one.task.process(2, 0)).toBe(1);
    expect(one.task.process(2, 0)).toBe(0);
    expect(one.task.streamTime).toBe(3);
  });

  it('seals the offset after its last record, once', () => {
    const one = new OneTask(copying());
    expect(one.task.needsCommit).toBe(false);
    one.offer(three);
    one.task.process(2, 0);
    expect(one.task.needsCommit).toBe(true);
    expect(one.task.sealEpoch()).toMatchObject([{ topic: 'in', partition: 0, offset: 2 }]);
    expect(one.task.needsCommit).toBe(false);
    expect(one.task.sealEpoch()).toEqual([]);
  });

  it('takes no record between the flush of its caches and the seal', async () => {
    const one = new OneTask(counting(), { cacheBytes: 1 << 20 });
    one.offer(three);
    one.turn();
    expect(one.written()).toEqual([]);
    await one.task.flush();
    expect(one.written()).toEqual(['out b=1@2', 'out a=2@3']);
    one.offer([['in', 'c', '4', 4]]);
    expect(one.turn()).toBe(0);
    expect(one.task.standing(0)).toContain('waits for a commit');
    one.task.sealEpoch();
    expect(one.turn()).toBe(1);
  });

  it('waits for the promise of a record before the next one, and before its offset counts', async () => {
    const waiting: (() => void)[] = [];
    const one = new OneTask(processing(() => new Gate(waiting)));
    one.offer(three);
    one.turn();
    expect(one.task.isWaiting()).toBe(true);
    expect(one.task.unfinished).toBe(true);
    expect(one.task.standing(0)).toContain('a promise of a processor is waited for');
    expect(one.turn()).toBe(0);
    expect(waiting).toHaveLength(1);
    const resting = one.task.rest();
    waiting[0]?.();
    await resting;
    expect(one.task.unfinished).toBe(false);
    expect(one.task.sealEpoch()).toMatchObject([{ offset: 1 }]);
    expect(one.written()).toEqual(['out a=1@1']);
    one.turn();
    expect(waiting).toHaveLength(2);
  });

  it('hands on what a promise was rejected with, naming the record', async () => {
    const one = new OneTask(processing(() => ({ process: () => Promise.reject(new Error('no answer')) })));
    one.offer(three);
    one.turn();
    await expect(one.task.rest()).rejects.toThrow(/in-0-0.*no answer|no answer.*in-0-0/s);
  });

  it('gives up what it has not taken at another offset, and commits that one', () => {
    const one = new OneTask(copying());
    one.offer(three);
    one.task.process(1, 0);
    const queue = one.task.queue('in', 0);
    if (queue === undefined) throw new Error('the task reads in-0');
    one.task.seek(queue, 10);
    expect(one.turn()).toBe(0);
    expect(one.task.sealEpoch()).toMatchObject([{ topic: 'in', offset: 10 }]);
    expect(one.written()).toEqual(['out a=1@1']);
  });

  it('says what it waits for when nothing arrives', () => {
    const one = new OneTask(copying());
    expect(one.task.ready(0)).toBe(false);
    expect(one.task.standing(0)).toContain('nothing arrives from in-0');
    one.offer(three);
    one.task.process(0, 0);
    expect(one.task.ready(0)).toBe(true);
    expect(one.task.standing(0)).toBeNull();
    expect(one.task.queue('other', 0)).toBeUndefined();
  });

  it('calls timers by the wall clock when they are due, which is something to commit', () => {
    const called: number[] = [];
    const timed = (): Processor<string, string, string, string> => ({
      init: (context) => {
        context.schedule(100, 'wall-clock', (time) => {
          called.push(time);
        });
      },
      process: () => undefined,
    });
    const one = new OneTask(processing(timed));
    expect(one.task.wallClockDue).toBe(100);
    expect(one.task.punctuate(99)).toBe(false);
    expect(one.task.needsCommit).toBe(false);
    expect(one.task.punctuate(100)).toBe(true);
    expect(called).toHaveLength(1);
    expect(one.task.wallClockDue).toBe(200);
    expect(one.task.needsCommit).toBe(true);
  });

  it('wants a commit when a processor asks for one', () => {
    const asking = (): Processor<string, string, string, string> => {
      let ask: () => void = () => undefined;
      return {
        init: (context) => {
          ask = () => {
            context.commit();
          };
        },
        process: () => {
          ask();
        },
      };
    };
    const one = new OneTask(processing(asking));
    expect(one.task.wantsCommit).toBe(false);
    one.offer(three);
    one.task.process(1, 0);
    expect(one.task.wantsCommit).toBe(true);
    one.task.sealEpoch();
    expect(one.task.wantsCommit).toBe(false);
  });

  it('closes every processor, and says which one failed', async () => {
    const closed: string[] = [];
    const closing = (name: string, fails: boolean) => (): Processor<string, string, string, string> => ({
      process: () => undefined,
      close: () => {
        closed.push(name);
        if (fails) throw new Error(`${name} cannot`);
      },
    });
    const builder = new StreamsBuilder();
    const input = builder.stream('in', TEXT);
    input.process(closing('first', true), { name: 'first' });
    input.process(closing('second', false), { name: 'second' });
    const one = new OneTask(builder.build());
    const failure: unknown = await one.task.close().catch((error: unknown) => error);
    expect(closed).toEqual(['first', 'second']);
    expect(failure).toBeInstanceOf(MillraceError);
    expect((failure as MillraceError).message).toContain('close() of a processor failed: first cannot');
  });
});
