/**
 * Answers on their way from one instance to another, as JSON whose keys and values are bytes. Written and looked at by hand: there
 * may be thousands a second, and a schema that checks each row costs more than all else that is done for it.
 */
import { isQueryFailure } from './query-error.js';
import type { ByteRow, QuestionAnswer, RowsAnswer } from './question.js';

type Offsets = RowsAnswer['position'];
type SentHeaders = NonNullable<ByteRow['headers']>;

const PARTITION = /^\d{1,6}$/;

/** The text that `receivedAnswers` reads. */
export function sentAnswers(answers: readonly QuestionAnswer[]): string {
  let text = '{"answers":[';
  let between = '';
  for (const answer of answers) {
    text += between + ('rows' in answer ? rowsText(answer) : JSON.stringify(answer));
    between = ',';
  }
  return `${text}]}`;
}

function rowsText({ rows, more, position }: RowsAnswer): string {
  let text = '{"rows":[';
  let between = '';
  for (const row of rows) {
    text += between + (row === null ? 'null' : rowText(row));
    between = ',';
  }
  return `${text}],"more":${String(more)},"position":${JSON.stringify(position)}}`;
}

/** Base64 needs no escapes. Times are finite: stores have no others. */
function rowText({ key, value, timestamp, headers, start, end }: ByteRow): string {
  const bytes = `{"key":"${key.toString('base64')}","value":"${value.toString('base64')}"`;
  const told = headers === null ? 'null' : headersText(headers);
  return `${bytes},"timestamp":${String(timestamp)},"headers":${told},"start":${String(start)},"end":${String(end)}}`;
}

function headersText(headers: SentHeaders): string {
  return JSON.stringify(headers.map(([name, value]) => [name, value === null ? null : value.toString('base64')]));
}

/** @param body parsed JSON @throws what is wrong with it */
export function receivedAnswers(body: unknown): readonly QuestionAnswer[] {
  const { answers } = objectOf(body, 'the answer');
  if (!Array.isArray(answers)) throw wrong('its list of answers', 'none');
  return answers.map(answerOf);
}

function answerOf(said: unknown): QuestionAnswer {
  const { rows, more, position, reason, message } = objectOf(said, 'an answer');
  if (rows === undefined) {
    if (!isQueryFailure(reason)) throw wrong('the reason of an answer', 'none that is known');
    if (typeof message !== 'string') throw wrong('the message of an answer', 'no text');
    return { reason, message };
  }
  if (!Array.isArray(rows)) throw wrong('the list of rows', 'none');
  if (typeof more !== 'boolean') throw wrong('whether there are more rows', 'neither true nor false');
  return { rows: rows.map(rowOf), more, position: offsetsOf(position) };
}

function rowOf(said: unknown): ByteRow | null {
  if (said === null) return null;
  const { key, value, timestamp, headers, start, end } = objectOf(said, 'a row');
  return {
    key: bytesOf(key, 'the key of a row'),
    value: bytesOf(value, 'the value of a row'),
    timestamp: timestamp === null ? null : timeOf(timestamp, 'the timestamp of a row'),
    headers: headers === null ? null : headersOf(headers),
    start: timeOf(start, 'the start of a row'),
    end: end === null ? null : timeOf(end, 'the end of a row'),
  };
}

function headersOf(said: unknown): SentHeaders {
  if (!Array.isArray(said)) throw wrong('the list of headers', 'none');
  return said.map((header: unknown) => {
    const [name, value] = Array.isArray(header) && header.length === 2 ? (header as unknown[]) : [];
    if (typeof name !== 'string') throw wrong('a header of a row', 'no pair of name and value');
    return [name, value === null ? null : bytesOf(value, 'the value of a header')];
  });
}

function offsetsOf(said: unknown): Offsets {
  const topics = objectOf(said, 'the position of an answer');
  for (const topic of Object.keys(topics)) {
    const partitions = objectOf(topics[topic], 'the position of a topic');
    for (const partition of Object.keys(partitions)) {
      const offset = partitions[partition];
      if (PARTITION.test(partition) && Number.isSafeInteger(offset) && (offset as number) >= 0) continue;
      throw wrong('the position of an answer', 'not made of partitions and offsets');
    }
  }
  return topics as Offsets;
}

function objectOf(said: unknown, what: string): Record<string, unknown> {
  if (typeof said !== 'object' || said === null || Array.isArray(said)) throw wrong(what, 'no object');
  return said as Record<string, unknown>;
}

function bytesOf(said: unknown, what: string): Buffer {
  if (typeof said !== 'string') throw wrong(what, 'no text');
  return Buffer.from(said, 'base64');
}

function timeOf(said: unknown, what: string): number {
  if (typeof said !== 'number') throw wrong(what, 'no number');
  return said;
}

function wrong(what: string, is: string): Error {
  return new Error(`it answered what is no answer: ${what} is ${is}`);
}
