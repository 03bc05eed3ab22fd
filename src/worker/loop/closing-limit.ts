/** The time that an instance has to close, and what it is spent on: beside a record's way, at its end. */
import { MillraceError } from '../../errors/error.js';
import type { Logger } from '../../observe/logger.js';

/** What is kept of the time for leaving the group and closing connections. */
const MOST_RESERVE_MS = 2_000;
/** A step that takes longer than this is told. */
const TELL_AFTER_MS = 5_000;

export class ClosingLimit {
  private readonly end: number;
  private readonly reserve: number;

  /** @param milliseconds from now */
  constructor(
    readonly milliseconds: number,
    private readonly logger: Logger,
  ) {
    this.end = performance.now() + milliseconds;
    this.reserve = Math.min(MOST_RESERVE_MS, milliseconds / 4);
  }

  /**
   * Waits for a step of the work that is to be committed.
   * @param what completes the sentence "closing waits for …" at the moment when it is said
   * @throws MillraceError CLOSE_TIMED_OUT when the time is over; the step goes on unheard
   */
  async wait<T>(what: () => string, step: Promise<T>): Promise<T> {
    const begun = performance.now();
    const left = Math.max(0, this.end - this.reserve - begun);
    const told = setTimeout(
      () => {
        this.logger.warn(`closing waits for ${what()}`, {
          secondsLeft: Math.round((this.end - performance.now()) / 1000),
        });
      },
      Math.min(TELL_AFTER_MS, left / 2),
    );
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(this.timedOut(what()));
      }, left);
    });
    try {
      return await Promise.race([step, late]);
    } finally {
      clearTimeout(told);
      clearTimeout(timer);
    }
  }

  /** Waits for something that may be left undone, as long as there is time at all. */
  async attempt(step: Promise<unknown>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, Math.max(0, this.end - performance.now()));
    });
    try {
      await Promise.race([step, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private timedOut(what: string): MillraceError {
    return new MillraceError(
      'CLOSE_TIMED_OUT',
      `close() waited for ${what} until its time was over (closeTimeout, ${String(this.milliseconds)} ms): the last epoch is not committed. What was processed since the last commit is processed again, and its results are written again, at the next start or by the instance that takes over`,
      { option: 'closeTimeout' },
    );
  }
}
