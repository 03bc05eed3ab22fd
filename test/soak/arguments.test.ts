import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { readSoakArguments, type SoakArguments } from './arguments.js';

function read(text: string): SoakArguments {
  const quiet = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  return readSoakArguments(
    text.split(' ').filter((word) => word !== ''),
    quiet,
  );
}

describe('the command line of npm run soak', () => {
  it('lasts an hour at 5,000 records a second unless told otherwise', () => {
    expect(read('')).toEqual({
      minutes: 60,
      recordsPerSecond: 5_000,
      millrace: process.cwd(),
      cost: 5,
      longestStall: 250,
      series: join(process.cwd(), '.cache/soak'),
    });
    expect(read('--minutes 3 --records-per-second 1000')).toMatchObject({ minutes: 3, recordsPerSecond: 1_000 });
  });

  it.each([
    ['--minutes 0', /number above 0/],
    ['--minutes long', /number above 0/],
    ['--records-per-second 1.5', /whole number from 1/],
    ['--hours 1', /unknown option/],
  ])('refuses %s', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});
