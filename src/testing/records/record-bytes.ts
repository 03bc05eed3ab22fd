/** From the values of a test to a record's bytes and back. */
import { MillraceError } from '../../errors/error.js';
import { reasonOf } from '../../errors/shown-value.js';
import type { Headers } from '../../record/headers.js';
import { Windowed } from '../../record/windowed.js';
import { forKeys } from '../../serde/prepared.js';
import type { Serde } from '../../serde/serde.js';
import type { TestRecord, TestTopicOptions } from './test-record.js';

/** A record as a topic has it. */
export interface RecordBytes {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Headers;
}

/** With the headers that the serdes add. */
export function toBytes<K, V>(
  topic: string,
  serdes: TestTopicOptions<K, V>,
  key: K | null,
  value: V | null,
  given: Headers,
): RecordBytes {
  let headers = given;
  const keySerde = forKeys(serdes.key);
  if (key !== null) headers = keySerde.headersFor?.(key, topic, headers) ?? headers;
  const keyBytes = key === null ? null : written('key', topic, keySerde, key, headers);
  if (value !== null) headers = serdes.value.headersFor?.(value, topic, headers) ?? headers;
  const valueBytes = value === null ? null : written('value', topic, serdes.value, value, headers);
  return { key: keyBytes, value: valueBytes, headers };
}

/** @throws MillraceError SERIALIZATION_FAILED that says which part of which topic it is */
function written<T>(part: 'key' | 'value', topic: string, serde: Serde<T>, it: T, headers: Headers): Buffer {
  try {
    if (it === undefined)
      throw new TypeError(part === 'value' ? 'it is undefined (null is a tombstone)' : 'it is undefined');
    return serde.serialize(it, topic, headers);
  } catch (cause) {
    const reason = `the ${part} of a record for ${topic} cannot be serialised: ${reasonOf(cause)}`;
    throw new MillraceError('SERIALIZATION_FAILED', reason, { cause });
  }
}

export function fromBytes<K, V>(
  topic: string,
  serdes: TestTopicOptions<K, V>,
  record: RecordBytes & { readonly timestamp: number; readonly exactTimestamp?: bigint | undefined },
): TestRecord<K, V> {
  const { key, value, timestamp, exactTimestamp, headers } = record;
  return {
    key: key === null ? null : (read('key', topic, forKeys(serdes.key), key, headers) as K),
    value: value === null ? null : read('value', topic, serdes.value, value, headers),
    timestamp,
    ...(exactTimestamp === undefined ? {} : { exactTimestamp }),
    headers,
  };
}

/** @throws MillraceError DESERIALIZATION_FAILED that says which part of which topic it is */
function read<T>(part: 'key' | 'value', topic: string, serde: Serde<T>, bytes: Buffer, headers: Headers): T {
  try {
    return serde.deserialize(bytes, topic, headers);
  } catch (cause) {
    const reason = `the ${part} of a record of ${topic} cannot be read by the serde that the test gave: ${reasonOf(cause)}`;
    throw new MillraceError('DESERIALIZATION_FAILED', reason, { cause });
  }
}

/** The last value of each key, without what was deleted; a key's name is as `TestOutputTopic.readTable` says. */
export function tableOf<K, V>(records: Iterable<TestRecord<K, V>>): Map<string, V> {
  const table = new Map<string, V>();
  for (const { key, value } of records) {
    const name = keyText(key);
    if (value === null) table.delete(name);
    else table.set(name, value);
  }
  return table;
}

function keyText(key: unknown): string {
  if (typeof key === 'string') return key;
  return key instanceof Windowed ? key.toString() : JSON.stringify(key);
}
