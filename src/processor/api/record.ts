/** A record as a user's processor gets it and forwards it. */
import { checkedHeaders, NO_HEADERS, type Headers, type WritableHeaders } from '../../record/headers.js';

/** What can be forwarded: a {@link Record}, or an object with the same properties. */
export interface ForwardableRecord<K, V> {
  readonly key: K;
  readonly value: V;
  /** Whole milliseconds since the epoch, not negative. */
  readonly timestamp: number;
  /** Values are bytes or null; `textHeader` makes a header of a text. Default: none. */
  readonly headers?: WritableHeaders;
}

/**
 * A record to be read only. A {@link Record} is one, and so are the answers of stores that keep headers.
 * Kafka Streams: `api.ReadOnlyRecord`.
 */
export interface ReadOnlyRecord<K, V> {
  readonly key: K;
  readonly value: V;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly headers: Headers;
}

/**
 * A record of the Processor API. It never changes: `with…` gives another one. Kafka Streams: `api.Record`.
 * Headers are handed down the chain: a record that is made anew begins without.
 */
export class Record<K, V> implements ReadOnlyRecord<K, V>, ForwardableRecord<K, V> {
  constructor(
    readonly key: K,
    readonly value: V,
    /** Milliseconds since the epoch. */
    readonly timestamp: number,
    readonly headers: Headers = NO_HEADERS,
  ) {}

  withKey<KR>(key: KR): Record<KR, V> {
    return new Record(key, this.value, this.timestamp, this.headers);
  }

  withValue<VR>(value: VR): Record<K, VR> {
    return new Record(this.key, value, this.timestamp, this.headers);
  }

  withTimestamp(timestamp: number): Record<K, V> {
    return new Record(this.key, this.value, timestamp, this.headers);
  }

  withHeaders(headers: WritableHeaders): Record<K, V> {
    return new Record(this.key, this.value, this.timestamp, headersOf(headers));
  }
}

/**
 * A record whose key is fixed: nobody but Millrace can make one, and what is made of it has its key, so that it stays in
 * its partition. Kafka Streams: `api.FixedKeyRecord`.
 */
export class FixedKeyRecord<K, V> implements ReadOnlyRecord<K, V> {
  /** Out of reach, also at run time. */
  readonly #key: K;

  /** @internal Made by the task. */
  constructor(
    key: K,
    readonly value: V,
    /** Milliseconds since the epoch. */
    readonly timestamp: number,
    readonly headers: Headers,
  ) {
    this.#key = key;
  }

  get key(): K {
    return this.#key;
  }

  /** @internal True for what the task made, and what was made of that. */
  static isOne(record: object): boolean {
    return #key in record;
  }

  withValue<VR>(value: VR): FixedKeyRecord<K, VR> {
    return new FixedKeyRecord(this.#key, value, this.timestamp, this.headers);
  }

  withTimestamp(timestamp: number): FixedKeyRecord<K, V> {
    return new FixedKeyRecord(this.#key, this.value, timestamp, this.headers);
  }

  withHeaders(headers: WritableHeaders): FixedKeyRecord<K, V> {
    return new FixedKeyRecord(this.#key, this.value, this.timestamp, headersOf(headers));
  }
}

/** Bytes of any kind as Buffers; what is no bytes is refused when the record is forwarded, where the node is known. */
function headersOf(headers: WritableHeaders): Headers {
  if (!Array.isArray(headers)) return headers as Headers;
  const isOther = (value: unknown): value is Uint8Array => value instanceof Uint8Array && !Buffer.isBuffer(value);
  if (!headers.some((header) => Array.isArray(header) && isOther(header[1]))) return headers as Headers;
  return checkedHeaders(headers);
}
