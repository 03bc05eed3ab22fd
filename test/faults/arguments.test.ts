import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { readDisturbArguments, type DisturbArguments } from './arguments.js';

function read(text: string): DisturbArguments {
  const quiet = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  return readDisturbArguments(
    text.split(' ').filter((word) => word !== ''),
    quiet,
  );
}

describe('the command line of npm run disturb', () => {
  it('tries every fault three times on the build of this checkout', () => {
    const given = read('');
    expect(given).toMatchObject({ times: 3, recordsPerSecond: 1_000, millrace: process.cwd(), verbose: false });
    expect(given.guarantee).toBe('at_least_once');
    expect(given.fault.map((one) => one.name)).toEqual([
      'instance-killed',
      'instance-stopped-15s',
      'instance-stopped-40s',
      'half-open-one',
      'half-open-both',
      'broker-hangs',
      'coordinator-killed',
      'table-damaged',
    ]);
  });

  it('takes some faults, and another build', () => {
    const given = read(
      '--fault half-open-one,broker-hangs --times 1 --millrace /elsewhere --guarantee exactly_once_v2 --verbose',
    );
    expect(given.fault.map((one) => one.name)).toEqual(['half-open-one', 'broker-hangs']);
    expect(given).toMatchObject({ times: 1, millrace: '/elsewhere', guarantee: 'exactly_once_v2', verbose: true });
  });

  it.each([
    ['--fault earthquake', /It is one of instance-killed, /],
    ['--times 0', /whole number from 1/],
    ['--guarantee perhaps', /Allowed choices are at_least_once, exactly_once_v2/],
    ['half-open-one', /too many arguments/],
  ])('refuses %s', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});
