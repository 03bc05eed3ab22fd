import { expect, it } from 'vitest';
import { JoinTime } from '../../../src/processor/join/join-time.js';
import type { NodeContext } from '../../../src/processor/context.js';
import { OperatorTime } from '../../../src/processor/operator-time.js';

function contextOf(now: () => number, observed = new OperatorTime(-1)): NodeContext {
  const made = new Map<string, unknown>();
  return {
    steadyClock: { now },
    emitIntervalMs: 100,
    operatorTime: () => observed,
    shared<T>(name: string, make: () => T): T {
      if (!made.has(name)) made.set(name, make());
      return made.get(name) as T;
    },
  } as Partial<NodeContext> as NodeContext;
}

it('is one for both sides of a join, and goes on from where it was', () => {
  const observed = new OperatorTime(7);
  const context = contextOf(() => 0, observed);
  const time = JoinTime.of('join', context);
  expect(JoinTime.of('join', context)).toBe(time);
  expect(JoinTime.of('other', context)).not.toBe(time);
  expect(time.now).toBe(7);
  time.advance(9);
  time.advance(8);
  expect([time.now, observed.time]).toEqual([9, 9]);
});

it('gives a turn once an interval, counted from the last turn', () => {
  let now = 1_000;
  const context = contextOf(() => now);
  const time = JoinTime.of('join', context);
  const turnAt = (at: number): boolean => {
    now = at;
    return time.takeTurn(context);
  };
  expect([1_000, 1_099, 1_150, 1_249, 1_250].map(turnAt)).toEqual([true, false, true, false, true]);
});
