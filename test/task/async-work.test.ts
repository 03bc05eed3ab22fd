import { describe, expect, it } from 'vitest';
import type { AsyncStage } from '../../src/processor/async/async-stage.js';
import { AsyncWork } from '../../src/task/async-work.js';

/** A stage with as many finished calls as it is given; each result goes to the next stage as a new call. */
class Stage implements AsyncStage {
  pending = 0;
  finished = 0;
  next: Stage | null = null;
  readonly offsets = new Map<string, number>();

  constructor(private readonly capacity: number) {}

  get full(): boolean {
    return this.pending >= this.capacity;
  }

  drainOne(): boolean {
    if (this.finished === 0) return false;
    this.finished -= 1;
    this.pending -= 1;
    if (this.next !== null) this.next.pending += 1;
    return true;
  }

  oldestOffset(topic: string, partition: number): number {
    return this.offsets.get(`${topic}-${String(partition)}`) ?? Number.POSITIVE_INFINITY;
  }

  abort(): void {
    this.pending = 0;
  }
}

function chain(...capacities: number[]): { work: AsyncWork; stages: Stage[] } {
  const work = new AsyncWork();
  const stages = capacities.map((capacity) => new Stage(capacity));
  stages.forEach((stage, at) => {
    stage.next = stages[at + 1] ?? null;
    work.add(stage);
  });
  return { work, stages };
}

describe('AsyncWork', () => {
  it('hands on no more than the nodes further down may have', () => {
    const { work, stages } = chain(10, 2);
    const [first, second] = stages as [Stage, Stage];
    first.pending = first.finished = 5;
    expect(work.drain()).toBe(2);
    expect([first.pending, second.pending, work.full]).toEqual([3, 2, true]);
    second.finished = 1;
    expect(work.drain()).toBe(2);
    expect([first.pending, second.pending]).toEqual([2, 2]);
  });

  it('holds back the lowest offset of any node', () => {
    const { work, stages } = chain(1, 1);
    expect(work.oldestOffset('t', 0)).toBe(Number.POSITIVE_INFINITY);
    stages[0]?.offsets.set('t-0', 7);
    stages[1]?.offsets.set('t-0', 5).set('t-1', 3);
    expect([work.oldestOffset('t', 0), work.oldestOffset('t', 1)]).toEqual([5, 3]);
  });

  it('is finished when everything is handed on, and says when the time was not enough', async () => {
    const { work, stages } = chain(10, 10);
    const first = stages[0] as Stage;
    first.pending = 1;
    expect(await work.finish(1)).toBe(false);
    const done = work.finish(10_000);
    first.finished = 1;
    (stages[1] as Stage).pending = 0;
    work.announce();
    await new Promise((resolve) => setTimeout(resolve, 0));
    const second = stages[1] as Stage;
    expect(second.pending).toBe(1);
    second.finished = 1;
    work.announce();
    expect(await done).toBe(true);
  });
});
