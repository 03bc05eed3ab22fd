import { describe, expect, it } from 'vitest';
import { parseJson } from '../../src/serde/json-text.js';
import { fc } from '../property.js';

function reason(text: string): string {
  try {
    parseJson(text);
  } catch (error) {
    expect(error).toBeInstanceOf(SyntaxError);
    return (error as SyntaxError).message;
  }
  throw new Error('this is JSON');
}

describe('parseJson', () => {
  it.each<[string, string]>([
    ['', 'the text is empty'],
    ['hello', 'unexpected character at position 0 of 5'],
    ['{"id": hello}', 'unexpected character at position 7 of 13'],
    ['{"id": "hello"', 'the text ends too early, after 14 characters'],
    ['{"id": "hel', 'the text ends too early, after 11 characters'],
    ['{"id" "hello"}', 'unexpected character at position 6 of 14'],
    ['{id: 1}', 'unexpected character at position 1 of 7'],
    ['{"a":1,}', 'unexpected character at position 7 of 8'],
    ['[1,]', 'unexpected character at position 3 of 4'],
    ['[1 2]', 'unexpected character at position 3 of 5'],
    ['[1}', 'unexpected character at position 2 of 3'],
    ['1 2', 'unexpected character at position 2 of 3'],
    ['01', 'unexpected character at position 1 of 2'],
    ['trux', 'unexpected character at position 3 of 4'],
    ['"a\nb"', 'unexpected character at position 2 of 5'],
    ['"a\\qb"', 'unexpected character at position 2 of 6'],
    ['"\\u12"', 'unexpected character at position 1 of 6'],
    ['undefined', 'unexpected character at position 0 of 9'],
    ['[{"a":[true,null,-1.5e3]}]]', 'unexpected character at position 26 of 27'],
    [' \uFEFF1', 'unexpected character at position 1 of 3'],
  ])('tells where %j is no JSON', (text, told) => {
    expect(reason(text)).toBe(told);
  });

  it('reads what is JSON, and finds the place in any that one character spoils', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (text, seed) => {
        expect(parseJson(text)).toEqual(JSON.parse(text));
        const at = seed % (text.length + 1);
        // No JSON has this one anywhere, not even in a text. A number or an escape that it cuts is no JSON from where it begins to be none.
        const place = Number(/position (\d+) of/.exec(reason(`${text.slice(0, at)}\u0001${text.slice(at)}`))?.[1]);
        expect(place).toBeLessThanOrEqual(at);
        expect(place).toBeGreaterThanOrEqual(at - 5);
      }),
    );
  });
});
