/** The first words with Kafka at `start()`: a service that starts beside its broker waits for it. */
import { BackOff, pause } from '../broker/wire/back-off.js';
import { BrokerError } from '../errors/broker-error.js';
import type { Logger } from '../observe/logger.js';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
/** Between two lines that say the same. */
const LINE_MS = 15_000;

export interface FirstContactSettings {
  /** From when on a failure is final. An attempt that is under way then is not cut short. 0: the first one decides. */
  readonly timeoutMs: number;
  readonly logger: Logger;
  /** Ends the waiting: the failure at hand is thrown. */
  readonly signal: AbortSignal;
}

export class FirstContact {
  private waiting = false;

  constructor(private readonly settings: FirstContactSettings) {}

  /** For the client: while the broker is waited for, attempts have lines of their own, and those of its connections are details. */
  get connectionLogger(): Logger {
    const { logger } = this.settings;
    return {
      debug: (message, fields) => logger.debug(message, fields),
      info: (message, fields) => logger.info(message, fields),
      warn: (message, fields) => logger[this.waiting ? 'debug' : 'warn'](message, fields),
      error: (message, fields) => logger[this.waiting ? 'debug' : 'error'](message, fields),
    };
  }

  /**
   * Repeats the attempt while it fails in a way that may pass.
   * @throws BrokerError with the code of the last failure when the time is over; whatever else the attempt throws, at once
   */
  async make<T>(attempt: () => Promise<T>): Promise<T> {
    this.waiting = true;
    try {
      return await this.repeat(attempt);
    } finally {
      this.waiting = false;
    }
  }

  private async repeat<T>(attempt: () => Promise<T>): Promise<T> {
    const { timeoutMs, logger, signal } = this.settings;
    const backOff = new BackOff(FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
    const begun = performance.now();
    let told = { message: '', at: 0 };
    for (let attempts = 1; ; attempts++) {
      try {
        return await attempt();
      } catch (error) {
        const mayPass = error instanceof BrokerError && error.class === 'retriable';
        if (!mayPass || signal.aborted) throw error;
        const waitedMs = Math.round(performance.now() - begun);
        if (error.message !== told.message || waitedMs - told.at >= LINE_MS) {
          told = { message: error.message, at: waitedMs };
          logger.warn('Kafka does not answer yet; it is tried again', {
            attempt: attempts,
            waitedMs,
            startTimeoutMs: timeoutMs,
            error: error.message,
          });
        }
        if (waitedMs >= timeoutMs) throw tired(error, attempts, waitedMs);
        await pause(Math.min(backOff.next(), timeoutMs - waitedMs), signal);
      }
    }
  }
}

function tired(last: BrokerError, attempts: number, waitedMs: number): BrokerError {
  const tried = attempts === 1 ? 'one attempt' : `${attempts} attempts`;
  return new BrokerError(
    'retriable',
    `Kafka did not answer in ${tried} within ${waitedMs} ms (option startTimeout). The last one: ${last.message}`,
    { code: last.code, kafkaCode: last.kafkaCode, cause: last },
  );
}
