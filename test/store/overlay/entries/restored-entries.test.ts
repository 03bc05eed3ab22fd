import { describe, expect, it } from 'vitest';
import { NO_HEADERS } from '../../../../src/record/headers.js';
import { headersEnd, readHeaders } from '../../../../src/store/overlay/bytes/headers-bytes.js';
import { RestoredEntries } from '../../../../src/store/overlay/entries/restored-entries.js';
import { WriteBatch } from '../../../../src/store/write-batch.js';

const [key, value] = [Buffer.from('key'), Buffer.from('value')];

function written(restored: RestoredEntries): (Buffer | null)[] {
  const batch = new WriteBatch();
  restored.addTo(batch);
  return [...batch.values];
}

describe('restored entries', () => {
  it('are written as they are in a plain store, deletions too, once', () => {
    const restored = new RestoredEntries(0, false);
    expect(restored.none).toBe(true);
    restored.add(key, value, 1, NO_HEADERS);
    restored.add(key, null, 2, NO_HEADERS);
    expect(restored.none).toBe(false);
    expect(written(restored)).toEqual([value, null]);
    expect(restored.none).toBe(true);
    expect(written(restored)).toEqual([]);
  });

  it('have the time of their record in front, and headers behind it', () => {
    const timed = new RestoredEntries(8, false);
    timed.add(key, value, 258, NO_HEADERS);
    expect(written(timed)).toEqual([Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0, 1, 2]), value])]);

    const headed = new RestoredEntries(8, true);
    headed.add(key, value, 258, [['name', Buffer.from('x')]]);
    const [stored] = written(headed) as [Buffer];
    expect(stored.readBigInt64BE(0)).toBe(258n);
    expect(readHeaders(stored, 8)).toEqual([['name', Buffer.from('x')]]);
    expect(stored.subarray(headersEnd(stored, 8))).toEqual(value);
  });

  it('are forgotten when the store is wiped', () => {
    const restored = new RestoredEntries(0, false);
    restored.add(key, value, 1, NO_HEADERS);
    restored.clear();
    expect([restored.none, written(restored)]).toEqual([true, []]);
  });
});
