/** Beside a record's way: keeps what goes wrong again and again from filling the log, without hiding that it does. */
import type { Logger } from './logger.js';

/** Milliseconds between two lines about the same thing. */
const PERIOD_MS = 60_000;

interface Told {
  at: number;
  withheld: number;
}

/** The first line about a thing is written; then at most one in a minute, with the count of those left out. */
export class LineLimit {
  private readonly told = new Map<string, Told>();

  constructor(
    private readonly logger: Logger,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** @param about what the line speaks of, so that other things are not left out for it */
  warn(about: string, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    const now = this.now();
    const before = this.told.get(about);
    if (before === undefined) {
      this.told.set(about, { at: now, withheld: 0 });
      this.logger.warn(message, { ...fields });
    } else if (now - before.at < PERIOD_MS) {
      before.withheld += 1;
    } else {
      this.logger.warn(message, { ...fields, linesLeftOut: before.withheld });
      this.told.set(about, { at: now, withheld: 0 });
    }
  }
}
