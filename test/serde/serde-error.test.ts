import { describe, expect, it } from 'vitest';
import { serdes } from '../../src/serde/serdes.js';
import { shownWithType } from '../../src/serde/serde-error.js';

describe('a value in the message of a serde', () => {
  it.each<[unknown, string]>([
    ['1', 'string "1"'],
    [NaN, 'number NaN'],
    [5n, 'bigint 5'],
    [undefined, 'undefined'],
    [null, 'null'],
    [new Date(5), 'Date 1970-01-01T00:00:00.005Z'],
    [[1], 'a list of 1'],
    [Object.create(null), 'an object'],
    [{ toString: () => 5n }, 'an object'],
    [
      {
        toString: () => {
          throw new Error('never');
        },
      },
      'an object',
    ],
  ])('%#: %o', (value, shown) => {
    expect(shownWithType(value)).toBe(shown);
    if (typeof value !== 'string') {
      expect(() => serdes.string().serialize(value as string, 'topic')).toThrow(
        expect.objectContaining({ code: 'SERIALIZATION_FAILED', message: `a text is expected, not ${shown}` }) as Error,
      );
    }
  });
});
