import { describe, expect, it } from 'vitest';
import { timeline } from '../timeline.js';

describe('print', () => {
  it.each([
    [{ label: 'orders' }, ['[orders]: a, 1', '[orders]: null, null']],
    [
      { label: 'l', mapper: (value: string, key: string) => `${key} has ${value}` },
      ['[l]: a has 1', '[l]: null has null'],
    ],
  ])('writes lines: %j', (options, expected) => {
    const lines: string[] = [];
    const { feed } = timeline((input) => {
      input.print({ ...options, write: (line) => lines.push(line) });
      return null;
    });
    feed('a=1@5 -=-@6');
    expect(lines).toEqual(expected);
  });

  it('shows plain objects as JSON', () => {
    const lines: string[] = [];
    const { feed } = timeline((input) => {
      input.mapValues((value) => ({ value })).print({ label: 'l', write: (line) => lines.push(line) });
      return null;
    });
    feed('a=1@5');
    expect(lines).toEqual(['[l]: a, {"value":"1"}']);
  });
});
