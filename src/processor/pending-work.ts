/** The promises of users' processors that a task waits for; while there are any, it takes no further record. */
import { RecordContext } from '../record/record-context.js';

export class PendingWork {
  /** How many nodes wait for a promise: the one thing that a task looks at after each record. */
  count = 0;
  /** What a promise failed with, as decided by the error handler; for the task to throw. */
  failure: { readonly error: unknown } | null = null;
  /** The task is given up: what is still waited for must not have effects any more. */
  closed = false;
  private waiters: (() => void)[] = [];
  /** Of the last node that began to wait. */
  private readonly record = new RecordContext();

  /** A node begins to wait. What it does when it goes on, it does in the context of this record. */
  begin(record: RecordContext): void {
    this.count += 1;
    this.record.copyFrom(record);
  }

  end(): void {
    this.count -= 1;
    if (this.count > 0) return;
    const { waiters } = this;
    this.waiters = [];
    for (const wake of waiters) wake();
  }

  /** Puts the context back that the waiting node left: others were called after it. */
  reinstate(record: RecordContext): void {
    record.copyFrom(this.record);
  }

  /** As `settled`, or when the time is over. */
  async settledWithin(milliseconds: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, milliseconds);
    });
    await Promise.race([this.settled(), timeout]);
    clearTimeout(timer);
  }

  /** Resolves when nobody waits any more. */
  settled(): Promise<void> {
    if (this.count === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.waiters.push(resolve);
    });
  }
}
