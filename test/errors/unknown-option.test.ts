import { describe, expect, it } from 'vitest';
import { refuseUnknownOptions } from '../../src/errors/unknown-option.js';

const refused = (message: string, option?: string): Error =>
  expect.objectContaining({ code: 'CONFIG_INVALID', message, option }) as Error;

describe('refuseUnknownOptions', () => {
  it('says nothing about options that are known', () => {
    expect(() => {
      refuseUnknownOptions('count()', { name: 'x', store: undefined }, ['name', 'store']);
    }).not.toThrow();
  });

  it('names the option that was probably meant', () => {
    expect(() => {
      refuseUnknownOptions('count()', { stor: 'x' }, ['name', 'store']);
    }).toThrow(refused('count() has no option stor; did you mean store?', 'stor'));
  });

  it('names all options when none is near', () => {
    expect(() => {
      refuseUnknownOptions('count()', { windowing: 1 }, ['name', 'store']);
    }).toThrow(refused('count() has no option windowing; it knows name, store', 'windowing'));
  });

  it.each([
    [null, 'null'],
    [7, 'number'],
    ['name', 'string'],
  ])('wants an object, not %j', (options, kind) => {
    expect(() => {
      refuseUnknownOptions('count()', options as unknown as object, []);
    }).toThrow(refused(`the options of count() must be an object, not ${kind}`));
  });
});
