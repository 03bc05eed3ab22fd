/** Beside a record's way: what is written of requests that are tried again. */
import { BrokerError } from '../../errors/broker-error.js';
import { LineLimit } from '../../observe/line-limit.js';
import type { Logger } from '../../observe/logger.js';

/** A coordinator that is loading, a leader that is being elected: what is over so soon is no news. */
const SOON_MS = 2_000;
/** An answer that has not come for so long is a new one when it comes again. */
const OVER_MS = 10_000;

interface Heard {
  readonly since: number;
  last: number;
}

/**
 * What a broker answers is a warning once it has gone on for two seconds, and then at most once in a minute; refused
 * credentials are one at once. That a broker cannot be reached is told by the transport, in one line for each broker and not for
 * each request that waits for it.
 */
export class RetryLines {
  private readonly lines: LineLimit;
  private readonly heard = new Map<string, Heard>();

  constructor(
    private readonly logger: Logger,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.lines = new LineLimit(logger, now);
  }

  /** @param what is tried again, in words that are the same each time */
  tell(what: string, error: Error): void {
    const line = `${what}: ${error.message}`;
    if (!(error instanceof BrokerError)) this.logger.debug(line);
    else if (error.code === 'BROKER_AUTHENTICATION') this.lines.warn(`${what} authentication`, line);
    else if (error.kafkaCode === -1) this.logger.debug(line);
    else if (this.goesOn(`${what} ${String(error.kafkaCode)}`))
      this.lines.warn(`${what} ${String(error.kafkaCode)}`, line);
    else this.logger.debug(line);
  }

  private goesOn(answer: string): boolean {
    const now = this.now();
    const heard = this.heard.get(answer);
    if (heard === undefined || now - heard.last > OVER_MS) {
      this.heard.set(answer, { since: now, last: now });
      return false;
    }
    heard.last = now;
    return now - heard.since >= SOON_MS;
  }
}
