/** Beside a record's way: keeps what goes wrong again and again from filling the log, without hiding that it does. */
import type { Logger } from './logger.js';
import { Repeats } from './repeats.js';

/** Milliseconds between two lines about the same thing. */
const PERIOD_MS = 60_000;

/** The first line about a thing is written; then at most one in a minute, with the count of those left out. */
export class LineLimit {
  private readonly repeats: Repeats;

  constructor(
    private readonly logger: Logger,
    now: () => number = () => performance.now(),
  ) {
    this.repeats = new Repeats(PERIOD_MS, now);
  }

  /** @param about what the line speaks of, so that other things are not left out for it */
  warn(about: string, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    const due = this.repeats.due(about);
    if (due === null) return;
    this.logger.warn(message, { ...fields, ...(due.leftOut !== undefined && { linesLeftOut: due.leftOut }) });
  }
}
