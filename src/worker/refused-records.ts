/** Asks what becomes of a record that a broker does not take, and sees to its dead letters before it is left out. */
import type { InsteadWriter, RefusedRecord } from '../broker/port.js';
import type { Config } from '../config.js';
import type { BrokerError } from '../errors/broker-error.js';
import type { RecordMetrics } from '../observe/instance-metrics.js';
import { decided } from '../record/decided.js';
import type { DefaultPartition } from '../sink/default-partition.js';
import { DeadLetters, type DeadLetterSettings } from '../task/dead-letters.js';
import type { UnwritableRecord } from '../task/error-handlers.js';

/** What the names of writers of tasks begin with. */
const WRITER = 'task ';

export interface RefusedRecordsParts {
  readonly config: Pick<Config, 'productionErrorHandler' | 'logger' | 'clock'>;
  readonly deadLetters: DeadLetterSettings;
  readonly defaultPartition: DefaultPartition;
  /** Whether what a topic holds is state: left out there, it would be lost at the next restoring. */
  readonly isChangelog: (topic: string) => boolean;
  readonly metrics: RecordMetrics;
}

/**
 * For `ProducerOptions.refused`: resolves when the record is to be left out, rejects when it is the end. Its letters are written in
 * its place, and so are given up with it where its transaction is, to be written again when it is refused again. Only those of
 * the end go another way: they must stay though everything else is given up. Whether it is the end is known only when the
 * instance hears of it, so they wait for that.
 */
export function refusedRecords(
  parts: RefusedRecordsParts,
): (record: RefusedRecord, error: BrokerError, instead: InsteadWriter) => Promise<void> {
  const { config, deadLetters, defaultPartition, isChangelog, metrics } = parts;
  return async (record, error, instead) => {
    const { topic, partition, timestamp, headers, key, value, writer } = record;
    // A dead letter that cannot be written makes no other one.
    if (isChangelog(topic) || topic === deadLetters.topic) throw error;
    const task = writer.startsWith(WRITER) ? writer.slice(WRITER.length) : writer;
    const shown: UnwritableRecord = { topic, partition, timestamp, headers, task, keyBytes: key, valueBytes: value };
    const answer = decided(config.productionErrorHandler, error, shown, 'productionErrorHandler');
    const letters = new DeadLetters({
      settings: deadLetters,
      writer: instead,
      defaultPartition,
      clock: config.clock,
      counted: () => (metrics.deadLetters += 1),
    });
    letters.write(answer, {
      ...{ error, task, node: '', source: null, key, value, headers, timestamp },
      ...{ topic: null, partition: -1, offset: -1, target: `${topic}-${String(partition)}` },
    });
    await letters.settle();
    if (answer.then === 'fail') throw error;
    metrics.dropped('production-error');
    config.logger.warn(`a record is left out: ${error.message}`, { topic, partition, task });
  };
}
