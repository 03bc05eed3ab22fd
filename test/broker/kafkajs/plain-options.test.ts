import { createSecureContext } from 'node:tls';
import { describe, expect, it } from 'vitest';
import type { KafkaOptions } from '../../../src/broker/kafkajs/kafka-options.js';
import { plainOptions } from '../../../src/broker/kafkajs/plain-options.js';

const brokers = ['localhost:9092'];

class Credentials {
  readonly mechanism = 'plain';
  readonly username = 'ann';
  readonly password = 'secret';
}

describe('options for another thread', () => {
  it('are those that hold data only, keys and certificates too', () => {
    const options: KafkaOptions = {
      brokers,
      ssl: { ca: [Buffer.from('x')], rejectUnauthorized: false },
      sasl: { mechanism: 'plain', username: 'ann', password: 'secret' },
    };
    expect(plainOptions(options)).toEqual(options);
    expect(structuredClone(plainOptions(options))).toMatchObject({ brokers, sasl: { username: 'ann' } });
  });

  it('leave out who writes the log lines', () => {
    expect(plainOptions({ brokers, logCreator: () => () => undefined })).toEqual({ brokers });
  });

  it.each([
    ['kafka.brokers is a function', { brokers: () => Promise.resolve(brokers) }],
    ['kafka.socketFactory is a function', { brokers, socketFactory: () => expect.fail() }],
    [
      'kafka.sasl.oauthBearerProvider is a function',
      { brokers, sasl: { mechanism: 'oauthbearer', oauthBearerProvider: () => Promise.resolve({ value: 'x' }) } },
    ],
    ['kafka.ssl.secureContext is an object of a class', { brokers, ssl: { secureContext: createSecureContext() } }],
    ['kafka.sasl is an object of a class', { brokers, sasl: new Credentials() }],
  ] satisfies [string, KafkaOptions][])('cannot be had where %s', (problem, options) => {
    expect(plainOptions(options)).toBe(problem);
  });
});
