import { describe, expect, it } from 'vitest';
import { kindAndSize } from '../../src/errors/kind-and-size.js';
import { serdes } from '../../src/serde/serdes.js';

class Order {
  readonly id = 'secret';
}

describe('kindAndSize', () => {
  it.each<[unknown, string]>([
    ['secret', 'a text of 6 characters'],
    ['s', 'a text of 1 character'],
    ['', 'an empty text'],
    [7.5, 'a number'],
    [NaN, 'NaN'],
    [-Infinity, '-Infinity'],
    [5n, 'a bigint'],
    [undefined, 'undefined'],
    [null, 'null'],
    [true, 'a boolean'],
    [Symbol('secret'), 'a symbol'],
    [() => 'secret', 'a function'],
    [['secret', 2], 'a list of 2'],
    [new Date(5), 'a Date'],
    [new Date(NaN), 'Date that is not valid'],
    [new Order(), 'an Order'],
    [Promise.resolve('secret'), 'a Promise'],
    [{ constructor: 'secret', toString: () => 'secret' }, 'an object'],
    [Object.create(null), 'an object'],
  ])('tells kind and size of %o', (value, shape) => {
    expect(kindAndSize(value)).toBe(shape);
    if (typeof value !== 'string') {
      expect(() => serdes.string().serialize(value as string, 'topic')).toThrow(`a text is expected, not ${shape}`);
    }
  });

  it.each<[number | bigint, string]>([
    [300, 'a number above 200'],
    [-1, 'a number below 0'],
    [0.5, 'a number with a fraction'],
    [7, 'a number'],
    [300n, 'a bigint above 200'],
    [-1n, 'a bigint below 0'],
  ])('tells how %d is none of the whole numbers from 0 to 200', (value, shape) => {
    expect(kindAndSize(value, 0, 200)).toBe(shape);
  });
});
