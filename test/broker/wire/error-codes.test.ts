import { describe, expect, it } from 'vitest';
import { brokerErrorFor, KafkaCode, kafkaErrorInfo } from '../../../src/broker/wire/error-codes.js';

describe('error codes', () => {
  it('knows every code up to 133, each once and with words', () => {
    for (let code = -1; code <= 133; code++) {
      if (code === 0) continue;
      const info = kafkaErrorInfo(code);
      expect(info.kafkaCode).toBe(code);
      expect(info.name).not.toContain('UNKNOWN_CODE');
      expect(info.words.length).toBeGreaterThan(10);
    }
  });

  it('names its constants as Kafka does', () => {
    for (const [name, code] of Object.entries(KafkaCode)) {
      if (code !== 0) expect(kafkaErrorInfo(code).name).toBe(name);
    }
  });

  it.each([
    [6, 'retriable', 'BROKER_RETRIABLE'],
    [27, 'retriable', 'BROKER_RETRIABLE'],
    [120, 'abortable', 'BROKER_ABORTABLE'],
    [22, 'fenced', 'BROKER_FENCED'],
    [25, 'fenced', 'BROKER_FENCED'],
    [82, 'fenced', 'BROKER_FENCED'],
    [47, 'fenced', 'BROKER_FENCED'],
    [49, 'fenced', 'BROKER_FENCED'],
    [90, 'fenced', 'BROKER_FENCED'],
    [110, 'fenced', 'BROKER_FENCED'],
    [30, 'fatal', 'BROKER_AUTHORIZATION'],
    [58, 'fatal', 'BROKER_AUTHENTICATION'],
    [1, 'fatal', 'OFFSET_OUT_OF_RANGE'],
    [9999, 'fatal', 'BROKER_FATAL'],
  ])('code %i is %s (%s)', (kafkaCode, errorClass, code) => {
    expect(brokerErrorFor(kafkaCode, 'Something')).toMatchObject({ class: errorClass, code, kafkaCode });
  });

  it("says what failed, why, Kafka's name and where", () => {
    const error = brokerErrorFor(6, 'writing a batch', { topic: 'orders', partition: 3 });
    expect(error.message).toBe(
      "writing a batch failed: the broker asked does not lead this partition any more (Kafka's NOT_LEADER_OR_FOLLOWER, code 6) (at orders-3)",
    );
  });
});
