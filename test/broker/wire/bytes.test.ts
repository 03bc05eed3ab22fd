import { fc } from '../../property.js';
import { describe, expect, it } from 'vitest';
import { ByteReader } from '../../../src/broker/wire/byte-reader.js';
import { ByteWriter } from '../../../src/broker/wire/byte-writer.js';

const reader = (writer: ByteWriter): ByteReader => new ByteReader(writer.finish(), 'Test response');
const bytesOf = (write: (writer: ByteWriter) => void): number[] => {
  const writer = new ByteWriter(1);
  write(writer);
  return [...writer.finish()];
};

describe('Kafka primitives', () => {
  it('encodes as the protocol says', () => {
    expect(bytesOf((w) => w.int16(-2))).toEqual([0xff, 0xfe]);
    expect(bytesOf((w) => w.int64(-1))).toEqual([255, 255, 255, 255, 255, 255, 255, 255]);
    expect(bytesOf((w) => w.int64(-2))).toEqual([255, 255, 255, 255, 255, 255, 255, 254]);
    expect(bytesOf((w) => w.int64(2 ** 32 + 1))).toEqual([0, 0, 0, 1, 0, 0, 0, 1]);
    expect(bytesOf((w) => w.uvarint(300))).toEqual([0xac, 0x02]);
    expect(bytesOf((w) => w.varint(-1))).toEqual([1]);
    expect(bytesOf((w) => w.varint(1))).toEqual([2]);
    expect(bytesOf((w) => w.varlong(-3))).toEqual([5]);
    expect(bytesOf((w) => w.string('ü'))).toEqual([0, 2, 0xc3, 0xbc]);
    expect(bytesOf((w) => w.nullableString(null))).toEqual([255, 255]);
    expect(bytesOf((w) => w.compactString('ab'))).toEqual([3, 97, 98]);
    expect(bytesOf((w) => w.compactNullableString(null))).toEqual([0]);
    expect(bytesOf((w) => w.nullableBytes(null))).toEqual([255, 255, 255, 255]);
    expect(bytesOf((w) => w.compactNullableBytes(null))).toEqual([0]);
    expect(bytesOf((w) => w.array([1, 2], (n) => w.int8(n)))).toEqual([0, 0, 0, 2, 1, 2]);
    expect(bytesOf((w) => w.compactArray([7], (n) => w.int8(n).noTags()))).toEqual([2, 7, 0]);
    expect(bytesOf((w) => w.nullArray().compactNullArray())).toEqual([255, 255, 255, 255, 0]);
  });

  it('gives back every number', () => {
    const safe = fc.maxSafeInteger();
    fc.assert(
      fc.property(
        safe,
        fc.integer(),
        fc.nat(0xffffffff),
        fc.integer({ min: -(2 ** 52), max: 2 ** 52 }),
        (long, int, uint, var64) => {
          const r = reader(
            new ByteWriter(1).int64(long).int32(int).uint32(uint).uvarint(uint).varint(int).varlong(var64),
          );
          expect([r.int64(), r.int32(), r.uint32(), r.uvarint(), r.varint(), r.varlong()]).toEqual([
            long,
            int,
            uint,
            uint,
            int,
            var64,
          ]);
          expect(r.remaining).toBe(0);
        },
      ),
    );
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (d) => Object.is(reader(new ByteWriter().float64(d)).float64(), d)),
    );
  });

  it('gives back every string, byte string and array, null included', () => {
    const text = fc.option(fc.string({ unit: 'binary' }));
    const bytes = fc.option(fc.uint8Array());
    fc.assert(
      fc.property(text, bytes, fc.array(fc.string()), (string, raw, list) => {
        const value = raw === null ? null : Buffer.from(raw);
        const w = new ByteWriter(1)
          .nullableString(string)
          .compactNullableString(string)
          .nullableBytes(value)
          .compactNullableBytes(value);
        w.array(list, (s) => w.string(s)).compactArray(list, (s) => w.compactString(s).noTags());
        const r = reader(w);
        expect([r.nullableString(), r.compactNullableString(), r.nullableBytes(), r.compactNullableBytes()]).toEqual([
          string,
          string,
          value,
          value,
        ]);
        expect(r.array(() => r.string())).toEqual(list);
        expect(
          r.compactArray(() => {
            const s = r.compactString();
            r.skipTags();
            return s;
          }),
        ).toEqual(list);
      }),
    );
  });

  it('steps over tagged fields that it does not know', () => {
    const w = new ByteWriter()
      .uvarint(2)
      .uvarint(0)
      .compactBytes(Buffer.from('x'))
      .uvarint(5)
      .uvarint(3)
      .raw(Buffer.from('abc'))
      .int8(42);
    const bytes = w.finish();
    // compactBytes writes length + 1, a tag carries its plain size: correct it by hand.
    bytes[2] = 1;
    const r = new ByteReader(bytes, 'Test response');
    r.skipTags();
    expect(r.int8()).toBe(42);
  });

  it('refuses bytes that are not what the schema says', () => {
    const error = (read: (r: ByteReader) => unknown, ...bytes: number[]): unknown => {
      try {
        read(new ByteReader(Buffer.from(bytes), 'JoinGroup response'));
      } catch (caught) {
        return caught;
      }
      return null;
    };
    expect(error((r) => r.int32(), 1, 2)).toMatchObject({
      code: 'BROKER_PROTOCOL',
      message: expect.stringContaining(
        'JoinGroup response is malformed at byte 0 of 2: 4 bytes wanted, 2 left',
      ) as string,
    });
    expect(error((r) => r.string(), 255, 255)).toMatchObject({
      message: expect.stringContaining('null where a string') as string,
    });
    expect(error((r) => r.string(), 0, 9, 65)).toMatchObject({ code: 'BROKER_PROTOCOL' });
    expect(error((r) => r.array(() => 0), 127, 255, 255, 255)).toMatchObject({
      message: expect.stringContaining('an array of 2147483647 items in 0 bytes') as string,
    });
    expect(error((r) => r.uvarint(), 255, 255, 255, 255, 255, 1)).toMatchObject({ code: 'BROKER_PROTOCOL' });
    expect(error((r) => r.varlong(), ...new Array<number>(11).fill(255))).toMatchObject({ code: 'BROKER_PROTOCOL' });
  });
});
