import { describe, expect, it } from 'vitest';
import { kafkaProblems } from '../../../src/broker/kafkajs/kafka-options.js';

const brokers = ['localhost:9092'];

describe('kafkaProblems', () => {
  it.each([
    { brokers },
    { brokers: ['[::1]:9092', 'kafka-1.example.org:1'], ssl: true, clientId: 'a', sasl: undefined, retry: undefined },
    { brokers: () => ['whatever'] },
    { brokers, sasl: { mechanism: 'SCRAM-SHA-256', username: 'a', password: 'b' } },
    { brokers, sasl: { mechanism: 'own', authenticationProvider: () => ({}) } },
  ])('finds nothing in %j', (kafka) => {
    expect(kafkaProblems(kafka)).toEqual([]);
  });

  it.each([
    [{ broker: 'localhost:9092' }, 'kafka.broker is not an option (did you mean brokers?)'],
    [{ brokers, colour: 1 }, /^kafka\.colour is not an option \(it knows brokers, ssl,/],
    [{ brokers, retry: { retries: 3 } }, /^kafka\.retry has no effect: requests are tried again by Millrace itself/],
    [
      { brokers, enforceRequestTimeout: true },
      'kafka.enforceRequestTimeout has no effect: every request has a time limit',
    ],
    [
      { brokers: ['kafka://host:9092/x'] },
      'kafka.brokers holds kafka://host:9092/x: write host:9092, without kafka://',
    ],
    [{ brokers: ['host'] }, `kafka.brokers holds "host", which is no address such as 'host:9092'`],
    [{ brokers: ['host:99999'] }, /^kafka\.brokers holds "host:99999", which is no address/],
    [{ brokers: ['one:1,two:2'] }, /give each address a text of its own: \['one:9092', 'two:9092'\]$/],
    [
      { brokers, sasl: { mechanism: 'scram-sha-265', username: 'a', password: 'b' } },
      'kafka.sasl.mechanism scram-sha-265 is not known; it is one of plain, scram-sha-256, scram-sha-512, aws, oauthbearer (did you mean scram-sha-256?)',
    ],
    [{ brokers, sasl: { username: 'a' } }, /^kafka\.sasl\.mechanism is required: one of plain,/],
    [{ brokers, sasl: 'plain' }, 'kafka.sasl must be an object with mechanism, username and password'],
  ])('of %j says %s', (kafka, problem) => {
    expect(kafkaProblems(kafka)).toEqual([typeof problem === 'string' ? problem : expect.stringMatching(problem)]);
  });
});
