import { describe, expect, it } from 'vitest';
import { codeOf } from '../../../error-code.js';
import { NO_HEADERS, type Headers } from '../../../../src/record/headers.js';
import {
  decodeChange,
  encodeChange,
  toVersion3,
  VERSION_3,
  type ChangeBytes,
} from '../../../../src/store/overlay/bytes/held-change-bytes.js';

const context = { topic: 'té', partition: 3, offset: 0x1_0000_0007, timestamp: 77, headers: NO_HEADERS };
const change: ChangeBytes = {
  context,
  prior: Buffer.from('p'),
  oldValue: Buffer.from('old'),
  newValue: Buffer.from('n'),
  time: 500,
};

const int32 = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');
const int64 = (value: number): string => value.toString(16).padStart(16, '0');
const sized = (text: string | null): string =>
  text === null ? int32(-1) : int32(Buffer.byteLength(text)) + Buffer.from(text).toString('hex');
const CONTEXT = int64(77) + int64(0x1_0000_0007) + sized('té') + int32(3) + int32(0);

function read(hex: string, version: number | null, known: string | null = null): ChangeBytes {
  const headers: Headers = version === null ? NO_HEADERS : [['v', Buffer.of(version)]];
  const place = { topic: 'log', partition: 3, timestamp: 9, headers };
  return decodeChange(toVersion3(Buffer.from(hex, 'hex'), place, () => (known === null ? null : Buffer.from(known))));
}

describe('version 3', () => {
  it('is context, prior, old, new, time', () => {
    expect(encodeChange(change).toString('hex')).toBe(CONTEXT + sized('p') + sized('old') + sized('n') + int64(500));
    expect(decodeChange(encodeChange(change))).toEqual(change);
    expect(VERSION_3).toEqual([['v', Buffer.of(3)]]);
  });

  it('says of an old value that equals the prior one only that', () => {
    const same = { ...change, prior: Buffer.from('x'), oldValue: Buffer.from('x') };
    expect(encodeChange(same).toString('hex')).toBe(CONTEXT + sized('x') + int32(-2) + sized('n') + int64(500));
    expect(decodeChange(encodeChange(same))).toEqual(same);
  });

  it('keeps nulls apart from empty values', () => {
    const nulls = { ...change, prior: null, oldValue: null, newValue: null };
    expect(encodeChange(nulls).toString('hex')).toBe(CONTEXT + int32(-1).repeat(3) + int64(500));
    expect(decodeChange(encodeChange(nulls))).toEqual(nulls);
    const empty = { ...change, prior: null, oldValue: Buffer.alloc(0) };
    expect(decodeChange(encodeChange(empty))).toEqual(empty);
  });

  it('has the highest time there is for a window that never ends', () => {
    const bytes = encodeChange({ ...change, time: Infinity });
    expect(bytes.toString('hex')).toMatch(/7fffffffffffffff$/);
    expect(decodeChange(bytes).time).toBe(Infinity);
  });

  it('has the headers of the record, and an empty topic where there was no record', () => {
    const headers: Headers = [
      ['é', Buffer.from('1')],
      ['', null],
    ];
    const bytes = encodeChange({ ...change, context: { ...context, topic: null, headers } });
    expect(bytes.toString('hex')).toContain(
      int32(0) + int32(3) + int32(2) + sized('é') + sized('1') + sized('') + sized(null),
    );
    expect(decodeChange(bytes).context).toEqual({ ...context, topic: null, headers });
  });
});

describe('records of earlier versions', () => {
  it('0: time, old, new; the context is that of the changelog record, the prior value what is known, or the old one', () => {
    const hex = int64(500) + sized('o') + sized('n');
    expect(read(hex, null)).toEqual({
      context: { topic: 'log', partition: 3, offset: -1, timestamp: 9, headers: NO_HEADERS },
      prior: Buffer.from('o'),
      oldValue: Buffer.from('o'),
      newValue: Buffer.from('n'),
      time: 500,
    });
    expect(read(hex, null, 'before').prior).toEqual(Buffer.from('before'));
  });

  it('1: time, context, length of and old, new', () => {
    const pair = sized('o') + sized(null);
    const hex = int64(500) + CONTEXT + int32(pair.length / 2) + pair;
    expect(read(hex, 1)).toEqual({
      context,
      prior: Buffer.from('o'),
      oldValue: Buffer.from('o'),
      newValue: null,
      time: 500,
    });
    expect(read(hex, 1, 'before').prior).toEqual(Buffer.from('before'));
  });

  it('2: context, length of and old, new, prior, time', () => {
    const pair = sized(null) + sized('n');
    const hex = CONTEXT + int32(pair.length / 2) + pair + sized('p') + int64(500);
    expect(read(hex, 2)).toEqual({
      context,
      prior: Buffer.from('p'),
      oldValue: null,
      newValue: Buffer.from('n'),
      time: 500,
    });
  });

  it('3 under the number 2, as some releases wrote it', () => {
    expect(read(encodeChange(change).toString('hex'), 2)).toEqual(change);
  });

  it('the last header counts, and -1 headers are none', () => {
    const noHeaders = CONTEXT.slice(0, -8) + int32(-1);
    const hex = noHeaders + sized('p') + sized('old') + sized('n') + int64(500);
    expect(read(hex, 3)).toEqual(change);
  });

  it.each([
    ['an unknown version', encodeChange(change).toString('hex'), 4],
    ['bytes behind the end', `${encodeChange(change).toString('hex')}00`, 3],
    ['a cut-off value', encodeChange(change).toString('hex').slice(0, -2), 3],
    ['neither 2 nor 3', CONTEXT, 2],
    ['a length below null', CONTEXT + int32(-3) + sized(null) + sized(null) + int64(1), 3],
  ])('%s is an error that names the place', (_, hex, version) => {
    expect(codeOf(() => read(hex, version))).toBe('DESERIALIZATION_FAILED');
    expect(() => read(hex, version)).toThrow(/cannot be restored: version .* \(at log-3\)/);
  });
});
