import { describe, expect, it } from 'vitest';
import { checkedHeaders, headerText, NO_HEADERS, textHeader, type Headers } from '../../src/record/headers.js';

describe('textHeader and headerText', () => {
  it('go there and back as UTF-8, the last of a key counts', () => {
    const headers: Headers = [textHeader('trace', 'first'), textHeader('trace', 'zweite ä'), ['none', null]];
    expect(headers[1]?.[1]).toEqual(Buffer.from('zweite ä', 'utf8'));
    expect(headerText(headers, 'trace')).toBe('zweite ä');
    expect(headerText(headers, 'none')).toBeNull();
    expect(headerText(headers, 'other')).toBeNull();
  });

  it('take texts only', () => {
    expect(() => textHeader('trace', 7 as unknown as string)).toThrow(
      'the text of header trace must be a text, not a number',
    );
  });
});

describe('checkedHeaders', () => {
  it('gives back the very list where all values are Buffers or null', () => {
    const given: Headers = [
      ['a', Buffer.from('x')],
      ['b', null],
    ];
    expect(checkedHeaders(given)).toBe(given);
    expect(checkedHeaders(NO_HEADERS)).toBe(NO_HEADERS);
  });

  it('makes Buffers of other bytes, of the same memory', () => {
    const bytes = new Uint8Array([0, 1, 2, 3]).subarray(1, 3);
    const [header] = checkedHeaders([['a', bytes]]);
    expect(Buffer.isBuffer(header?.[1])).toBe(true);
    expect(header?.[1]).toEqual(Buffer.from([1, 2]));
    expect(header?.[1]?.buffer).toBe(bytes.buffer);
  });

  it.each<[unknown, string]>([
    [{ trace: 'x' }, "headers must be a list of pairs of key and value, such as [['trace', bytes]], not an object"],
    [null, "headers must be a list of pairs of key and value, such as [['trace', bytes]], not null"],
    [new Map(), "headers must be a list of pairs of key and value, such as [['trace', bytes]], not a Map"],
    [
      [{ key: 'trace', value: Buffer.alloc(1) }],
      "a header must be a pair of key and value such as ['trace', bytes], not an object with key and value: write [key, value] in place of { key, value }, and textHeader(key, text) for a text",
    ],
    [['trace'], "a header must be a pair of key and value such as ['trace', bytes], not a text of 5 characters"],
    [[['trace']], 'a header must be a pair of key and value'],
    [[[7, null]], 'the key of a header must be a text, not a number'],
    [
      [['trace', 'id-7']],
      'the value of header trace must be bytes (a Buffer or Uint8Array) or null, not a text of 4 characters; textHeader(',
    ],
    [[['trace', 7]], 'the value of header trace must be bytes (a Buffer or Uint8Array) or null, not a number'],
    [[['trace', undefined]], 'or null, not undefined'],
    [[['trace', 7n]], 'or null, not a bigint'],
    [[['trace', new ArrayBuffer(3)]], 'or null, not an ArrayBuffer'],
    [[['trace', Promise.resolve()]], 'or null, not a Promise'],
  ])('refuses %o', (given, message) => {
    expect(() => checkedHeaders(given)).toThrow(expect.objectContaining({ code: 'HEADER_INVALID' }) as Error);
    expect(() => checkedHeaders(given)).toThrow(message);
  });
});
