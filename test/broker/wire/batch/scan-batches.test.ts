import { describe, expect, it } from 'vitest';
import { LAST_OFFSET_DELTA, MAGIC } from '../../../../src/broker/wire/batch/batch-header.js';
import { isUnreadable, scanBatches } from '../../../../src/broker/wire/batch/scan-batches.js';
import { makeBatch, makeMarker } from './records.js';

describe('scanBatches', () => {
  it('tells the next offset by the last head, gaps at its end included', async () => {
    const first = await makeBatch([{ value: 'a' }, { value: 'b' }], { baseOffset: 10 });
    const second = await makeBatch([{ value: 'c' }], { baseOffset: 20 });
    second.writeInt32BE(79, LAST_OFFSET_DELTA); // compaction took the rest of eighty records
    const bytes = Buffer.concat([first, second]);
    expect(scanBatches(bytes, 0, bytes.length)).toEqual({ end: bytes.length, nextOffset: 100, codecsNeeded: 1 });
  });

  it('counts a control batch at the end', async () => {
    const bytes = Buffer.concat([await makeBatch([{ value: 'a' }]), await makeMarker('abort', 4, 1)]);
    expect(scanBatches(bytes, 0, bytes.length).nextOffset).toBe(2);
  });

  it('collects the codecs', async () => {
    const bytes = Buffer.concat([
      await makeBatch([{ value: 'a' }], { compression: 'zstd' }),
      await makeBatch([{ value: 'a' }], { compression: 'gzip' }),
    ]);
    expect(scanBatches(bytes, 0, bytes.length).codecsNeeded).toBe(0b10010);
  });

  it('stops before a batch that is cut off', async () => {
    const first = await makeBatch([{ value: 'a' }], { baseOffset: 10 });
    const bytes = Buffer.concat([first, first]);
    for (let end = first.length; end < bytes.length; end++) {
      expect(scanBatches(bytes, 0, end)).toEqual({ end: first.length, nextOffset: 11, codecsNeeded: 1 });
      expect(isUnreadable(bytes, first.length, end)).toBe(false);
    }
    expect(scanBatches(bytes, 0, 40)).toEqual({ end: 0, nextOffset: -1, codecsNeeded: 0 });
  });

  it('stops before what no cursor could read', async () => {
    const first = await makeBatch([{ value: 'a' }], { baseOffset: 10 });
    const old = await makeBatch([{ value: 'a' }], { baseOffset: 11 });
    old[MAGIC] = 0;
    const bytes = Buffer.concat([first, old]);
    const { end } = scanBatches(bytes, 0, bytes.length);
    expect(end).toBe(first.length);
    expect(isUnreadable(bytes, end, bytes.length)).toBe(true);
  });
});
