/** Beside a record's way: what is written of requests that are tried again. */
import { BrokerError } from '../../errors/broker-error.js';
import { LineLimit } from '../../observe/line-limit.js';
import type { Logger } from '../../observe/logger.js';

/**
 * What a broker answers is a warning, once for each kind and then at most once in a minute. That a broker cannot be reached
 * is told by the transport, in one line for each broker and not for each request that waits for it.
 */
export class RetryLines {
  private readonly lines: LineLimit;

  constructor(private readonly logger: Logger) {
    this.lines = new LineLimit(logger);
  }

  /** @param what is tried again, in words that are the same each time */
  tell(what: string, error: Error): void {
    const line = `${what}: ${error.message}`;
    const answered = error instanceof BrokerError && (error.kafkaCode !== -1 || error.code === 'BROKER_AUTHENTICATION');
    if (answered) this.lines.warn(`${what} ${String(error.kafkaCode)}`, line);
    else this.logger.debug(line);
  }
}
