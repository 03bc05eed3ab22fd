import { describe, expect, it } from 'vitest';
import type { RefusedRecord } from '../../src/broker/port.js';
import { readConfig } from '../../src/config.js';
import type { KafkaStreamsOptions } from '../../src/config/options.js';
import { BrokerError } from '../../src/errors/broker-error.js';
import { RecordMetrics } from '../../src/observe/instance-metrics.js';
import { silentLogger } from '../../src/observe/logger.js';
import { headerText } from '../../src/record/headers.js';
import type { LetterToWrite } from '../../src/task/dead-letters.js';
import { refusedRecords } from '../../src/worker/refused-records.js';

const ERROR = new BrokerError('fatal', 'too large', { code: 'PRODUCTION_FAILED', topic: 'out', kafkaCode: 10 });
const RECORD: RefusedRecord = {
  topic: 'out',
  partition: 2,
  key: Buffer.from('k'),
  value: Buffer.from('v'),
  headers: [],
  timestamp: 7,
  writer: 'task 1_2',
};

function asked(options: Partial<KafkaStreamsOptions>, send = (): Promise<void> => Promise.resolve()) {
  const letters: LetterToWrite[] = [];
  const metrics = new RecordMetrics();
  const config = readConfig({ applicationId: 'app', kafka: { brokers: ['h:1'] }, logger: silentLogger, ...options });
  const refused = refusedRecords({
    config,
    deadLetters: { topic: config.deadLetterTopic?.name ?? null, mostBytes: 1e6 },
    outside: {
      send: async (letter) => {
        await send();
        letters.push(letter);
      },
    },
    isChangelog: (topic) => topic === 'app-rows-changelog',
    metrics,
  });
  return { refused, letters, metrics };
}

describe('a record that the broker refuses', () => {
  it('is the end by default', async () => {
    const { refused, letters } = asked({});
    await expect(refused(RECORD, ERROR)).rejects.toBe(ERROR);
    expect(letters).toEqual([]);
  });

  it('becomes a dead letter of itself, with where it was to go', async () => {
    const { refused, letters, metrics } = asked({ errors: { deadLetterTopic: 'dead' } });
    await refused(RECORD, ERROR);
    expect(letters).toMatchObject([{ topic: 'dead', key: RECORD.key, value: RECORD.value, timestamp: 7 }]);
    const headers = letters[0]?.headers ?? [];
    expect(headerText(headers, 'millrace.errors.target')).toBe('out-2');
    expect(headerText(headers, 'millrace.errors.task')).toBe('1_2');
    expect(headers.some(([key]) => key === 'millrace.errors.node')).toBe(false);
    expect(metrics.drops).toEqual({ 'production-error': 1 });
  });

  it('is not left out before its dead letter is written', async () => {
    const broken = new Error('no room');
    const { refused, metrics } = asked({ errors: { deadLetterTopic: 'dead' } }, () => Promise.reject(broken));
    await expect(refused(RECORD, ERROR)).rejects.toBe(broken);
    expect(metrics.drops).toEqual({});
  });

  it('is shown to the handler, which decides', async () => {
    const shown: unknown[] = [];
    const { refused } = asked({
      productionErrorHandler: (error, record) => {
        shown.push(error, record);
        return 'continue';
      },
    });
    await refused(RECORD, ERROR);
    const { topic, partition, timestamp, headers } = RECORD;
    const bytes = { keyBytes: RECORD.key, valueBytes: RECORD.value };
    expect(shown).toEqual([ERROR, { topic, partition, timestamp, headers, task: '1_2', ...bytes }]);
  });

  it('leaves a dead letter where it is the end, if there is a topic for it', async () => {
    const { refused, letters } = asked({ errors: { then: 'fail', deadLetterTopic: 'dead' } });
    await expect(refused(RECORD, ERROR)).rejects.toBe(ERROR);
    expect(letters).toHaveLength(1);
  });

  it.each(['app-rows-changelog', 'dead'])('is the end whatever the handler says, in %s', async (topic) => {
    const { refused, letters } = asked({ errors: { deadLetterTopic: 'dead' } });
    await expect(refused({ ...RECORD, topic }, ERROR)).rejects.toBe(ERROR);
    expect(letters).toEqual([]);
  });
});
