import { describe, expect, it } from 'vitest';
import { BrokerError } from '../../src/errors/broker-error.js';
import { MillraceError } from '../../src/errors/error.js';
import type { Logger, LogLevel } from '../../src/observe/logger.js';
import { FirstContact } from '../../src/worker/first-contact.js';

interface Line {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: unknown;
}

function listening(): { logger: Logger; lines: Line[] } {
  const lines: Line[] = [];
  const at =
    (level: LogLevel) =>
    (message: string, fields?: object): void => {
      lines.push({ level, message, fields });
    };
  return { lines, logger: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') } };
}

const down = (): BrokerError => new BrokerError('retriable', 'connection refused', { code: 'BROKER_UNREACHABLE' });
const { signal: never } = new AbortController();

/** Fails so often, then gives its value. */
function attempt(failures: number, error: () => Error = down): { run: () => Promise<string>; count: () => number } {
  let count = 0;
  return {
    count: () => count,
    run: async () => {
      if (++count <= failures) throw error();
      return 'here';
    },
  };
}

async function failure(given: Promise<unknown>): Promise<BrokerError> {
  const error: unknown = await given.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(MillraceError);
  return error as BrokerError;
}

describe('FirstContact', () => {
  it('waits for a broker, with one line for each reason', async () => {
    const { logger, lines } = listening();
    let failures = 0;
    const reason = (): Error => (++failures < 3 ? down() : new BrokerError('retriable', 'no such host'));
    const { run, count } = attempt(3, reason);
    expect(await new FirstContact({ timeoutMs: 60_000, logger, signal: never }).make(run)).toBe('here');
    expect(count()).toBe(4);
    expect(lines).toEqual([
      {
        level: 'warn',
        message: 'Kafka does not answer yet; it is tried again',
        fields: {
          attempt: 1,
          waitedMs: expect.any(Number) as number,
          startTimeoutMs: 60_000,
          error: 'connection refused',
        },
      },
      expect.objectContaining({ fields: expect.objectContaining({ attempt: 3, error: 'no such host' }) as object }),
    ]);
  });

  it('says what was tried when the time is over, which ends with an attempt', async () => {
    const { logger, lines } = listening();
    const { run, count } = attempt(Infinity);
    const error = await failure(new FirstContact({ timeoutMs: 300, logger, signal: never }).make(run));
    expect(error.message).toMatch(
      /^Kafka did not answer in \d attempts within \d+ ms \(option startTimeout\)\. The last one: connection refused$/,
    );
    expect(error).toMatchObject({ code: 'BROKER_UNREACHABLE', class: 'retriable' });
    expect(error.cause).toMatchObject({ message: 'connection refused' });
    expect(lines).toHaveLength(1);
    expect(count()).toBeGreaterThan(1);
  });

  it('does not wait when it is told so', async () => {
    const { run, count } = attempt(1);
    const error = await failure(
      new FirstContact({ timeoutMs: 0, logger: listening().logger, signal: never }).make(run),
    );
    expect(count()).toBe(1);
    expect(error.message).toContain('did not answer in one attempt');
  });

  it.each([
    ['credentials', new BrokerError('fatal', 'wrong password', { code: 'BROKER_AUTHENTICATION' })],
    ['a missing topic', new MillraceError('TOPIC_MISSING', 'no such topic')],
  ])('does not try again for %s', async (_, error) => {
    const { run, count } = attempt(1, () => error);
    const first = new FirstContact({ timeoutMs: 60_000, logger: listening().logger, signal: never });
    expect(await failure(first.make(run))).toBe(error);
    expect(count()).toBe(1);
  });

  it('ends when the application is closed', async () => {
    const closing = new AbortController();
    const { logger } = listening();
    const first = new FirstContact({ timeoutMs: 60_000, logger, signal: closing.signal });
    const { run, count } = attempt(Infinity);
    const failed = failure(first.make(run));
    await Promise.resolve();
    closing.abort();
    expect((await failed).message).toBe('connection refused');
    expect(count()).toBe(2);
  });

  it('takes what connections say meanwhile for details, and for warnings afterwards', async () => {
    const { logger, lines } = listening();
    const first = new FirstContact({ timeoutMs: 60_000, logger, signal: never });
    const connection = first.connectionLogger;
    await first.make(async () => {
      connection.warn('refused');
      connection.error('refused', { broker: 1 });
      connection.info('hello');
    });
    connection.warn('lost');
    expect(lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'debug refused',
      'debug refused',
      'info hello',
      'warn lost',
    ]);
  });
});
