import { describe, expect, it } from 'vitest';
import { reasonOf, shownValue } from '../../src/errors/shown-value.js';

class Order {
  readonly id = 7;
}

describe('shownValue', () => {
  it.each<[unknown, string]>([
    ['id-7', 'text "id-7"'],
    ['x'.repeat(100), `text "${'x'.repeat(59)}...`],
    [NaN, 'NaN'],
    [5n, 'bigint 5'],
    [undefined, 'undefined'],
    [null, 'null'],
    [true, 'boolean true'],
    [Symbol('s'), 'a symbol'],
    [() => 1, 'a function'],
    [[1, 2], 'a list of 2'],
    [new Date(0), 'Date 1970-01-01T00:00:00.000Z'],
    [new Date(NaN), 'Date that is not valid'],
    [new Order(), 'an Order'],
    [Promise.resolve(1), 'a Promise'],
    [{}, 'an object'],
    [Object.create(null), 'an object'],
  ])('shows %o', (value, shown) => {
    expect(shownValue(value)).toBe(shown);
  });
});

describe('reasonOf', () => {
  it('tells the message, or what was thrown instead of an error', () => {
    expect(reasonOf(new RangeError('too far'))).toBe('too far');
    expect(reasonOf(new RangeError())).toBe('RangeError');
    expect(reasonOf('a text')).toBe('a text');
    expect(reasonOf(undefined)).toBe('undefined');
    expect(reasonOf(Object.create(null))).toBe('an object');
  });

  it('does not fail where the message does', () => {
    class Broken extends Error {
      override get message(): string {
        throw new Error('no message');
      }
    }
    expect(reasonOf(new Broken())).toBe('an error that cannot be shown');
  });
});
