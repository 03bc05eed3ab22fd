import { fc } from '../../../property.js';
import { describe, expect, it } from 'vitest';
import {
  readUnsignedVarint,
  readVarlong,
  varintEnd,
  varintSize,
  varlongSize,
  writeVarint,
  writeVarlong,
} from '../../../../src/broker/wire/batch/varint.js';

describe('varints of records', () => {
  it('come back as they were, in the size foretold', () => {
    fc.assert(
      fc.property(fc.integer(), (value) => {
        const buffer = Buffer.alloc(8);
        const end = writeVarint(buffer, 1, value);
        expect(end - 1).toBe(varintSize(value));
        const raw = readUnsignedVarint(buffer, 1);
        expect((raw >>> 1) ^ -(raw & 1)).toBe(value);
        expect(varintEnd()).toBe(end);
      }),
      { examples: [[0], [-1], [63], [64], [-64], [-65], [8191], [8192], [0x7fffffff], [-0x80000000]] },
    );
  });

  it('come back as they were in 64 bits', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 52), max: 2 ** 52 }), (value) => {
        const buffer = Buffer.alloc(12);
        const end = writeVarlong(buffer, 1, value);
        expect(end - 1).toBe(varlongSize(value));
        expect(readVarlong(buffer, 1)).toBe(value);
        expect(varintEnd()).toBe(end);
      }),
      { examples: [[0], [-1], [0x7fffffff], [0x80000000], [-0x80000000], [-0x80000001], [2 ** 40]] },
    );
  });

  it('end nowhere when they do not end', () => {
    readUnsignedVarint(Buffer.alloc(8, 0xff), 0);
    expect(varintEnd()).toBeGreaterThan(1e8);
    readVarlong(Buffer.alloc(20, 0xff), 0);
    expect(varintEnd()).toBeGreaterThan(1e8);
    readUnsignedVarint(Buffer.from([0xff]), 0);
    expect(varintEnd()).toBeGreaterThan(1);
  });
});
