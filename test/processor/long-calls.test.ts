import { describe, expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { LongCalls } from '../../src/processor/long-calls.js';
import { serdes } from '../../src/serde/serdes.js';
import { OneTask } from '../task/one-task.js';

const TEXT = { key: serdes.string(), value: serdes.string() };

describe('LongCalls', () => {
  for (const slow of ['first', 'second', 'last']) {
    it(`names the node whose function held the thread: ${slow}`, () => {
      const longCalls = new LongCalls();
      const hold = (node: string): void => {
        if (node === slow) longCalls.pulse[0] = (longCalls.pulse[0] as number) + 12;
      };
      const builder = new StreamsBuilder();
      builder
        .stream('in', TEXT)
        .mapValues((value) => (hold('first'), value), { name: 'first' })
        .filter(() => (hold('second'), true), { name: 'second' })
        .foreach(() => hold('last'), { name: 'last' });
      const one = new OneTask(builder.build(), { longCalls });
      one.offer([
        ['in', 'k', 'v', 1],
        ['in', 'k', 'w', 2],
      ]);
      // Idle before: nobody's fault.
      longCalls.pulse[0] = 500;
      longCalls.begin();
      one.turn();
      expect(longCalls.found(12_000)).toEqual({
        node: slow,
        task: '0_0',
        topic: 'in',
        partition: 0,
        offset: 1,
        milliseconds: 12_000,
      });
    });
  }

  it('knows nothing where no other thread counts', () => {
    const longCalls = new LongCalls();
    longCalls.begin();
    expect(longCalls.found(20_000)).toMatchObject({ node: null, task: null, topic: null });
  });
});
