/** Held changes as bytes, on disk and in the changelog: written in Kafka Streams' version 3, read in all of its versions. */
import { MillraceError } from '../../../errors/error.js';
import { NO_HEADERS, type Header, type Headers } from '../../../record/headers.js';
import { NodeBuffer } from '../../../record/node-buffer.js';
import type { RecordView } from '../../../record/record-context.js';
import { decodeUtf8, encodeUtf8 } from '../../../record/utf8.js';
import { readInt64, writeInt64 } from './int64.js';

/** Length that stands for null. */
const NONE = -1;
/** Length of an old value that stands for: the same bytes as the prior value. */
const AS_PRIOR = -2;
/** Time of a window that never ends. */
const FOR_EVER = 0x7fff_ffff_ffff_ffffn;

/** On changelog records with a value; deletions have no headers. */
export const VERSION_3: Headers = Object.freeze([['v', NodeBuffer.of(3)] as const]);

/** The values of a held change, serialized. */
export interface ChangeBytes {
  readonly context: RecordView;
  readonly prior: Buffer | null;
  readonly oldValue: Buffer | null;
  readonly newValue: Buffer | null;
  readonly time: number;
}

/** `context, prior, old, new, time (8)`; values with a length of 4 bytes in front. */
export function encodeChange({ context, prior, oldValue, newValue, time }: ChangeBytes): Buffer {
  const topic = encodeUtf8(context.topic ?? '');
  const headers = context.headers.map(([key, value]) => [encodeUtf8(key), value] as const);
  const asPrior = oldValue !== null && prior !== null && oldValue.equals(prior);
  let size = 8 + 8 + 4 + topic.length + 4 + 4;
  for (const [key, value] of headers) size += 8 + key.length + (value?.length ?? 0);
  size += 12 + (prior?.length ?? 0) + (asPrior ? 0 : (oldValue?.length ?? 0)) + (newValue?.length ?? 0) + 8;

  const bytes = NodeBuffer.allocUnsafe(size);
  writeInt64(bytes, context.timestamp, 0);
  writeInt64(bytes, context.offset, 8);
  let at = put(bytes, topic, 16);
  at = bytes.writeInt32BE(context.partition, at);
  at = bytes.writeInt32BE(headers.length, at);
  for (const [key, value] of headers) at = put(bytes, value, put(bytes, key, at));
  at = put(bytes, prior, at);
  at = asPrior ? bytes.writeInt32BE(AS_PRIOR, at) : put(bytes, oldValue, at);
  at = put(bytes, newValue, at);
  bytes.writeBigInt64BE(time === Infinity ? FOR_EVER : BigInt(time), at);
  return bytes;
}

/** Reads what {@link encodeChange} wrote. Values are views. */
export function decodeChange(bytes: Buffer): ChangeBytes {
  const reader = new Reader(bytes);
  const context = reader.context();
  const prior = reader.sized();
  const length = reader.int32();
  const oldValue = length === AS_PRIOR ? prior : reader.bytes(length);
  const newValue = reader.sized();
  return reader.finished({ context, prior, oldValue, newValue, time: reader.time() });
}

/** The record that a changelog brings, apart from its key and value. */
export interface ChangelogPlace {
  readonly topic: string;
  readonly partition: number;
  readonly timestamp: number;
  readonly headers: Headers;
}

/**
 * Turns a changelog record of any version into one of version 3.
 * @param priorOf what is known of the key so far; versions 0 and 1 do not say it
 * @throws MillraceError DESERIALIZATION_FAILED
 */
