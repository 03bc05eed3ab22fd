/** The buffer behind a join with grace: a key-value store of whole records, with an index by time in memory. */
import type { Headers } from '../../../record/headers.js';
import { RecordContext } from '../../../record/record-context.js';
import { bytes } from '../../../serde/bytes.js';
import type { Serde } from '../../../serde/serde.js';
import type { JoinBuffer, ReleaseRecord } from '../../join-buffer.js';
import type { JoinBufferSpec } from '../../spec.js';
import { decodeChange, encodeChange } from '../bytes/held-change-bytes.js';
import { readInt64, writeInt64 } from '../bytes/int64.js';
import { keyCodec } from '../bytes/key-codec.js';
import { serialized } from '../bytes/serialized.js';
import { valueCodec } from '../bytes/value-codec.js';
import type { Codecs, OverlayParts } from '../epoch/store-parts.js';
import { PREFIX_BYTES, type StoreSite } from '../epoch/store-site.js';
import { IndexedEntries } from './indexed-entries.js';

/** In front of the key: a zero and the timestamp; behind it: a sequence number. */
const HEAD_BYTES = 9;
const TAIL_BYTES = 4;
/** Sequence numbers are positive 32-bit integers and start over after the last. */
const SEQUENCE_MASK = 0x7fffffff;

/**
 * Keys and values have the bytes of Kafka Streams' changelog, on disk too. Its sequence numbers begin anew at each start and
 * then overwrite records of the same time and key; here they go on.
 */
export class OverlayJoinBuffer<K, V> extends IndexedEntries implements JoinBuffer<K, V> {
  readonly kind = 'joinBuffer';
  private readonly graceMs: number;
  private readonly keySerde: Serde<unknown>;
  private readonly valueSerde: Serde<unknown>;
  private readonly topic: string;
  /** The context of the record that is processed, while others leave. */
  private readonly current = new RecordContext();

  /** @param parts with {@link rawBytes} for codecs */
  constructor(parts: OverlayParts, { retentionMs }: JoinBufferSpec) {
    super(parts);
    const { key, value, changelogTopic } = parts.site.opening;
    this.graceMs = retentionMs;
    this.keySerde = key;
    this.valueSerde = value;
    this.topic = changelogTopic;
  }

  get records(): number {
    return this.index.size;
  }

  get streamTime(): number {
    return this.site.progress.streamTime;
  }

  put(key: K, value: V): boolean {
    const { progress, clock } = this.site;
    const { context } = this;
    const { timestamp } = context;
    if (progress.streamTime - this.graceMs > timestamp) return false;
    const keyBytes = serialized(this.keySerde, key, this.topic, context.headers);
    const newValue = serialized(this.valueSerde, value, this.topic, context.headers);
    progress.sequence = (progress.sequence + 1) & SEQUENCE_MASK;
    if (timestamp > progress.streamTime) progress.streamTime = timestamp;
    const text = textOf(timestamp, keyBytes, progress.sequence);
    this.table.set(text, encodeChange({ context, prior: null, oldValue: null, newValue, time: 0 }), clock.now());
    this.index.add(timestamp, text);
    return true;
  }

  releaseDue(emit: ReleaseRecord<K, V>): void {
    const upTo = this.streamTime - this.graceMs;
    const { earliest } = this.index;
    if (earliest === undefined || earliest > upTo) return;
    const { turn } = this.site;
    const release = (): boolean => {
      this.current.copyFrom(this.context);
      try {
        return this.index.walk(upTo, (time, text) => {
          this.releaseOne(time, text, emit);
          return !turn.ended();
        });
      } finally {
        this.context.copyFrom(this.current);
      }
    };
    if (!release()) turn.later(release);
  }

  override restore(key: Buffer, value: Buffer | null, timestamp: number, headers: Headers): void {
    const { progress } = this.site;
    progress.streamTime = Math.max(progress.streamTime, readInt64(key, 1));
    // Records leave in another order than they came: the number of a deleted one may be older than that of one still held.
    if (value !== null) progress.sequence = key.readInt32BE(key.length - TAIL_BYTES);
    super.restore(key, value, timestamp, headers);
  }

  protected override addToIndex(key: Buffer): void {
    this.index.add(readInt64(key, PREFIX_BYTES + 1), key.toString('latin1', PREFIX_BYTES));
  }

  private releaseOne(time: number, text: string, emit: ReleaseRecord<K, V>): void {
    const held = this.table.find(text).value as Buffer;
    const { context, newValue } = decodeChange(held);
    this.index.delete(time, text);
    this.table.set(text, null, this.site.clock.now());
    this.context.copyFrom(context);
    const { headers } = context;
    const key = Buffer.from(text.slice(HEAD_BYTES, -TAIL_BYTES), 'latin1');
    emit(
      this.keySerde.deserialize(key, this.topic, headers) as K,
      this.valueSerde.deserialize(newValue as Buffer, this.topic, headers) as V,
    );
  }
}

/** Keys and values of a join buffer are kept as bytes of its own making. */
export function rawBytes({ opening, context }: StoreSite): Codecs {
  const raw = bytes() as Serde<unknown>;
  return {
    keys: keyCodec(raw, opening.changelogTopic, opening.spec.name),
    values: valueCodec(raw, opening.changelogTopic, context),
  };
}

function textOf(timestamp: number, key: Buffer, sequence: number): string {
  const whole = Buffer.allocUnsafe(HEAD_BYTES + key.length + TAIL_BYTES);
  whole[0] = 0;
  writeInt64(whole, timestamp, 1);
  key.copy(whole, HEAD_BYTES);
  whole.writeInt32BE(sequence, whole.length - TAIL_BYTES);
  return whole.toString('latin1');
}
