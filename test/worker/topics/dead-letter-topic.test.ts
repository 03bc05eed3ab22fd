import { describe, expect, it } from 'vitest';
import type { Admin, NewTopic } from '../../../src/broker/port.js';
import { readConfig } from '../../../src/config.js';
import type { KafkaStreamsOptions } from '../../../src/config/options.js';
import { BrokerError } from '../../../src/errors/broker-error.js';
import { prepareDeadLetterTopic } from '../../../src/worker/topics/dead-letter-topic.js';

function prepared(
  errors: NonNullable<KafkaStreamsOptions['errors']>,
  exists: boolean,
  limit: string | BrokerError,
): { bytes: Promise<number>; created: NewTopic[] } {
  const created: NewTopic[] = [];
  const admin: Pick<Admin, 'describeTopics' | 'createTopics' | 'topicConfig'> = {
    describeTopics: ([topic]) => Promise.resolve(exists ? [{ topic: topic as string, partitions: 1 }] : []),
    createTopics: (topics) => {
      created.push(...topics);
      return Promise.resolve();
    },
    topicConfig: () =>
      typeof limit === 'string' ? Promise.resolve({ 'max.message.bytes': limit }) : Promise.reject(limit),
  };
  const config = readConfig({ applicationId: 'app', kafka: { brokers: ['host:1'] }, replicationFactor: 3, errors });
  return { bytes: prepareDeadLetterTopic(config, admin as Admin), created };
}

describe('the topic of dead letters', () => {
  it('is created where that is asked for, and what it takes is known', async () => {
    const config = { 'retention.ms': '1000' };
    const { bytes, created } = prepared({ deadLetterTopic: { name: 'dead', config } }, false, '2000');
    expect(await bytes).toBe(2_000);
    expect(created).toEqual([{ topic: 'dead', partitions: 1, replicationFactor: 3, config }]);
  });

  it('stays as it is where it exists', async () => {
    const { bytes, created } = prepared({ deadLetterTopic: { name: 'dead', partitions: 9 } }, true, '3000');
    expect([await bytes, created]).toEqual([3_000, []]);
  });

  it('must exist where nothing else is said', async () => {
    await expect(prepared({ deadLetterTopic: 'dead' }, false, '1').bytes).rejects.toMatchObject({
      code: 'TOPIC_MISSING',
      topic: 'dead',
      option: 'errors.deadLetterTopic',
    });
  });

  it('is taken for one of the usual size where that may not be asked for', async () => {
    const denied = new BrokerError('fatal', 'no', { code: 'BROKER_AUTHORIZATION' });
    expect(await prepared({ deadLetterTopic: 'dead' }, true, denied).bytes).toBe(1_048_588);
    const broken = new BrokerError('fatal', 'no');
    await expect(prepared({ deadLetterTopic: 'dead' }, true, broken).bytes).rejects.toBe(broken);
  });
});
