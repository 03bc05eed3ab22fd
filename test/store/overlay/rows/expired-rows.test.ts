import { describe, expect, it } from 'vitest';
import { ExpiredRows } from '../../../../src/store/overlay/rows/expired-rows.js';
import { WriteBatch } from '../../../../src/store/write-batch.js';

const files = { rowKey: (id: number, ofChunks: boolean) => Buffer.from(`${ofChunks ? 'chunk' : 'row'} ${String(id)}`) };

function removed(expired: ExpiredRows, firstRow: number): string[] {
  const batch = new WriteBatch();
  expired.removeBelow(firstRow, batch);
  return batch.ranges.map(([from, to]) => `${from.toString()} - ${to.toString()}`);
}

describe('rows whose time is over', () => {
  it('are removed once, their chunks with them', () => {
    const expired = new ExpiredRows(files, 0);
    expect(removed(expired, 0)).toEqual([]);
    expect(removed(expired, 3)).toEqual(['row 0 - row 3', 'chunk 0 - chunk 3']);
    expect(removed(expired, 3)).toEqual([]);
    expect(removed(expired, 5)).toEqual(['row 3 - row 5', 'chunk 3 - chunk 5']);
  });

  it('begin at the first number that the store has, again after it was wiped', () => {
    const expired = new ExpiredRows(files, 2);
    expect(removed(expired, 2)).toEqual([]);
    expect(removed(expired, 4)).toEqual(['row 2 - row 4', 'chunk 2 - chunk 4']);
    expired.forget();
    expect(removed(expired, 3)).toEqual(['row 2 - row 3', 'chunk 2 - chunk 3']);
  });
});
