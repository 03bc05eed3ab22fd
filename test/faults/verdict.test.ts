import { describe, expect, it } from 'vitest';
import { keysByPartition } from './load.js';
import type { ReadRecord } from './read-topic.js';
import { judge, silence } from './verdict.js';

function record(key: string, value: string | Buffer | null, timestamp = 0, partition = 0): ReadRecord {
  return { partition, key, value: typeof value === 'string' ? Buffer.from(value) : value, timestamp };
}

function row(count: number): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeBigInt64BE(BigInt(count), 8);
  return bytes;
}

const input = ['a', 'a', 'a', 'b'].map((key) => record(key, 'v'));

describe('the verdict on a try', () => {
  it('finds nothing where every record was counted once', () => {
    const output = [record('a', '2'), record('b', '1'), record('a', '3')];
    const changelog = [record('a', row(2)), record('b', row(1)), record('a', row(3))];
    expect(judge({ input, output, changelog }, 0)).toMatchObject({
      records: 4,
      keysTooLow: 0,
      lost: 0,
      changelogLost: 0,
      repeated: 0,
      countedAgain: 0,
    });
  });

  it('finds what is lost in results and in the changelog, whatever was there before', () => {
    const output = [record('a', '3'), record('a', '1')];
    const changelog = [record('a', row(3)), record('b', row(1)), record('b', null), record('a', row(2))];
    expect(judge({ input, output, changelog }, 0)).toMatchObject({
      keysTooLow: 2,
      lost: 3,
      changelogLost: 1,
      repeated: 1,
    });
  });

  it('tells results that are repeated from records that are counted again', () => {
    const output = [record('a', '2'), record('a', '2'), record('a', '5'), record('b', '1')];
    expect(judge({ input, output, changelog: [] }, 0)).toMatchObject({ lost: 0, repeated: 1, countedAgain: 2 });
  });
});

describe('silence', () => {
  it('is the longest stretch in one partition, to the end of the load', () => {
    const records = [record('a', 'v', 100, 0), record('a', 'v', 400, 0), record('b', 'v', 150, 1)];
    expect(silence(records, 500)).toBe(350);
    expect(silence(records, 410)).toBe(300);
  });

  it('does not count what comes after the load', () => {
    expect(silence([record('a', 'v', 100), record('a', 'v', 9_000)], 200)).toBe(100);
  });
});

it('every key has its partition', () => {
  const keys = keysByPartition(400, 4);
  expect(keys.flat()).toHaveLength(400);
  for (const ofPartition of keys) expect(ofPartition.length).toBeGreaterThan(50);
});
