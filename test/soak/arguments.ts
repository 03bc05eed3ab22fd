/** The command line of `npm run soak`, checked. */
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { toCount } from '../faults/arguments.js';

export interface SoakArguments {
  readonly minutes: number;
  readonly recordsPerSecond: number;
  /** Root of the checkout whose build is soaked. */
  readonly millrace: string;
  /** Milliseconds that one call of a user's function in a thousand takes. */
  readonly cost: number;
  /** Milliseconds that no event loop may stand still. */
  readonly longestStall: number;
  /** Where the samples of the instances are kept, in a folder for each run. */
  readonly series: string;
}

/**
 * @param words what follows the command's name
 * @param command for tests: with `exitOverride`
 * @returns never when the words are wrong: commander then prints why and ends the process
 */
export function readSoakArguments(words: readonly string[], command = new Command()): SoakArguments {
  return command
    .name('npm run soak --')
    .description(
      'Runs two instances over a steady load while wall clock, broker and topics are disturbed, and checks every result.',
    )
    .showHelpAfterError()
    .allowExcessArguments(false)
    .option('--minutes <n>', 'how long the load lasts', toPositive, 60)
    .option('--records-per-second <n>', 'load, over all inputs', toCount, 5_000)
    .option('--millrace <folder>', 'checkout whose build is soaked (default: this one)', toFolder, process.cwd())
    .option('--cost <ms>', 'what one call in a thousand of a function takes', toPositive, 5)
    .option('--longest-stall <ms>', 'how long no event loop may stand still', toPositive, 250)
    .option('--series <folder>', 'where every sample of the instances is kept', toFolder, resolve('.cache/soak'))
    .parse(words, { from: 'user' })
    .opts<SoakArguments>();
}

function toPositive(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('It is a number above 0.');
  return value;
}

function toFolder(text: string): string {
  return resolve(text);
}
