import { fc } from '../../../property.js';
import { describe, expect, it } from 'vitest';
import { RowBytesReader, RowBytesWriter } from '../../../../src/store/overlay/bytes/row-bytes.js';

// Half of what a number can hold exactly: the sign takes a bit.
const signed = fc.maxSafeInteger().map((value) => Math.trunc(value / 2));

describe('RowBytesWriter', () => {
  it('gives back every number and byte, in order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(signed, fc.maxSafeNat(), fc.uint8Array({ maxLength: 3000 }))), (items) => {
        const writer = new RowBytesWriter();
        writer.byte(7);
        writer.clear();
        for (const [one, other, bytes] of items) {
          writer.signed(one);
          writer.varint(other);
          writer.varint(bytes.length);
          writer.bytes(Buffer.from(bytes));
        }
        const reader = new RowBytesReader(writer.take(), 0);
        for (const [one, other, bytes] of items) {
          expect(reader.signed()).toBe(one === 0 ? 0 : one);
          expect(reader.varint()).toBe(other);
          const length = reader.varint();
          expect(reader.buffer.subarray(reader.at, reader.at + length)).toEqual(Buffer.from(bytes));
          reader.at += length;
        }
        expect(reader.done).toBe(true);
      }),
    );
  });

  it('writes small numbers in one byte', () => {
    const writer = new RowBytesWriter();
    for (const value of [0, 127]) writer.varint(value);
    for (const value of [-64, 63]) writer.signed(value);
    expect(writer.take()).toEqual(Buffer.from([0, 127, 127, 126]));
  });
});
