/** What a record becomes that could not be processed: a record of the dead-letter topic, with headers that say why. */
import { MillraceError } from '../errors/error.js';
import { reasonOf } from '../errors/shown-value.js';
import type { CheckedLetter } from '../record/decided.js';
import { textHeader, type Header, type Headers } from '../record/headers.js';

/** Most bytes of the headers that we add, so that a long stack does not make a letter that no topic takes. */
const MESSAGE_BYTES = 4 * 1024;
const STACK_BYTES = 8 * 1024;
/** Most bytes of the headers that the record had itself. */
const OWN_HEADER_BYTES = 64 * 1024;
/** What a batch of one record needs besides, at most. */
const ENVELOPE_BYTES = 128;
/** Of a header, besides its key and value, at most. */
const HEADER_ENVELOPE_BYTES = 10;

/** A record that could not be processed, and what is known of it. */
export interface Failure {
  readonly error: MillraceError;
  /** Empty where it is not known. */
  readonly node: string;
  readonly task: string;
  /** Name of the operator that read the record, null where none did. */
  readonly source: string | null;
  readonly topic: string | null;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly headers: Headers;
  /** Where a record could not be written, for one that a broker refused. Default: that is not what failed. */
  readonly target?: string;
  /** As they were read, or as they could not be written. */
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

/**
 * The headers of the record, then those of KIP-1034 in their order, then our own. Kafka Streams: `ExceptionHandlerUtils`.
 * @param mostBytes that the topic takes of a batch
 */
export function standardLetter(failure: Failure, topic: string, mostBytes: number): CheckedLetter {
  const { error, node, task, source, key, value, timestamp } = failure;
  const thrown = rootOf(error);
  const added: Header[] = [
    textHeader('__streams.errors.exception', cut(nameOf(thrown), MESSAGE_BYTES)),
    textHeader('__streams.errors.message', cut(reasonOf(thrown), MESSAGE_BYTES)),
    textHeader('__streams.errors.stacktrace', cut(stackOf(error), STACK_BYTES)),
    failure.topic === null ? ['__streams.errors.topic', null] : textHeader('__streams.errors.topic', failure.topic),
    textHeader('__streams.errors.partition', String(failure.partition)),
    textHeader('__streams.errors.offset', String(failure.offset)),
    textHeader('millrace.errors.task', task),
  ];
  if (node !== '') added.splice(6, 0, textHeader('millrace.errors.node', cut(node, MESSAGE_BYTES)));
  if (source !== null) added.push(textHeader('millrace.errors.source', cut(source, MESSAGE_BYTES)));
  if (failure.target !== undefined) added.push(textHeader('millrace.errors.target', failure.target));
  const left: string[] = [];
  let room = mostBytes - ENVELOPE_BYTES - sizeOf(added) - HEADER_ENVELOPE_BYTES - 100;
  const takes = (bytes: number, what: string): boolean => {
    if (bytes <= room) {
      room -= bytes;
      return true;
    }
    left.push(`${what} of ${String(bytes)} bytes`);
    return false;
  };
  const keeps = takes(key?.length ?? 0, 'key');
  const own = sizeOf(failure.headers);
  const carries = own <= OWN_HEADER_BYTES ? takes(own, 'headers') : takes(Infinity, 'headers');
  const holds = takes(value?.length ?? 0, 'value');
  if (left.length > 0) added.push(textHeader('millrace.errors.truncated', left.join(', ')));
  return {
    topic,
    key: keeps ? key : null,
    value: holds ? value : null,
    headers: carries && own > 0 ? [...failure.headers, ...added] : added,
    timestamp: timestamp < 0 ? null : timestamp,
  };
}

/** What a user's function or serde threw, where that is what it was about. */
function rootOf(error: MillraceError): unknown {
  let root: unknown = error;
  while (MillraceError.is(root) && root.cause !== undefined) root = root.cause;
  return root;
}

function nameOf(thrown: unknown): string {
  if (MillraceError.is(thrown)) return thrown.name;
  if (!(thrown instanceof Error)) return typeof thrown;
  return thrown.name === 'Error' ? thrown.constructor.name : thrown.name;
}

/** With the chain of causes, as Node prints it, but without the fields. */
function stackOf(error: Error): string {
  const parts: string[] = [];
  let next: unknown = error;
  for (let depth = 0; next !== undefined && depth < 8; depth += 1) {
    if (!(next instanceof Error)) {
      parts.push(reasonOf(next));
      break;
    }
    parts.push(next.stack ?? String(next));
    next = next.cause;
  }
  return parts.join('\ncaused by: ');
}

/** At most so many bytes of UTF-8, no character cut through. */
function cut(text: string, bytes: number): string {
  const all = Buffer.from(text);
  if (all.length <= bytes) return text;
  let end = bytes - 3;
  while (end > 0 && ((all[end] as number) & 0xc0) === 0x80) end -= 1;
  return `${all.toString('utf8', 0, end)}…`;
}

function sizeOf(headers: Headers): number {
  let size = 0;
  for (const [key, value] of headers) size += Buffer.byteLength(key) + (value?.length ?? 0) + HEADER_ENVELOPE_BYTES;
  return size;
}
