import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { readSmokeArguments, type SmokeArguments } from './arguments.js';

function read(text: string): SmokeArguments {
  const quiet = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  return readSmokeArguments(
    text.split(' ').filter((word) => word !== ''),
    quiet,
  );
}

describe('the command line of npm run smoke', () => {
  it('runs both tests under both guarantees, left alone, bounced and killed', () => {
    expect(read('')).toEqual({
      tests: ['streams', 'relational'],
      guarantees: ['at_least_once', 'exactly_once_v2'],
      treatments: ['steady', 'bounced', 'killed'],
      size: 500,
      seconds: 60,
      every: 5,
      verbose: false,
    });
  });

  it('runs some of them', () => {
    const given = read('--tests relational --guarantees exactly_once_v2 --treatments steady,killed --size 50');
    expect(given).toMatchObject({ tests: ['relational'], guarantees: ['exactly_once_v2'], size: 50 });
    expect(given.treatments).toEqual(['steady', 'killed']);
  });

  it.each([
    ['--tests other', /It is one of streams, relational/],
    ['--every 0', /whole number from 1/],
    ['streams', /too many arguments/],
  ])('refuses %s', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});
