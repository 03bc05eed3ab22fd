/** The contract between bytes and values. */
import type { Headers } from '../record/headers.js';

/**
 * Turns values into bytes and back, synchronously.
 *
 * `T` is compared loosely (a `Serde<Order>` is accepted where a `Serde<unknown>` is asked for): what operators and stores do
 * with serdes is not typed, and the DSL sees to it that types fit. That is why its members are methods or written like them.
 *
 * A tombstone never reaches a serde: `null` values and `null` bytes are handled outside.
 *
 * Where a record comes from a topic or goes to one, a serde sees its headers; stores read without headers, as in Kafka Streams.
 * Kafka Streams: `Serde`.
 */
export interface Serde<T> {
  serialize(value: T, topic: string, headers?: Headers): Buffer;
  /** `bytes` may be a view into a large fetch buffer: copy what outlives the record, and say so with `keepsNoBytes`. */
  deserialize(bytes: Buffer, topic: string, headers?: Headers): T;
  /**
   * Fast path: decodes `buffer[start, end)` without making a view. Must equal
   * `deserialize(buffer.subarray(start, end), topic, headers)`.
   */
  readonly deserializeRange?: (buffer: Buffer, start: number, end: number, topic: string, headers?: Headers) => T;
  /**
   * Fast path of serdes that copy: true when no value that is read holds a part of the bytes that it was read of. What a topic's records
   * were fetched into is then written over by a later fetch, once they are processed; else it is left to the garbage collector.
   * Default: false.
   */
  readonly keepsNoBytes?: boolean;
  /**
   * For serdes that keep part of a value in the headers of its record (CloudEvents, ids of schemas). A sink asks it right before
   * `serialize`, which then gets what it returned: the list that it was given where there is nothing to change, else another one,
   * never the same one changed. Stores do not ask it: the bytes alone must be enough for them.
   * Kafka Streams: a serializer that adds to the headers.
   */
  readonly headersFor?: { bivariant(value: T, topic: string, headers: Headers): Headers }['bivariant'];
  /**
   * For serdes that fetch something (schemas): called before anything of a topic is read or written, each time a task begins to.
   * Undefined: there is nothing to wait for. A rejection ends the task. What cannot be known before is asked for by `NotReady`.
   */
  readonly prepare?: (topic: string, use: 'read' | 'write' | 'store') => Promise<void> | undefined;
  /** The serde to use for keys, where they are something else than values to it (another subject of a schema registry). */
  readonly forKeys?: () => Serde<T>;
  /** True when values are immutable (numbers, strings, bigints, booleans), so that a cache may keep the value itself. */
  readonly immutable?: boolean;
  /**
   * Fast path of immutable serdes: what is read again of the bytes of a value, without making them; throws exactly when `serialize`
   * would, whatever the topic and headers. A store that keeps the value itself finds out so at the put what it could not write at the
   * commit; without this, it serializes the value for that.
   */
  readonly normalize?: { bivariant(value: T): T }['bivariant'];
  /**
   * Fast path of serdes whose bytes are UTF-8 text: `serialize(value)` equals the bytes of `toText(value)` (half a pair of surrogates
   * is a question mark in them, as in Java), whatever the topic and headers. Stores then hold the text itself and make bytes at commit
   * only. Goes with `fromText`.
   */
  readonly toText?: { bivariant(value: T): string }['bivariant'];
  /** `deserialize(bytes)` equals `fromText` of the text of these bytes, read as Java reads it. Goes with `toText`. */
  readonly fromText?: (text: string) => T;
  /**
   * Fast path for values that nobody looks at, those of records that are only counted: whether there certainly is a value in
   * `buffer[start, end)`, which is not null, told without decoding it. False: that takes decoding.
   */
  readonly holdsValue?: (buffer: Buffer, start: number, end: number) => boolean;
  /**
   * Keys only: the part of the serialized bytes that decides the default partition, where that is not all of them.
   * Windowed keys: the bytes of the inner key. Kafka Streams: `WindowedStreamPartitioner`.
   */
  readonly partitionBytes?: (bytes: Buffer) => Buffer;
}