export function toVersion3(bytes: Buffer, place: ChangelogPlace, priorOf: () => Buffer | null): Buffer {
  const version = versionOf(place.headers);
  try {
    switch (version) {
      case 0:
        return encodeChange(version0(bytes, place, priorOf()));
      case 1:
        return encodeChange(version1(bytes, priorOf()));
      case 2:
        return encodeChange(version2(bytes));
      case 3:
        // Read once, so that what is broken shows up here.
        decodeChange(bytes);
        return NodeBuffer.from(bytes);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw unreadable(place, `version ${String(version)}: ${error.message}`);
  }
  throw unreadable(place, `version ${String(version)}, which is not known`);
}

/** `time, {old, new}`. The context is that of the changelog record. */
function version0(bytes: Buffer, place: ChangelogPlace, prior: Buffer | null): ChangeBytes {
  const { topic, partition, timestamp, headers } = place;
  const reader = new Reader(bytes);
  const time = reader.time();
  const oldValue = reader.sized();
  const newValue = reader.sized();
  const context = { topic, partition, offset: -1, timestamp, headers };
  return reader.finished({ context, prior: prior ?? oldValue, oldValue, newValue, time });
}

/** `time, context, [length] {old, new}` */
function version1(bytes: Buffer, prior: Buffer | null): ChangeBytes {
  const reader = new Reader(bytes);
  const time = reader.time();
  const context = reader.context();
  const { oldValue, newValue } = reader.pair();
  return reader.finished({ context, prior: prior ?? oldValue, oldValue, newValue, time });
}

/** `context, [length] {old, new}, prior, time`; some releases wrote version 3 under this number. */
function version2(bytes: Buffer): ChangeBytes {
  try {
    const reader = new Reader(bytes);
    const context = reader.context();
    const pair = reader.pair();
    const prior = reader.sized();
    return reader.finished({ context, prior, ...pair, time: reader.time() });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return decodeChange(bytes);
  }
}

/** 0 without a header, NaN for one that says nothing. The last one counts. */
function versionOf(headers: Headers): number {
  for (let at = headers.length - 1; at >= 0; at -= 1) {
    const [key, value] = headers[at] as Header;
    if (key === 'v') return value?.length === 1 ? value.readUInt8(0) : Number.NaN;
  }
  return 0;
}

function unreadable({ topic, partition }: ChangelogPlace, why: string): MillraceError {
  return new MillraceError('DESERIALIZATION_FAILED', `a change held back by suppress cannot be restored: ${why}`, {
    topic,
    partition,
  });
}

function put(target: Buffer, value: Buffer | null, at: number): number {
  if (value === null) return target.writeInt32BE(NONE, at);
  const start = target.writeInt32BE(value.length, at);
  return start + value.copy(target, start);
}

/** Throws a RangeError for what does not fit. */
class Reader {
  private at = 0;

  constructor(private readonly from: Buffer) {}

  int32(): number {
    const value = this.from.readInt32BE(this.at);
    this.at += 4;
    return value;
  }

  int64(): number {
    const value = readInt64(this.from, this.at);
    this.at += 8;
    return value;
  }

  time(): number {
    const time = this.int64();
    return Number.isSafeInteger(time) ? time : Infinity;
  }

  bytes(length: number): Buffer | null {
    if (length === NONE) return null;
    const end = this.at + length;
    if (length < 0 || end > this.from.length) throw new RangeError(`a length is ${String(length)}`);
    const bytes = this.from.subarray(this.at, end);
    this.at = end;
    return bytes;
  }

  sized(): Buffer | null {
    return this.bytes(this.int32());
  }

  /** `[length] {old, new}` */
  pair(): { oldValue: Buffer | null; newValue: Buffer | null } {
    const inner = new Reader(this.present());
    return inner.finished({ oldValue: inner.sized(), newValue: inner.sized() });
  }

  context(): RecordView {
    const timestamp = this.int64();
    const offset = this.int64();
    // Outside of a record there is none.
    const topic = decodeUtf8(this.present()) || null;
    const partition = this.int32();
    const count = this.int32();
    if (count < NONE) throw new RangeError(`the number of headers is ${String(count)}`);
    const headers: Header[] = [];
    for (let i = 0; i < count; i += 1) headers.push([decodeUtf8(this.present()), this.sized()]);
    return { topic, partition, offset, timestamp, headers: headers.length === 0 ? NO_HEADERS : headers };
  }

  finished<T>(value: T): T {
    const left = this.from.length - this.at;
    if (left !== 0) throw new RangeError(`${String(left)} bytes follow the end`);
    return value;
  }

  private present(): Buffer {
    const bytes = this.sized();
    if (bytes === null) throw new RangeError('what must be there is null');
    return bytes;
  }
}
