/** What goes on in a task beside its records: the nodes that wait for asynchronous functions. */
import type { AsyncStage } from '../processor/async/async-stage.js';

export class AsyncWork {
  /** Parents before children. */
  private readonly stages: AsyncStage[] = [];
  private sleepers: (() => void)[] = [];

  add(stage: AsyncStage): void {
    this.stages.push(stage);
  }

  /** Some node has as much under way as it may have. */
  get full(): boolean {
    for (const stage of this.stages) if (stage.full) return true;
    return false;
  }

  get pending(): number {
    return this.stages.reduce((sum, stage) => sum + stage.pending, 0);
  }

  /**
   * Forwards the results of finished calls; returns how many there were. Those of a node wait while one further down is
   * full; the last node always gets rid of its own, so that it does not end in a deadlock.
   */
  drain(): number {
    let count = 0;
    let fullBelow = false;
    for (let at = this.stages.length - 1; at >= 0; at -= 1) {
      const stage = this.stages[at] as AsyncStage;
      while (!fullBelow && stage.drainOne()) {
        count += 1;
        fullBelow = this.fullAfter(at);
      }
      fullBelow ||= stage.full;
    }
    return count;
  }

  /** Lowest offset of a partition that must not be passed by a commit. */
  oldestOffset(topic: string, partition: number): number {
    let oldest = Number.POSITIVE_INFINITY;
    for (const stage of this.stages) oldest = Math.min(oldest, stage.oldestOffset(topic, partition));
    return oldest;
  }

  /** To be called when a call has finished. */
  announce(): void {
    const { sleepers } = this;
    this.sleepers = [];
    for (const wake of sleepers) wake();
  }

  /** Resolves when a call finishes, or after the time given. */
  next(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = Number.isFinite(milliseconds) ? setTimeout(resolve, milliseconds) : undefined;
      this.sleepers.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Waits for everything under way and forwards it. False when the time was not enough. */
  async finish(milliseconds: number): Promise<boolean> {
    const end = performance.now() + milliseconds;
    for (;;) {
      this.drain();
      if (this.pending === 0) return true;
      const left = end - performance.now();
      if (left <= 0) return false;
      await this.next(left);
    }
  }

  abort(reason: Error): void {
    for (const stage of this.stages) stage.abort(reason);
    this.announce();
  }

  private fullAfter(at: number): boolean {
    for (let later = at + 1; later < this.stages.length; later += 1) {
      if ((this.stages[later] as AsyncStage).full) return true;
    }
    return false;
  }
}
