/** One record on its way from a changelog into a store: what is wrong with it is named, and somebody decides about it. */
import type { RecordCursor } from '../broker/port.js';
import { MillraceError, type ErrorPlace } from '../errors/error.js';
import { ignoreRejection } from '../errors/promised.js';
import { reasonOf } from '../errors/shown-value.js';
import type { Headers } from '../record/headers.js';
import { NodeBuffer } from '../record/node-buffer.js';
import { NotReady } from '../serde/not-ready.js';
import type { Serde } from '../serde/serde.js';
import type { TaskState } from '../store/task-state.js';

/** A record that cannot be restored. */
export interface UnrestorableRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly headers: Headers;
  readonly keyBytes: Buffer | null;
  readonly valueBytes: Buffer | null;
  readonly store: string;
}

/** What reads the records of a source topic. */
export interface Decoders {
  readonly key: Serde<unknown>;
  readonly value: Serde<unknown>;
}

/** A store to which records are restored, and who decides about those that cannot be. */
export interface RestoreTarget {
  readonly state: TaskState;
  readonly place: { readonly store: string; readonly task: string; readonly topic: string; readonly partition: number };
  /** Null for a changelog of the application's own, whose bytes are copied. */
  readonly decoders: Decoders | null;
  /** Returns when the record is to be left out. @throws the error when it is not */
  readonly undecodable: (error: MillraceError, record: UnrestorableRecord) => void;
}

/**
 * Restores the record that the cursor is at, or leaves it out.
 * @returns null when that is done; else what a serde fetches, after which it is to be tried again
 * @throws MillraceError DESERIALIZATION_FAILED, TIMESTAMP_INVALID, or what is not the record's fault
 */
export function restoreRecord(cursor: RecordCursor, target: RestoreTarget): Promise<unknown> | null {
  const { buffer, keyStart, keyEnd, valueStart, valueEnd, timestamp } = cursor;
  const key = keyStart < 0 ? null : buffer.subarray(keyStart, keyEnd);
  const value = valueStart < 0 ? null : buffer.subarray(valueStart, valueEnd);
  const headers = cursor.headers();
  try {
    if (cursor.exactTimestamp !== null) throw new FarTime(cursor.exactTimestamp);
    const stored =
      target.decoders === null ? value : storedValue(target.decoders, key, value, target.place.topic, headers);
    target.state.restore(target.place.store, key, stored, timestamp, headers);
  } catch (cause) {
    if (cause instanceof NotReady) return cause.until;
    const error = unrestorable(cause, target.place, cursor.offset);
    const { store, topic, partition } = target.place;
    const bytes = { keyBytes: copyOf(key), valueBytes: copyOf(value) };
    target.undecodable(error, { topic, partition, offset: cursor.offset, timestamp, headers, ...bytes, store });
  }
  return null;
}

class FarTime extends Error {
  constructor(time: bigint) {
    super(
      `its timestamp ${String(time)} is beyond what a store can keep exactly (${String(Number.MAX_SAFE_INTEGER)} ms)`,
    );
  }
}

/**
 * Others write to a source topic: what its readers could not decode must not get into the table either. A value of which a part is in
 * the headers is written again as stores write it, all of it in its bytes.
 */
function storedValue(
  { key: keySerde, value: valueSerde }: Decoders,
  key: Buffer | null,
  value: Buffer | null,
  topic: string,
  headers: Headers,
): Buffer | null {
  const decoded = [
    key === null ? null : keySerde.deserialize(key, topic, headers),
    value === null ? null : valueSerde.deserialize(value, topic, headers),
  ];
  for (const one of decoded) {
    if (!(one instanceof Promise)) continue;
    for (const other of decoded) ignoreRejection(other);
    throw new TypeError('deserialize() of the serde returned a promise, which nobody waits for');
  }
  return value === null || valueSerde.headersFor === undefined ? value : valueSerde.serialize(decoded[1], topic);
}

/** @throws the cause when the record cannot help it: a disk that fails, say */
function unrestorable(cause: unknown, place: ErrorPlace & { readonly store: string }, offset: number): MillraceError {
  if (MillraceError.is(cause) && cause.code !== 'DESERIALIZATION_FAILED') throw cause.completed({ ...place, offset });
  return new MillraceError(
    cause instanceof FarTime ? 'TIMESTAMP_INVALID' : 'DESERIALIZATION_FAILED',
    `a record cannot be restored into store ${place.store}: ${reasonOf(cause)}; correct the serde or whoever wrote it, or set deserializationErrorHandler`,
    { ...place, offset, cause },
  );
}

function copyOf(bytes: Buffer | null): Buffer | null {
  return bytes === null ? null : NodeBuffer.from(bytes);
}
