import { describe, expect, it } from 'vitest';
import { DueQueue, Schedule } from '../../../src/processor/punctuation/due-queue.js';

/** Notes its calls as `name@now`. */
class Noting extends Schedule {
  constructor(
    private readonly name: string,
    due: number,
    interval: number,
    private readonly calls: string[],
    private readonly then: (schedule: Schedule) => void = () => undefined,
  ) {
    super(due, interval);
  }

  override punctuate(now: number): void {
    this.calls.push(`${this.name}@${String(now)}`);
    this.then(this);
  }
}

const always = (): boolean => true;

describe('timers', () => {
  it('are called when they are due, with the current time', () => {
    const queue = new DueQueue();
    const calls: string[] = [];
    queue.add(new Noting('a', 10, 10, calls));
    expect(queue.due).toBe(10);
    expect(queue.run(9, 9, always)).toBe(false);
    expect(queue.run(13, 13, always)).toBe(true);
    expect(calls).toEqual(['a@13']);
    expect(queue.due).toBe(20);
  });

  it('end where numbers are coarser than their interval', () => {
    const queue = new DueQueue();
    const calls: string[] = [];
    queue.add(new Noting('a', 10, 10, calls));
    queue.run(2 ** 63, 2 ** 63, always);
    expect(calls).toHaveLength(1);
    expect(queue.due).toBe(Number.POSITIVE_INFINITY);
  });

  it('are told the time of the wall clock, which may have been set back since', () => {
    const queue = new DueQueue();
    const calls: string[] = [];
    queue.add(new Noting('a', 10, 10, calls));
    queue.run(12, 3, always);
    expect(calls).toEqual(['a@3']);
    expect(queue.due).toBe(20);
  });

  it('make one tick of those that were missed', () => {
    const queue = new DueQueue();
    const calls: string[] = [];
    queue.add(new Noting('a', 0, 10, calls));
    for (const now of [0, 35, 39, 40, 50]) queue.run(now, now, always);
    expect(calls).toEqual(['a@0', 'a@35', 'a@40', 'a@50']);
  });

  it('come in the order in which they are due, those of the same time as a Java heap has them', () => {
    const queue = new DueQueue();
    const calls: string[] = [];
    for (const [name, due] of [
      ['a', 3],
      ['b', 1],
      ['c', 2],
      ['d', 1],
      ['e', 1],
    ] as const) {
      queue.add(new Noting(name, due, 1_000, calls));
    }
    queue.run(3, 3, always);
    expect(calls).toEqual(['b@3', 'e@3', 'd@3', 'c@3', 'a@3']);
  });

  it('end when they are cancelled, also from within', () => {
    const queue = new DueQueue();
    const calls: string[] = [];
    queue.add(
      new Noting('once', 0, 1, calls, (schedule) => {
        schedule.cancel();
      }),
    );
    const other = new Noting('never', 1, 1, calls);
    queue.add(other);
    other.cancel();
    for (const now of [0, 1, 2]) queue.run(now, now, always);
    expect(calls).toEqual(['once@0']);
    expect(queue.due).toBe(Number.POSITIVE_INFINITY);
  });

  it('stop where they have to be waited for, and go on from there', () => {
    const queue = new DueQueue();
    const calls: string[] = [];
    queue.add(new Noting('a', 0, 10, calls));
    queue.add(new Noting('b', 0, 10, calls));
    queue.run(5, 5, () => false);
    expect(calls).toEqual(['a@5']);
    expect(queue.due).toBe(0);
    queue.run(6, 6, always);
    expect(calls).toEqual(['a@5', 'b@6']);
  });
});
