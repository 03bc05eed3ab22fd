import { describe, expect, it } from 'vitest';
import type { RecordWriter } from '../../src/broker/port.js';
import { NO_HEADERS } from '../../src/record/headers.js';
import { RecordContext } from '../../src/record/record-context.js';
import { Windowed } from '../../src/record/windowed.js';
import { string } from '../../src/serde/string.js';
import { TimeWindowedSerde } from '../../src/serde/time-windowed.js';
import { DefaultPartition } from '../../src/sink/default-partition.js';
import { TopicWriter, type SinkSettings } from '../../src/sink/topic-writer.js';

/** The bytes by which a windowed key of five letters is put into a partition. */
function hashedBytes(settings: Partial<SinkSettings>): number {
  let hashed = -1;
  const producer = { partitionCount: () => 4, append: () => undefined } as unknown as RecordWriter;
  const hash = (key: Buffer): number => {
    hashed = key.length;
    return 0;
  };
  const key = new TimeWindowedSerde(string(), 10);
  const sink: SinkSettings = { node: 'SINK', topic: 'out', key, value: string(), partitioner: null, ...settings };
  const writer = new TopicWriter(sink, producer, new DefaultPartition(hash));
  writer.write(new Windowed('hello', 0, 10), 'v', 1, NO_HEADERS, new RecordContext());
  return hashed;
}

describe('windowed keys', () => {
  it('go to the partition of their inner key, so that all windows of a key are together', () => {
    expect(hashedBytes({})).toBe(5);
  });

  it('go by all their bytes into repartition topics and behind a partitioner that does not decide, as in Kafka Streams', () => {
    expect(hashedBytes({ internal: true })).toBe(13);
    expect(hashedBytes({ partitioner: () => null })).toBe(13);
  });
});
