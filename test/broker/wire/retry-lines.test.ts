import { expect, it } from 'vitest';
import { RetryLines } from '../../../src/broker/wire/retry-lines.js';
import { BrokerError } from '../../../src/errors/broker-error.js';
import { silentLogger } from '../../../src/observe/logger.js';

it('warns once of each answer of a broker, and leaves lost connections to the transport', () => {
  const lines: string[] = [];
  const note =
    (level: string) =>
    (message: string): void => {
      lines.push(`${level} ${message}`);
    };
  const retries = new RetryLines({ ...silentLogger, debug: note('debug'), warn: note('warn') });
  const loading = new BrokerError('retriable', 'loading', { kafkaCode: 14 });
  for (let i = 0; i < 100; i++) retries.tell('joining is tried again', loading);
  retries.tell('joining is tried again', new BrokerError('retriable', 'moved', { kafkaCode: 16 }));
  retries.tell('joining is tried again', new BrokerError('retriable', 'gone'));
  retries.tell('fetching is tried again', new BrokerError('retriable', 'no token', { code: 'BROKER_AUTHENTICATION' }));
  expect(lines).toEqual([
    'warn joining is tried again: loading',
    'warn joining is tried again: moved',
    'debug joining is tried again: gone',
    'warn fetching is tried again: no token',
  ]);
});
