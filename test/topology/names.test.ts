import { describe, expect, it } from 'vitest';
import { checkName, NameCounter } from '../../src/topology/names.js';

describe('checkName', () => {
  it.each(['orders', 'a', 'Aa0._-', '...', 'x'.repeat(249)])('allows %s', (name) => {
    expect(checkName(name, 'the name')).toBe(name);
  });

  it.each([
    ['', 'store name must not be empty'],
    ['.', 'store name must not be "."'],
    ['..', 'store name must not be ".."'],
    ['x'.repeat(250), 'store name must have at most 249 characters, not 250'],
    ['by city', 'store name must consist of letters, digits, ".", "_" and "-"; "by city" does not'],
    ['größe', 'store name must consist of letters, digits, ".", "_" and "-"; "größe" does not'],
    [7 as unknown as string, 'store name must be a text'],
  ])('refuses %j', (name, message) => {
    expect(() => checkName(name, 'store name')).toThrow(
      expect.objectContaining({ code: 'NAME_INVALID', message }) as Error,
    );
  });
});

describe('NameCounter', () => {
  it('numbers operators and stores together, and uses up a number for a given name', () => {
    const names = new NameCounter();
    expect(names.operator('KSTREAM-SOURCE-')).toBe('KSTREAM-SOURCE-0000000000');
    expect(names.operatorOr('mine', 'KSTREAM-FILTER-')).toBe('mine');
    expect(names.store('KSTREAM-AGGREGATE-')).toBe('KSTREAM-AGGREGATE-STATE-STORE-0000000002');
    expect(names.operatorOr(undefined, 'KSTREAM-SINK-')).toBe('KSTREAM-SINK-0000000003');
  });
});
