import { describe, expect, it } from 'vitest';
import { decodeOffsetMetadata, encodeOffsetMetadata, type OffsetMetadata } from '../../src/task/offset-metadata.js';

const NONE: ReadonlyMap<string, number> = new Map();

function decode(hex: string): OffsetMetadata {
  return decodeOffsetMetadata(Buffer.from(hex, 'hex').toString('base64'));
}

describe('offset metadata', () => {
  it('is the base64 of version 2 and the partition time', () => {
    expect(encodeOffsetMetadata(1_700_000_000_000, NONE)).toBe(
      Buffer.from('020000018bcfe56800', 'hex').toString('base64'),
    );
  });

  it.each([-1, 0, 1_700_000_000_000])('comes back: %d', (time) => {
    expect(decodeOffsetMetadata(encodeOffsetMetadata(time, NONE))).toEqual({
      partitionTime: time,
      operatorTimes: NONE,
    });
  });

  it('holds a time beyond 64 bits, which the last one has become by rounding, as the last one', () => {
    const metadata = encodeOffsetMetadata(2 ** 63, NONE);
    expect(Buffer.from(metadata, 'base64').toString('hex')).toBe('027fffffffffffffff');
    expect(decodeOffsetMetadata(metadata).partitionTime).toBe(2 ** 63);
  });

  it('of version 1 is understood, with or without what follows', () => {
    for (const hex of ['01000000000000002a', '02000000000000002a00000000']) {
      expect(decode(hex)).toEqual({ partitionTime: 42, operatorTimes: NONE });
    }
  });

  it.each(['', 'hello', Buffer.from('09000000000000002a', 'hex').toString('base64')])('unknown: %j', (metadata) => {
    expect(decodeOffsetMetadata(metadata)).toEqual({ partitionTime: -1, operatorTimes: NONE });
  });

  it("holds the operators' times as Kafka Streams holds the numbers of its processors", () => {
    const metadata = encodeOffsetMetadata(42, new Map([['a', 7]]));
    expect(Buffer.from(metadata, 'base64').toString('hex')).toBe(
      ['02', '000000000000002a', '00000001', '00000001', '61', '0000000000000007'].join(''),
    );
  });

  it.each([
    [new Map([['KSTREAM-AGGREGATE-0000000001-observed-time', 1_700_000_000_000]])],
    [
      new Map([
        ['ä', 1],
        ['b', 2],
      ]),
    ],
  ])('comes back with the times of operators', (operatorTimes) => {
    expect(decodeOffsetMetadata(encodeOffsetMetadata(5, operatorTimes))).toEqual({ partitionTime: 5, operatorTimes });
  });

  it('that is cut off still tells what it holds whole', () => {
    const bytes = Buffer.from(
      encodeOffsetMetadata(
        5,
        new Map([
          ['a', 1],
          ['b', 2],
        ]),
      ),
      'base64',
    );
    for (let length = 9; length < bytes.length; length++) {
      const { partitionTime, operatorTimes } = decodeOffsetMetadata(bytes.subarray(0, length).toString('base64'));
      expect(partitionTime).toBe(5);
      expect([...operatorTimes.keys()]).toEqual(length < 9 + 4 + 13 ? [] : ['a']);
    }
  });
});
