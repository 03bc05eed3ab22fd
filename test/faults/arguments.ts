/** The command line of `npm run disturb`, checked. */
import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Fault } from './fault.js';
import type { Guarantee } from './instance.js';
import { faults } from './kinds/all.js';

export interface DisturbArguments {
  readonly fault: readonly Fault[];
  readonly times: number;
  /** Root of the checkout whose build is disturbed. */
  readonly millrace: string;
  readonly recordsPerSecond: number;
  readonly guarantee: Guarantee;
  readonly verbose: boolean;
}

/**
 * @param words what follows the command's name
 * @param command for tests: with `exitOverride`
 * @returns never when the words are wrong: commander then prints why and ends the process
 */
export function readDisturbArguments(words: readonly string[], command = new Command()): DisturbArguments {
  return command
    .name('npm run disturb --')
    .description('Disturbs a counting application on three brokers and counts what was lost and repeated.')
    .addHelpText('after', `\nFaults:\n${faults.map((one) => `  ${one.name.padEnd(22)} ${one.description}`).join('\n')}`)
    .showHelpAfterError()
    .allowExcessArguments(false)
    .option('--fault <name,…>', 'which ones (default: all)', toFaults, faults)
    .option('--times <n>', 'tries of each', toCount, 3)
    .option('--millrace <folder>', 'checkout whose build is disturbed (default: this one)', toFolder, process.cwd())
    .option('--records-per-second <n>', 'load, over 400 keys', toCount, 1_000)
    .addOption(
      new Option('--guarantee <name>', 'processing guarantee')
        .choices(['at_least_once', 'exactly_once_v2'])
        .default('at_least_once'),
    )
    .option('--verbose', 'prints what every instance says', false)
    .parse(words, { from: 'user' })
    .opts<DisturbArguments>();
}

function toFaults(text: string): readonly Fault[] {
  return text.split(',').map((name) => {
    const fault = faults.find((one) => one.name === name.trim());
    if (fault === undefined)
      throw new InvalidArgumentError(`It is one of ${faults.map((one) => one.name).join(', ')}.`);
    return fault;
  });
}

export function toCount(text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1) throw new InvalidArgumentError('It is a whole number from 1.');
  return count;
}

function toFolder(text: string): string {
  return resolve(text);
}
