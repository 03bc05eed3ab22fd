/** Beside the commands: a dead letter as its headers tell it, those of Kafka Streams and our own. */
import { headerText, type Headers } from '../../record/headers.js';
import type { ScannedRecord } from '../topic/scan-topic.js';

const ERROR_HEADERS = ['__streams.errors.', 'millrace.errors.'];

export interface Letter {
  /** Where it is in the dead-letter topic. */
  readonly partition: number;
  readonly offset: number;
  /** Ms since the epoch, of the record that it is about. */
  readonly timestamp: number;
  /** Name of what was thrown; `unknown` where no header tells it. */
  readonly reason: string;
  readonly message: string;
  readonly stack: string;
  /** Operator, where the letter tells it: those of the JVM do not. */
  readonly node: string | null;
  readonly task: string | null;
  /** Where the record was read. */
  readonly topic: string | null;
  readonly sourcePartition: number | null;
  readonly sourceOffset: number | null;
  /** Where it could not be written: key and value are then those of the result. */
  readonly target: string | null;
  /** What of the record did not fit into the letter. */
  readonly truncated: string | null;
  readonly record: ScannedRecord;
}

export function letterOf(record: ScannedRecord): Letter {
  const { partition, offset, timestamp, headers } = record;
  const text = (name: string): string | null => headerText(headers, name);
  const number = (name: string): number | null => {
    const told = text(name);
    return told === null || !/^\d+$/.test(told) ? null : Number(told);
  };
  return {
    partition,
    offset,
    timestamp,
    reason: text('__streams.errors.exception') ?? 'unknown',
    message: text('__streams.errors.message') ?? '',
    stack: text('__streams.errors.stacktrace') ?? '',
    node: text('millrace.errors.node'),
    task: text('millrace.errors.task'),
    topic: text('__streams.errors.topic'),
    sourcePartition: number('__streams.errors.partition'),
    sourceOffset: number('__streams.errors.offset'),
    target: text('millrace.errors.target'),
    truncated: text('millrace.errors.truncated'),
    record,
  };
}

/** Those that the record had itself. */
export function ownHeaders(headers: Headers): Headers {
  return headers.filter(([name]) => !ERROR_HEADERS.some((prefix) => name.startsWith(prefix)));
}

/** Which letters are meant; what is left out does not matter. */
export interface LetterChoice {
  readonly reason?: string;
  readonly node?: string;
  readonly source?: string;
  /** Places in the dead-letter topic, `partition-offset`. */
  readonly at?: readonly string[];
}

export function isChosen(letter: Letter, { reason, node, source, at }: LetterChoice): boolean {
  return (
    (reason === undefined || letter.reason === reason) &&
    (node === undefined || letter.node === node) &&
    (source === undefined || letter.topic === source) &&
    (at === undefined || at.includes(letterPlace(letter)))
  );
}

export function letterPlace({ partition, offset }: Pick<Letter, 'partition' | 'offset'>): string {
  return `${String(partition)}-${String(offset)}`;
}
