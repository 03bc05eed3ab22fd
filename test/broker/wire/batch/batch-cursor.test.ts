import { beforeAll, describe, expect, it } from 'vitest';
import {
  ATTRIBUTES,
  BATCH_LENGTH,
  LOG_APPEND_TIME,
  MAGIC,
  MAX_TIMESTAMP,
  RECORD_COUNT,
  RECORDS,
  writeInt64,
} from '../../../../src/broker/wire/batch/batch-header.js';
import { loadCodecs } from '../../../../src/broker/wire/compression/codecs.js';
import { MillraceError } from '../../../../src/errors/error.js';
import { NO_HEADERS } from '../../../../src/record/headers.js';
import { goldenBytes, goldenRecords } from '../../../golden/record-batches/golden-batches.js';
import { cursorOver, makeBatch, makeMarker, readAll, sealAgain, values } from './records.js';

beforeAll(() => loadCodecs(0b11110));

function corruption(source: Buffer): MillraceError {
  const cursor = cursorOver(source);
  let caught: unknown;
  try {
    readAll(cursor);
  } catch (error) {
    caught = error;
  }
  if (!MillraceError.is(caught)) throw new Error('no corruption found');
  expect(caught.code).toBe('RECORD_CORRUPT');
  expect(caught).toMatchObject({ topic: 'orders', partition: 3 });
  // It must not look like the end of the bytes afterwards.
  expect(() => cursor.next()).toThrow(caught);
  return caught;
}

