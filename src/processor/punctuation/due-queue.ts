/** The timers of one kind in one task: who is due next. */

/** A timer at work. */
export abstract class Schedule {
  private cancelled = false;

  constructor(
    /** When it is due next, ms. */
    public due: number,
    private readonly interval: number,
  ) {}

  get isCancelled(): boolean {
    return this.cancelled;
  }

  cancel(): void {
    this.cancelled = true;
  }

  /** Moves on by one interval, or to the first one after `now` when that has passed: missed ticks are one tick. */
  next(now: number): void {
    const next = this.due + this.interval;
    this.due = now < next ? next : this.due + (Math.floor((now - this.due) / this.interval) + 1) * this.interval;
    // So far ahead that numbers are coarser than the interval: there is no next time, and looking for it would never end.
    if (this.due <= now) this.due = Number.POSITIVE_INFINITY;
  }

  /** Calls the punctuator with a time, ms. */
  abstract punctuate(now: number): void;
}

/**
 * Timers that are due at the same time come in the order of `java.util.PriorityQueue`, a heap that is not stable, as in
 * Kafka Streams. Kafka Streams: `PunctuationQueue`.
 */
export class DueQueue {
  /** When the next timer is due, infinite when there is none: one comparison tells that nothing is to be done. */
  due = Number.POSITIVE_INFINITY;
  private readonly heap: Schedule[] = [];

  add(schedule: Schedule): void {
    const { heap } = this;
    let at = heap.length;
    heap.push(schedule);
    while (at > 0) {
      const parentAt = (at - 1) >>> 1;
      const parent = heap[parentAt] as Schedule;
      if (schedule.due >= parent.due) break;
      heap[at] = parent;
      at = parentAt;
    }
    heap[at] = schedule;
    this.noteDue();
  }

  /**
   * Calls every timer that is due; what is scheduled meanwhile is called too if it is due.
   * @param now decides what is due
   * @param told what the punctuators are told: the wall clock may have been set since they were scheduled
   * @param goesOn asked after each call; false leaves the rest for later
   * @returns whether any was called
   */
  run(now: number, told: number, goesOn: () => boolean): boolean {
    let called = false;
    for (let top = this.heap[0]; top !== undefined && top.due <= now; top = this.heap[0]) {
      this.removeTop();
      if (top.isCancelled) continue;
      called = true;
      try {
        top.punctuate(told);
      } finally {
        this.comeBack(top, now);
      }
      if (!goesOn()) break;
    }
    return called;
  }

  /** Cancelled by its own punctuator, a timer does not come back. */
  private comeBack(schedule: Schedule, now: number): void {
    if (schedule.isCancelled) return;
    schedule.next(now);
    this.add(schedule);
  }

  private removeTop(): void {
    const { heap } = this;
    const last = heap.pop() as Schedule;
    if (heap.length > 0) this.siftDown(last);
    this.noteDue();
  }

  private siftDown(schedule: Schedule): void {
    const { heap } = this;
    const half = heap.length >>> 1;
    let at = 0;
    while (at < half) {
      let childAt = 2 * at + 1;
      let child = heap[childAt] as Schedule;
      const right = heap[childAt + 1];
      if (right !== undefined && child.due > right.due) {
        child = right;
        childAt += 1;
      }
      if (schedule.due <= child.due) break;
      heap[at] = child;
      at = childAt;
    }
    heap[at] = schedule;
  }

  private noteDue(): void {
    this.due = this.heap[0]?.due ?? Number.POSITIVE_INFINITY;
  }
}

/** The timers of a task. */
export class Timers {
  readonly streamTime = new DueQueue();
  readonly wallClock = new DueQueue();
}
