/** From the values of a test to a record's bytes and back. */
import type { Headers } from '../../record/headers.js';
import { Windowed } from '../../record/windowed.js';
import { forKeys } from '../../serde/prepared.js';
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
  const keyBytes = key === null ? null : keySerde.serialize(key, topic, headers);
  if (value !== null) headers = serdes.value.headersFor?.(value, topic, headers) ?? headers;
  const valueBytes = value === null ? null : serdes.value.serialize(value, topic, headers);
  return { key: keyBytes, value: valueBytes, headers };
}

export function fromBytes<K, V>(
  topic: string,
  serdes: TestTopicOptions<K, V>,
  record: RecordBytes & { readonly timestamp: number; readonly exactTimestamp?: bigint | undefined },
): TestRecord<K, V> {
  const { key, value, timestamp, exactTimestamp, headers } = record;
  return {
    key: key === null ? null : (forKeys(serdes.key).deserialize(key, topic, headers) as K),
    value: value === null ? null : serdes.value.deserialize(value, topic, headers),
    timestamp,
    ...(exactTimestamp === undefined ? {} : { exactTimestamp }),
    headers,
  };
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
