/** Changes of a table on their way through a repartition topic. */
import { MillraceError } from '../errors/error.js';
import { Change } from '../record/change.js';
import type { Headers } from '../record/headers.js';
import { NodeBuffer } from '../record/node-buffer.js';
import type { Serde } from './serde.js';
import { undecodable, unencodable } from './serde-error.js';
import type { WrappingSerde } from './wrapping.js';

const OLD = 0;
const NEW = 1;
const BOTH = 2;
const OLD_WITH_LATEST = 3;
const NEW_WITH_LATEST = 4;
const BOTH_WITH_LATEST = 5;

/**
 * The old value, the new one, or both, and a last byte that says which:
 * `old 00`, `new 01`, `varint(length of new) new old 02`. Read as well: the same with a byte for `isLatest` before the
 * last one (3, 4, 5). Kafka Streams: `ChangedSerializer`, `ChangedDeserializer`.
 */
export class ChangeSerde<V> implements WrappingSerde<Change<V>, V> {
  readonly keepsNoBytes: boolean;

  constructor(readonly inner: Serde<V> | undefined) {
    this.keepsNoBytes = inner?.keepsNoBytes === true;
  }

  around(inner: Serde<V>): ChangeSerde<V> {
    return new ChangeSerde(inner);
  }

  serialize(change: Change<V>, topic: string, headers?: Headers): Buffer {
    const inner = this.known();
    const { newValue, oldValue } = change;
    const newBytes = newValue === null ? null : inner.serialize(newValue, topic, headers);
    const oldBytes = oldValue === null ? null : inner.serialize(oldValue, topic, headers);
    if (newBytes !== null && oldBytes !== null) {
      return NodeBuffer.concat([varint(newBytes.length), newBytes, oldBytes, NodeBuffer.of(BOTH)]);
    }
    if (newBytes !== null) return NodeBuffer.concat([newBytes, NodeBuffer.of(NEW)]);
    if (oldBytes !== null) return NodeBuffer.concat([oldBytes, NodeBuffer.of(OLD)]);
    throw unencodable('a change must have an old or a new value');
  }

  deserialize(bytes: Buffer, topic: string, headers?: Headers): Change<V> {
    const inner = this.known();
    const read = (part: Buffer): V => inner.deserialize(part, topic, headers);
    const flag = bytes[bytes.length - 1];
    const latestByte = flag === OLD_WITH_LATEST || flag === NEW_WITH_LATEST || flag === BOTH_WITH_LATEST;
    const end = bytes.length - (latestByte ? 2 : 1);
    const isLatest = !latestByte || readLatest(bytes, end);
    switch (flag) {
      case OLD:
      case OLD_WITH_LATEST:
        return new Change<V>(null, read(bytes.subarray(0, end)), isLatest);
      case NEW:
      case NEW_WITH_LATEST:
        return new Change<V>(read(bytes.subarray(0, end)), null, isLatest);
      case BOTH:
      case BOTH_WITH_LATEST: {
        const [length, start] = readVarint(bytes);
        if (length < 0 || start + length > end)
          throw undecodable('a change says that its new value is longer than it is');
        const newValue = read(bytes.subarray(start, start + length));
        return new Change<V>(newValue, read(bytes.subarray(start + length, end)), isLatest);
      }
      default:
        throw undecodable(`a change ends with a byte from 0 to 5, not ${String(flag)}`);
    }
  }

  private known(): Serde<V> {
    if (this.inner !== undefined) return this.inner;
    throw new MillraceError(
      'SERDE_MISSING',
      'a change needs the serde of its values; pass one to groupBy, or set a default',
    );
  }
}

function readLatest(bytes: Buffer, at: number): boolean {
  const byte = bytes[at];
  if (byte === 1) return true;
  if (byte === 0) return false;
  throw undecodable(`a change marks its latest update by 0 or 1, not ${String(byte)}`);
}

/** Kafka's zigzag varint. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value * 2;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return NodeBuffer.from(bytes);
}

function readVarint(bytes: Buffer): [value: number, next: number] {
  let raw = 0;
  for (let i = 0; i < Math.min(5, bytes.length); i++) {
    const byte = bytes[i] as number;
    raw += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return [raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2, i + 1];
  }
  throw undecodable('a change does not begin with the length of its new value');
}
