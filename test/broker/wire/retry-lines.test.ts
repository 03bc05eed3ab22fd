import { beforeEach, expect, it } from 'vitest';
import { RetryLines } from '../../../src/broker/wire/retry-lines.js';
import { BrokerError } from '../../../src/errors/broker-error.js';
import { silentLogger } from '../../../src/observe/logger.js';

const LOADING = new BrokerError('retriable', 'loading', { kafkaCode: 14 });
let lines: string[];
let now: number;
let retries: RetryLines;

beforeEach(() => {
  lines = [];
  now = 0;
  const note =
    (level: string) =>
    (message: string): void => {
      lines.push(`${level} ${message}`);
    };
  retries = new RetryLines({ ...silentLogger, warn: note('warn') }, () => now);
});

it('warns once of each answer of a broker that goes on, and leaves lost connections to the transport', () => {
  for (; now < 30_000; now += 100) {
    retries.tell('joining is tried again', LOADING);
    if (now > 15_000) retries.tell('joining is tried again', new BrokerError('retriable', 'moved', { kafkaCode: 16 }));
    retries.tell('joining is tried again', new BrokerError('retriable', 'gone'));
  }
  expect(lines).toEqual(['warn joining is tried again: loading', 'warn joining is tried again: moved']);
});

it('warns of nothing that is over within two seconds, each time', () => {
  for (let time = 0; time < 20; time += 1, now += 15_000) {
    for (let i = 0; i < 15; i += 1, now += 100) retries.tell('joining is tried again', LOADING);
  }
  expect(lines).toEqual([]);
});

it('warns of refused credentials at once', () => {
  const refused = new BrokerError('retriable', 'no token', { code: 'BROKER_AUTHENTICATION' });
  for (let i = 0; i < 100; i += 1) retries.tell('fetching is tried again', refused);
  expect(lines).toEqual(['warn fetching is tried again: no token']);
});
