import { describe, expect, it } from 'vitest';
import { decodeHeaders, encodeHeaders, headersSize } from '../../../../src/broker/wire/batch/record-headers.js';
import { NO_HEADERS, type Headers } from '../../../../src/record/headers.js';

const HEADERS: Headers = [
  ['b', Buffer.from('1')],
  ['a', null],
  ['b', Buffer.alloc(0)],
  ['schlüssel', Buffer.alloc(300, 7)],
];

function encoded(headers: Headers): Buffer {
  const buffer = Buffer.alloc(headersSize(headers));
  expect(encodeHeaders(headers, buffer, 0)).toBe(buffer.length);
  return buffer;
}

describe('record headers', () => {
  it('keep their order, repeated keys, and the difference between null and empty', () => {
    const buffer = encoded(HEADERS);
    expect(decodeHeaders(buffer, 0, buffer.length)).toEqual(HEADERS);
  });

  it('outlive the bytes that they were read of', () => {
    const buffer = encoded(HEADERS);
    const read = decodeHeaders(buffer, 0, buffer.length);
    buffer.fill(0xaa);
    expect(read).toEqual(HEADERS);
  });

  it('are the one empty list where there are none', () => {
    expect(decodeHeaders(Buffer.from([0]), 0, 1)).toBe(NO_HEADERS);
  });

  it('must fill their bytes exactly', () => {
    const buffer = encoded(HEADERS);
    for (let end = 1; end < buffer.length; end++) {
      expect(() => decodeHeaders(buffer, 0, end), `cut at ${end}`).toThrow(RangeError);
    }
    expect(() => decodeHeaders(Buffer.concat([buffer, Buffer.from([0])]), 0, buffer.length + 1)).toThrow(
      '1 bytes follow the last header',
    );
    expect(() => decodeHeaders(Buffer.from([1]), 0, 1)).toThrow('the number of headers is -1');
    expect(() => decodeHeaders(Buffer.from([2, 1, 0]), 0, 3)).toThrow('the size of a header key is -1');
  });
});
