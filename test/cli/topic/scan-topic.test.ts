import { describe, expect, it } from 'vitest';
import { partOf } from '../../../src/cli/topic/scan-topic.js';

const range = (partition: number, first: number, end: number) => ({ topic: 't', partition, first, end });

describe('a part of a topic', () => {
  it('is the newest or the oldest of each partition', () => {
    const ranges = [range(0, 10, 110), range(1, 0, 100)];
    expect(partOf(ranges, 20, 'end')).toEqual([range(0, 100, 110), range(1, 90, 100)]);
    expect(partOf(ranges, 20, 'start')).toEqual([range(0, 10, 20), range(1, 0, 10)]);
  });

  it('takes from full partitions what others do not have', () => {
    expect(partOf([range(0, 0, 1_000), range(1, 5, 7), range(2, 0, 0)], 102, 'end')).toEqual([
      range(0, 900, 1_000),
      range(1, 5, 7),
      range(2, 0, 0),
    ]);
  });
});
