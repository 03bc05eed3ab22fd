import { fc } from '../../../property.js';
import { describe, expect, it } from 'vitest';
import { BatchBuffers } from '../../../../src/broker/wire/batch/batch-buffers.js';
import { BatchBuilder, stampProducer } from '../../../../src/broker/wire/batch/batch-builder.js';
import {
  BASE_OFFSET,
  LEADER_EPOCH,
  sequenceAfter,
  writeInt64,
} from '../../../../src/broker/wire/batch/batch-header.js';
import { NO_HEADERS, type Headers } from '../../../../src/record/headers.js';
import { goldenBytes, goldenRecords } from '../../../golden/record-batches/golden-batches.js';
import { cursorOver, exactLender, makeBatch, readAll } from './records.js';

const bytes = (text: string | null): Buffer | null => (text === null ? null : Buffer.from(text));

describe('BatchBuilder', () => {
  it('writes the very bytes that Java writes', () => {
    for (const count of [3, 300]) {
      const builder = new BatchBuilder(exactLender, 0);
      for (const { key, value, headers, timestamp } of goldenRecords(count)) {
        builder.append(bytes(key), bytes(value), headers, timestamp, Infinity);
      }
      const { bytes: batch } = builder.seal(null, 0);
      stampProducer(batch, -1, -1, -1, false);
      writeInt64(batch, 100, BASE_OFFSET);
      expect(batch.readInt32BE(LEADER_EPOCH)).toBe(-1);
      expect(batch.equals(goldenBytes(`none-${count}.bin`))).toBe(true);
    }
  });

  it('keeps whatever is appended, with every codec', async () => {
    const header = fc.tuple(fc.string(), fc.option(fc.uint8Array().map((array) => Buffer.from(array))));
    const record = fc.record({
      key: fc.option(fc.string({ maxLength: 80 })),
      value: fc.option(fc.string({ maxLength: 300 })),
      headers: fc.array(header, { maxLength: 3 }).map((list): Headers => (list.length === 0 ? NO_HEADERS : list)),
      timestamp: fc.integer({ min: 0, max: 2 ** 45 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { minLength: 1, maxLength: 40 }),
        fc.constantFrom('none', 'gzip', 'snappy', 'lz4', 'zstd'),
        fc.integer({ min: 0, max: 2 ** 50 }),
        async (records, compression, baseOffset) => {
          const read = readAll(cursorOver(await makeBatch(records, { compression, baseOffset })));
          expect(read).toEqual(records.map((one, i) => ({ ...one, offset: baseOffset + i })));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('keeps times of 64 bits exactly, and begins another batch where they lie too far apart', () => {
    const times = fc.array(
      fc.oneof(
        fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
        fc.bigInt({ min: 2n ** 53n, max: 2n ** 53n + 9n }),
        fc.bigInt({ min: 0n, max: 9n }),
      ),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(times, (sent) => {
        const builders: BatchBuilder[] = [];
        for (const time of sent) {
          const timestamp = time > BigInt(Number.MAX_SAFE_INTEGER) ? time : Number(time);
          if (builders.at(-1)?.append(null, null, NO_HEADERS, timestamp, Infinity) === true) continue;
          const next = new BatchBuilder(exactLender, 0);
          expect(next.append(null, null, NO_HEADERS, timestamp, Infinity)).toBe(true);
          builders.push(next);
        }
        const read: bigint[] = [];
        for (const builder of builders) {
          const { bytes: batch } = builder.seal(null, 0);
          stampProducer(batch, -1, -1, -1, false);
          const cursor = cursorOver(batch);
          while (cursor.next()) {
            const { timestamp, exactTimestamp } = cursor;
            expect(exactTimestamp === null).toBe(Number.isSafeInteger(timestamp));
            if (exactTimestamp !== null) expect(Number(exactTimestamp)).toBe(timestamp);
            read.push(exactTimestamp ?? BigInt(timestamp));
          }
        }
        expect(read).toEqual(sent);
      }),
    );
  });

  it('refuses headers that are none, and is as it was before', () => {
    const builder = new BatchBuilder(exactLender, 0);
    builder.append(null, null, NO_HEADERS, 5, Infinity);
    const { size } = builder;
    for (const header of [
      ['trace', 'id-7'],
      ['trace', 7],
      [7, null],
      ['trace', undefined],
    ]) {
      expect(() => builder.append(null, null, [header] as unknown as Headers, 5, Infinity)).toThrow(
        expect.objectContaining({ code: 'HEADER_INVALID' }) as Error,
      );
    }
    expect([builder.size, builder.count]).toEqual([size, 1]);
  });

  it('refuses what would make it larger than the limit, to the byte', () => {
    const value = Buffer.alloc(100, 1);
    const one = new BatchBuilder(exactLender, 0);
    one.append(null, value, NO_HEADERS, 5, 0);
    const twice = new BatchBuilder(exactLender, 0);
    twice.append(null, value, NO_HEADERS, 5, 0);
    twice.append(null, value, NO_HEADERS, 5, Infinity);
    const builder = new BatchBuilder(exactLender, 0);
    expect(builder.append(null, value, NO_HEADERS, 5, 0)).toBe(true);
    expect(builder.append(null, value, NO_HEADERS, 5, twice.size - 1)).toBe(false);
    expect(builder.size).toBe(one.size);
    expect(builder.count).toBe(1);
    expect(builder.append(null, value, NO_HEADERS, 5, twice.size)).toBe(true);
    expect(builder.size).toBe(twice.size);
  });

  it('gives its outgrown buffers back', () => {
    const out = new Set<Buffer>();
    const lender = {
      take: (size: number) => {
        const buffer = Buffer.alloc(size);
        out.add(buffer);
        return buffer;
      },
      give: (buffer: Buffer) => {
        expect(out.delete(buffer)).toBe(true);
      },
    };
    const builder = new BatchBuilder(lender, 0);
    for (let i = 0; i < 100; i++) builder.append(null, Buffer.alloc(100), NO_HEADERS, 5, Infinity);
    const { bytes: batch, storage } = builder.seal(null, 0);
    expect(batch.buffer).toBe(storage.buffer);
    expect([...out]).toEqual([storage]);
  });
});

describe('BatchBuffers', () => {
  it('lends again what was given back, by size, up to its limit', () => {
    const buffers = new BatchBuffers(3000);
    const small = buffers.take(700);
    expect(small.length).toBe(1024);
    const large = buffers.take(1025);
    expect(large.length).toBe(2048);
    const other = buffers.take(1024);
    buffers.give(small);
    buffers.give(large);
    expect(buffers.take(2000)).not.toBe(large); // 1024 + 2048 are more than 3000: not kept
    buffers.give(other);
    expect(buffers.take(1)).toBe(other);
    expect(buffers.take(1)).toBe(small);
    expect(buffers.take(1 << 25).length).toBe(1 << 25);
  });
});

describe('sequenceAfter', () => {
  it('wraps to 0 after 2^31 - 1', () => {
    expect(sequenceAfter(0, 5)).toBe(5);
    expect(sequenceAfter(2 ** 31 - 1, 1)).toBe(0);
    expect(sequenceAfter(2 ** 31 - 3, 5)).toBe(2);
  });
});
