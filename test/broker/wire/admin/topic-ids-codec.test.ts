import { describe, expect, it } from 'vitest';
import { readGivesTopicIds, readTopicIds, topicIdsRequest } from '../../../../src/broker/wire/admin/topic-ids-codec.js';
import { ByteReader } from '../../../../src/broker/wire/byte-reader.js';
import { ByteWriter } from '../../../../src/broker/wire/byte-writer.js';

const ID = Buffer.from('00112233445566778899aabbccddeeff', 'hex');

function versions(errorCode: number, ranges: readonly (readonly [key: number, lowest: number, highest: number])[]) {
  return new ByteWriter()
    .int16(errorCode)
    .array(ranges, ([key, lowest, highest], writer) => writer.int16(key).int16(lowest).int16(highest))
    .finish();
}

function metadata(topics: readonly (readonly [code: number, topic: string, id: Buffer])[]): Buffer {
  const writer = new ByteWriter().int32(0);
  writer.compactArray([1], (node) =>
    writer.int32(node).compactString('host').int32(9092).compactNullableString(null).noTags(),
  );
  writer.compactNullableString('cluster').int32(1);
  writer.compactArray(topics, ([code, topic, id]) => {
    writer.int16(code).compactString(topic).raw(id).boolean(false);
    writer.compactArray([0], (partition) => {
      writer.int16(0).int32(partition).int32(1).int32(0);
      for (let list = 0; list < 3; list++) writer.compactArray([1], (replica) => writer.int32(replica));
      writer.noTags();
    });
    writer.int32(0).noTags();
  });
  return writer.int32(0).noTags().finish();
}

describe('topic ids', () => {
  it.each([
    [
      true,
      [
        [1, 0, 13],
        [3, 0, 13],
      ] as const,
    ],
    [false, [[3, 0, 9]] as const],
    [false, [[1, 0, 13]] as const],
  ])('are given: %s', (given, ranges) => {
    expect(readGivesTopicIds(versions(0, ranges))).toBe(given);
  });

  it('an error of the broker is one', () => {
    expect(() => readGivesTopicIds(versions(35, []))).toThrow(/versions of a broker/);
  });

  it('are asked for by name', () => {
    const { body, flexible } = topicIdsRequest(['t']);
    expect(flexible).toBe(true);
    const reader = new ByteReader(body, 'request');
    const asked = reader.compactArray(() => {
      const id = reader.raw(16).toString('hex');
      const topic = reader.compactNullableString();
      reader.skipTags();
      return [id, topic];
    });
    expect(asked).toEqual([['0'.repeat(32), 't']]);
    expect([reader.boolean(), reader.boolean(), reader.boolean()]).toEqual([false, false, false]);
  });

  it('leave out what does not exist or has none', () => {
    const body = metadata([
      [0, 'here', ID],
      [3, 'gone', Buffer.alloc(16)],
      [0, 'old', Buffer.alloc(16)],
    ]);
    expect([...readTopicIds(body)]).toEqual([['here', ID.toString('hex')]]);
  });
});
