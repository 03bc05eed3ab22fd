/** Bytes of the rows of an outer join's store: when, which side, whose; and the values that wait there. */
import type { WaitingKey } from '../../outer-join-store.js';
import type { KeyCodec } from '../bytes/key-codec.js';
import type { ValueCodec } from '../bytes/value-codec.js';

/** Timestamp and side in front of a key. */
export const SIDE_AT = 8;
const KEY_AT = 9;
const LEFT = '\x01';
const RIGHT = '\x00';
const TWO_32 = 0x1_0000_0000;

/**
 * `timestamp (8), side (1: left 1, right 0), key`. The text has the first nine bytes as characters.
 * Kafka Streams: `TimestampedKeyAndJoinSideSerde`.
 */
export class WaitingKeys implements KeyCodec {
  private lastTime = -1;
  private lastTimeText = '';

  constructor(private readonly inner: KeyCodec) {}

  text(key: unknown): string {
    const { timestamp, left, key: inner } = key as WaitingKey<unknown>;
    return this.row(timestamp, left, this.innerText(inner));
  }

  /** Text of the user's key. */
  innerText(key: unknown): string {
    return this.inner.text(key);
  }

  row(timestamp: number, left: boolean, innerText: string): string {
    return this.timeText(timestamp) + (left ? LEFT : RIGHT) + innerText;
  }

  /** Side and key, one character a byte: what rows of one time are ordered by. */
  sideAndKey(left: boolean, innerText: string): string {
    return (left ? LEFT : RIGHT) + this.inner.byteText(innerText);
  }

  rowOf(timestamp: number, sideAndKey: string): string {
    return this.timeText(timestamp) + sideAndKey.slice(0, 1) + this.inner.fromByteText(sideAndKey.slice(1));
  }

  innerKey(row: string): unknown {
    return this.inner.key(row.slice(KEY_AT));
  }

  key(text: string): WaitingKey<unknown> {
    return { timestamp: timeOf(text), left: isLeft(text), key: this.innerKey(text) };
  }

  bytes(text: string, head: number, tail: number): Buffer {
    const bytes = this.inner.bytes(text.slice(KEY_AT), head + KEY_AT, tail);
    bytes.write(text.slice(0, KEY_AT), head, 'latin1');
    return bytes;
  }

  textOf(bytes: Buffer, start: number, end: number): string {
    return bytes.toString('latin1', start, start + KEY_AT) + this.inner.textOf(bytes, start + KEY_AT, end);
  }

  byteText(text: string): string {
    return text.slice(0, KEY_AT) + this.inner.byteText(text.slice(KEY_AT));
  }

  fromByteText(byteText: string): string {
    return byteText.slice(0, KEY_AT) + this.inner.fromByteText(byteText.slice(KEY_AT));
  }

  /** Records come by time: mostly it is that of the one before. */
  private timeText(timestamp: number): string {
    if (timestamp === this.lastTime) return this.lastTimeText;
    const high = Math.floor(timestamp / TWO_32);
    const low = timestamp >>> 0;
    this.lastTime = timestamp;
    this.lastTimeText = String.fromCharCode(
      high >>> 24,
      (high >>> 16) & 0xff,
      (high >>> 8) & 0xff,
      high & 0xff,
      low >>> 24,
      (low >>> 16) & 0xff,
      (low >>> 8) & 0xff,
      low & 0xff,
    );
    return this.lastTimeText;
  }
}

export function timeOf(text: string): number {
  let time = 0;
  for (let at = 0; at < SIDE_AT; at += 1) time = time * 256 + text.charCodeAt(at);
  return time;
}

export function isLeft(text: string): boolean {
  return text[SIDE_AT] === LEFT;
}

/** Values of one side, as the codec of that side holds them. */
export class WaitingValues {
  constructor(
    readonly left: boolean,
    readonly held: readonly unknown[],
  ) {}
}

/** First byte of a list whose items have their lengths before them. */
const VARIABLE_SIZE = 1;
const LIST_HEAD = 5;
const ITEM_HEAD = 5;

/**
 * `1, number (4)`, then for each value `length (4), side (1: left 1, right 0), value`; the length counts the side in.
 * Kafka Streams: `ListSerde` of `LeftOrRightValueSerde`.
 */
export class WaitingLists implements ValueCodec {
  readonly direct = false;
  readonly textual = false;

  constructor(
    private readonly leftValues: ValueCodec,
    private readonly rightValues: ValueCodec,
  ) {}

  /** The codec of a side's values. */
  of(left: boolean): ValueCodec {
    return left ? this.leftValues : this.rightValues;
  }

  hold(value: unknown): unknown {
    return value;
  }

  give(held: unknown): readonly unknown[] {
    const list = held as WaitingValues;
    const values = this.of(list.left);
    return list.held.map((one) => values.give(one));
  }

  size(held: unknown): number {
    const list = held as WaitingValues;
    const values = this.of(list.left);
    let size = LIST_HEAD;
    for (const one of list.held) size += ITEM_HEAD + values.size(one);
    return size;
  }

  encode(held: unknown, head: number): Buffer {
    const list = held as WaitingValues;
    const values = this.of(list.left);
    const items = list.held.map((one) => values.encode(one, ITEM_HEAD));
    const bytes = Buffer.allocUnsafe(items.reduce((sum, item) => sum + item.length, head + LIST_HEAD));
    bytes[head] = VARIABLE_SIZE;
    let at = bytes.writeInt32BE(items.length, head + 1);
    for (const item of items) {
      item.writeInt32BE(item.length - 4, 0);
      item[4] = list.left ? 1 : 0;
      at += item.copy(bytes, at);
    }
    return bytes;
  }

  decode(bytes: Buffer, start: number, _end: number): WaitingValues {
    const count = bytes.readInt32BE(start + 1);
    const held: unknown[] = [];
    let left = false;
    let at = start + LIST_HEAD;
    for (let item = 0; item < count; item += 1) {
      const next = at + 4 + bytes.readInt32BE(at);
      left = bytes[at + 4] === 1;
      held.push(this.of(left).decode(bytes, at + ITEM_HEAD, next));
      at = next;
    }
    return new WaitingValues(left, held);
  }
}
