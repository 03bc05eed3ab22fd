import { fc } from '../../../property.js';
import { describe, expect, it } from 'vitest';
import { encodable } from '../../../../src/record/utf8.js';
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

  it('writes texts of any characters and length behind the number of their bytes', () => {
    const text = fc.string({ unit: 'binary', maxLength: 400 }).map(encodable);
    fc.assert(
      fc.property(fc.array(text), fc.constantFrom(0, 1), (texts, more) => {
        const [writer, plain] = [new RowBytesWriter(), new RowBytesWriter()];
        for (const one of texts) {
          writer.text(one, more);
          const bytes = Buffer.from(one, 'utf8');
          plain.varint(bytes.length + more);
          plain.bytes(bytes);
        }
        expect(writer.take()).toEqual(plain.take());
      }),
    );
  });

  it.each([126, 127, 128, 16_383, 16_384, 30_000])(
    'writes a text of %i characters, of one byte or of three',
    (length) => {
      for (const character of ['a', '\u20ac']) {
        const writer = new RowBytesWriter();
        writer.byte(1);
        writer.text(character.repeat(length), 0);
        writer.byte(2);
        const reader = new RowBytesReader(writer.take(), 1);
        const bytes = reader.varint();
        expect(reader.buffer.toString('utf8', reader.at, reader.at + bytes)).toBe(character.repeat(length));
        expect(reader.buffer.subarray(reader.at + bytes)).toEqual(Buffer.from([2]));
      }
    },
  );

  it('writes small numbers in one byte', () => {
    const writer = new RowBytesWriter();
    for (const value of [0, 127]) writer.varint(value);
    for (const value of [-64, 63]) writer.signed(value);
    expect(writer.take()).toEqual(Buffer.from([0, 127, 127, 126]));
  });
});