describe('BatchCursor', () => {
  it.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'])('reads what Java wrote with codec %s', (codec) => {
    for (const count of [3, 300]) {
      const expected = goldenRecords(count).map((record, i) => ({ ...record, offset: 100 + i }));
      expect(readAll(cursorOver(goldenBytes(`${codec}-${count}.bin`)))).toEqual(expected);
    }
  });

  it('reads offsets beyond 2^32 and timestamps that lie far apart', () => {
    const records = readAll(cursorOver(goldenBytes('far-apart.bin')));
    const times = [1_700_000_000_000, 0, 1_700_000_000_000 + 2 ** 33, 1_700_000_003_000, 1_700_050_000_000];
    expect(records.map(({ timestamp }) => timestamp)).toEqual(times);
    expect(records.map(({ offset }) => offset - 2 ** 40)).toEqual([0, 1, 2, 3, 4]);
  });

  it('takes the append time for every record where the broker stamps', async () => {
    const time = 1_711_111_111_111;
    expect(readAll(cursorOver(goldenBytes('log-append-time.bin'))).map(({ timestamp }) => timestamp)).toEqual([
      time,
      time,
    ]);
    const batch = await makeBatch([{ timestamp: 5 }, { timestamp: 9 }]);
    batch.writeInt16BE(LOG_APPEND_TIME, ATTRIBUTES);
    writeInt64(batch, 77, MAX_TIMESTAMP);
    expect(readAll(cursorOver(sealAgain(batch))).map(({ timestamp }) => timestamp)).toEqual([77, 77]);
  });

  it('tells null and empty apart, for keys and values', async () => {
    const [a, b] = readAll(
      cursorOver(
        await makeBatch([
          { key: null, value: '' },
          { key: '', value: null },
        ]),
      ),
    );
    expect(a).toMatchObject({ key: null, value: '' });
    expect(b).toMatchObject({ key: '', value: null });
  });

  it('gives the one empty list for records without headers', async () => {
    const cursor = cursorOver(await makeBatch([{ value: 'a' }]));
    cursor.next();
    expect(cursor.headers()).toBe(NO_HEADERS);
  });

  it('walks through batches one after the other and drops the last one when it is cut off', async () => {
    const first = await makeBatch([{ value: 'a' }, { value: 'b' }], { baseOffset: 10, compression: 'lz4' });
    const second = await makeBatch([{ value: 'c' }], { baseOffset: 20 });
    const third = await makeBatch([{ value: 'd' }], { baseOffset: 30 });
    for (const cut of [third.length - 1, RECORDS, 20, 12, 3, 0]) {
      const cursor = cursorOver(Buffer.concat([first, second, third.subarray(0, cut)]));
      expect(readAll(cursor).map(({ offset, value }) => [offset, value])).toEqual([
        [10, 'a'],
        [11, 'b'],
        [20, 'c'],
      ]);
      expect(cursor.next()).toBe(false);
    }
  });

  it('skips records before the offset asked for, and control batches', async () => {
    const bytes = Buffer.concat([
      await makeBatch([{ value: 'a' }, { value: 'b' }, { value: 'c' }], { baseOffset: 5 }),
      await makeMarker('commit', 7, 8),
      goldenBytes('marker-abort.bin'),
      goldenBytes('marker-commit.bin'),
      await makeBatch([{ value: 'd' }], { baseOffset: 60 }),
    ]);
    expect(values(cursorOver(bytes, { from: 7 }))).toEqual(['c', 'd']);
    expect(values(cursorOver(bytes, { from: 7, aborted: [] }))).toEqual(['c', 'd']);
  });

  it('steps over batches that compaction has emptied', async () => {
    const empty = await makeBatch([{ value: 'gone' }]);
    const head = Buffer.from(empty.subarray(0, RECORDS));
    head.writeInt32BE(RECORDS - 12, BATCH_LENGTH);
    head.writeInt32BE(0, RECORD_COUNT);
    const bytes = Buffer.concat([sealAgain(head), await makeBatch([{ value: 'kept' }], { baseOffset: 1 })]);
    expect(values(cursorOver(bytes))).toEqual(['kept']);
  });

  describe('finds damage', () => {
    it('in every byte that the checksum covers', async () => {
      const good = await makeBatch([{ key: 'k', value: 'v', headers: [['h', Buffer.from('x')]] }], { baseOffset: 42 });
      for (let i = ATTRIBUTES; i < good.length; i++) {
        const bad = Buffer.from(good);
        bad[i]! ^= 0x10;
        const error = corruption(bad);
        expect(error.message).toMatch(/checksum is \d+ where its head says \d+.*\(at orders-3-42\)/);
        expect(error.offset).toBe(42);
      }
    });

    it('in records that do not fit together, although the checksum is right', async () => {
      const good = await makeBatch([
        { key: 'key', value: 'value', headers: [['h', Buffer.from('x')]] },
        { key: 'key', value: 'value' },
      ]);
      let found = 0;
      for (let i = RECORDS; i < good.length; i++) {
        for (const byte of [0xff, 0x7f, 0x7e, 0x00]) {
          const bad = Buffer.from(good);
          bad[i] = byte;
          sealAgain(bad);
          try {
            // Whatever is shown must lie within the batch.
            const cursor = cursorOver(bad);
            while (cursor.next()) {
              cursor.headers();
              expect(cursor.keyEnd).toBeLessThanOrEqual(bad.length);
              expect(cursor.valueEnd).toBeLessThanOrEqual(bad.length);
            }
          } catch (error) {
            expect(MillraceError.is(error) && error.code).toBe('RECORD_CORRUPT');
            found++;
          }
        }
      }
      expect(found).toBeGreaterThan(30);
    });

    it('in the number of records', async () => {
      const good = await makeBatch([{ value: 'a' }, { value: 'b' }]);
      for (const [count, message] of [
        [1, /bytes follow the last record/],
        [3, /a record of/],
        [0, /bytes in a batch without records/],
        [-1, /a batch of -1 records/],
      ] as const) {
        const bad = Buffer.from(good);
        bad.writeInt32BE(count, RECORD_COUNT);
        expect(corruption(sealAgain(bad)).message).toMatch(message);
      }
    });

    it('in compressed bytes', async () => {
      for (const compression of ['gzip', 'snappy', 'lz4', 'zstd'] as const) {
        const batch = await makeBatch([{ value: 'abcabcabc'.repeat(50) }], { compression });
        batch.fill(0xa5, RECORDS + 4, RECORDS + 12);
        expect(corruption(sealAgain(batch)).message).toMatch(/cannot be decompressed/);
      }
    });

    it('in the length, and names old formats for what they are', async () => {
      const batch = await makeBatch([{ value: 'a' }], { baseOffset: 9 });
      batch.writeInt32BE(20, BATCH_LENGTH);
      expect(corruption(batch).message).toMatch(/a batch of 32 bytes/);
      batch[MAGIC] = 1;
      expect(corruption(batch).message).toMatch(/message format 1 of Kafka before 0\.11/);
      batch[MAGIC] = 3;
      expect(corruption(batch).message).toMatch(/record format 3/);
    });
  });

  it('names the codec that it cannot know', async () => {
    const batch = await makeBatch([{ value: 'a' }]);
    batch.writeInt16BE(5, ATTRIBUTES);
    expect(() => cursorOver(sealAgain(batch)).next()).toThrow(expect.objectContaining({ code: 'CODEC_MISSING' }));
  });
});
