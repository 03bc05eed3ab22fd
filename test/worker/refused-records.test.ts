import { describe, expect, it } from 'vitest';
import { MemoryBroker } from '../../src/broker/memory/memory-broker.js';
import type { InsteadWriter, RefusedRecord } from '../../src/broker/port.js';
import { readConfig } from '../../src/config.js';
import type { KafkaStreamsOptions } from '../../src/config/options.js';
import { BrokerError } from '../../src/errors/broker-error.js';
import { RecordMetrics } from '../../src/observe/instance-metrics.js';
import { silentLogger } from '../../src/observe/logger.js';
import { headerText } from '../../src/record/headers.js';
import { DefaultPartition } from '../../src/sink/default-partition.js';
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

function asked(options: Partial<KafkaStreamsOptions>, topics: Partial<InsteadWriter> = {}) {
  /** Of failures that are the end, and what ends with them; the others go in the place of the record. */
  const last: (readonly [LetterToWrite, Error | null])[] = [];
  const producer = new MemoryBroker().producer();
  const instead: InsteadWriter = {
    append: (...record) => producer.append(...record),
    partitionCount: () => producer.partitionCount(),
    lookUp: () => producer.lookUp(),
    ...topics,
  };
  const metrics = new RecordMetrics();
  const config = readConfig({ applicationId: 'app', kafka: { brokers: ['h:1'] }, logger: silentLogger, ...options });
  const decide = refusedRecords({
    config,
    deadLetters: {
      topic: config.deadLetterTopic?.name ?? null,
      mostBytes: 1e6,
      outside: (letter, end) => last.push([letter, end]),
    },
    defaultPartition: new DefaultPartition(() => 0),
    isChangelog: (topic) => topic === 'app-rows-changelog',
    metrics,
  });
  const refused = (record: RefusedRecord, error: BrokerError): Promise<void> => decide(record, error, instead);
  return { refused, last, written: () => producer.takeWritten(), metrics };
}

describe('a record that the broker refuses', () => {
  it('is the end by default', async () => {
    const { refused, last, written } = asked({});
    await expect(refused(RECORD, ERROR)).rejects.toBe(ERROR);
    expect([...last, ...written()]).toEqual([]);
  });

  it('has a dead letter of itself in its place, with where it was to go', async () => {
    const { refused, last, written, metrics } = asked({ errors: { deadLetterTopic: 'dead' } });
    await refused(RECORD, ERROR);
    expect(last).toEqual([]);
    const letters = written();
    expect(letters).toMatchObject([{ topic: 'dead', key: RECORD.key, value: RECORD.value, timestamp: 7 }]);
    const headers = letters[0]?.headers ?? [];
    expect(headerText(headers, 'millrace.errors.target')).toBe('out-2');
    expect(headerText(headers, 'millrace.errors.task')).toBe('1_2');
    expect(headers.some(([key]) => key === 'millrace.errors.node')).toBe(false);
    expect(metrics.drops).toEqual({ 'production-error': 1 });
  });

  it('is the end where the topic of its own dead letter is not known', async () => {
    const missing = new Error('no such topic');
    const { refused, metrics } = asked(
      {
        productionErrorHandler: () => ({ then: 'continue', deadLetters: [{ topic: 'odd', key: null, value: null }] }),
      },
      { partitionCount: () => 0, lookUp: () => Promise.reject(missing) },
    );
    await expect(refused(RECORD, ERROR)).rejects.toBe(missing);
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

  it('leaves a dead letter outside of what is given up where it is the end, if there is a topic for it', async () => {
    const { refused, last, written } = asked({ errors: { then: 'fail', deadLetterTopic: 'dead' } });
    await expect(refused(RECORD, ERROR)).rejects.toBe(ERROR);
    expect(last).toEqual([[expect.objectContaining({ topic: 'dead', key: RECORD.key, value: RECORD.value }), ERROR]]);
    expect(written()).toEqual([]);
  });

  it.each(['app-rows-changelog', 'dead'])('is the end whatever the handler says, in %s', async (topic) => {
    const { refused, last, written } = asked({ errors: { deadLetterTopic: 'dead' } });
    await expect(refused({ ...RECORD, topic }, ERROR)).rejects.toBe(ERROR);
    expect([...last, ...written()]).toEqual([]);
  });
});
