import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { readFaultsArguments, type FaultsArguments } from './arguments.js';
import { kinds } from './kinds/all.js';
import { drawPlan } from './plan.js';

function read(words: readonly string[]): FaultsArguments {
  const quiet = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  return readFaultsArguments(words, quiet);
}
const readText = (text: string): FaultsArguments => read(text.split(' ').filter((word) => word !== ''));

describe('the command line of npm run faults', () => {
  it('makes one exactly-once run on one broker, of every kind', () => {
    expect(readText('')).toMatchObject({ runs: 1, brokers: 1, guarantee: 'exactly_once_v2', faults: 7, seconds: 28 });
    expect(readText('').kinds).toEqual(kinds);
    expect(readText('').seed).toBeUndefined();
  });

  it('takes a seed, kinds, and brokers of another version of transactions', () => {
    const given = readText(
      '--seed 7 --runs 40 --guarantee at_least_once --brokers 3 --kinds kill,cut --transaction-version 0 --shrink 0',
    );
    expect(given).toMatchObject({ seed: 7, runs: 40, guarantee: 'at_least_once', brokers: 3, shrink: 0 });
    expect(given.transactionVersion).toBe(0);
    expect(given.kinds.map(({ name }) => name)).toEqual(['kill', 'cut']);
  });

  it('takes the plan of a run that failed', () => {
    const plan = drawPlan(9, { guarantee: 'exactly_once_v2', brokers: 3, kinds, faults: 2, loadMs: 9_000 });
    expect(read(['--plan', JSON.stringify(plan)]).plan).toEqual(plan);
  });

  it.each([
    ['--kinds earthquake', /It is one of kill, /],
    ['--brokers 2', /It is 1 or 3/],
    ['--transaction-version 3', /It is 0, 1 or 2/],
    ['--runs 0', /whole number from 1/],
    ['--plan 7', /the JSON that a failed run has printed/],
    ['--guarantee perhaps', /Allowed choices are at_least_once, exactly_once_v2/],
    ['kill', /too many arguments/],
  ])('refuses %s', (text, message) => {
    expect(() => readText(text)).toThrow(message);
  });
});
