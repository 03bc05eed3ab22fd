import { describe, expect, it } from 'vitest';
import { json } from '../../src/serde/json.js';
import { hexOf, readHex, unreadable, unwritable } from './bytes-of.js';

const hex = (text: string): string => Buffer.from(text).toString('hex');

describe('json', () => {
  it('writes and reads values', () => {
    const order = { user: 'zoë', amount: 1.5, lines: [1, null] };
    expect(hexOf(json(), order)).toBe(hex('{"user":"zoë","amount":1.5,"lines":[1,null]}'));
    expect(readHex(json(), hex('{"user":"zoë","amount":1.5,"lines":[1,null]}'))).toEqual(order);
  });

  it('has functions for text that stand alone', () => {
    const { toText, fromText } = json<{ a: number }>();
    expect(toText?.({ a: 1 })).toBe('{"a":1}');
    expect(fromText?.('{"a":1}')).toEqual({ a: 1 });
  });

  it('names the cause when bytes are not JSON', () => {
    expect(() => readHex(json(), hex('{"a":'))).toThrow(
      unreadable(/the bytes are not JSON: the text ends too early, after 5 characters$/),
    );
    expect(() => readHex(json(), '')).toThrow(unreadable(/the bytes are not JSON/));
  });

  it('does not write {} for what keeps its content elsewhere', () => {
    const { serialize } = json<unknown>();
    const write = (value: unknown) => () => serialize.call(json<unknown>(), value, 'topic');
    expect(write(Promise.reject(new Error('late')))).toThrow(
      'JSON writes {} for a Promise; wait for it, with mapValuesAsync()',
    );
    expect(write(new Map([['a', 1]]))).toThrow('JSON writes {} for a Map; make it an object or a list');
    expect(write(new Set([1]))).toThrow('JSON writes {} for a Set; make it an object or a list');
    expect(json<unknown>().serialize({}, 'topic').toString()).toBe('{}');
  });

  it('does not write null for what is no null', () => {
    expect(() => hexOf<unknown>(json(), NaN)).toThrow(
      unwritable(/JSON writes null for NaN; for a tombstone, return null/),
    );
    expect(() => hexOf<unknown>(json(), 1 / 0)).toThrow(unwritable(/JSON writes null for Infinity/));
    expect(() => hexOf<unknown>(json(), new Date(NaN))).toThrow(
      unwritable(/JSON writes null for Date that is not valid/),
    );
    expect(json<unknown>().serialize(null, 'topic').toString()).toBe('null');
    expect(
      json<unknown>()
        .serialize({ toJSON: () => null }, 'topic')
        .toString(),
    ).toBe('null');
  });

  it('does not write what has no JSON text', () => {
    expect(() => hexOf(json(), undefined)).toThrow(unwritable(/no text for undefined.*return null/));
    expect(() => hexOf(json(), () => 1)).toThrow(unwritable(/no text for a function/));
    const loop: { self?: unknown } = {};
    loop.self = loop;
    expect(() => hexOf<unknown>(json(), loop)).toThrow(unwritable(/cannot be written as JSON/));
    expect(() => hexOf<unknown>(json(), { n: 1n })).toThrow(unwritable(/BigInt/));
  });
});
