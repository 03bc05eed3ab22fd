/** The command line of `npm run smoke`, checked. */
import { Command, InvalidArgumentError } from 'commander';
import { toCount } from '../faults/arguments.js';
import type { SmokeGuarantee, SmokeTest, Treatment } from './run.js';

export const TESTS: readonly SmokeTest[] = ['streams', 'relational'];
export const GUARANTEES: readonly SmokeGuarantee[] = ['at_least_once', 'exactly_once_v2'];
export const TREATMENTS: readonly Treatment[] = ['steady', 'bounced', 'killed'];

export interface SmokeArguments {
  readonly tests: readonly SmokeTest[];
  readonly guarantees: readonly SmokeGuarantee[];
  readonly treatments: readonly Treatment[];
  readonly size: number;
  readonly seconds: number;
  readonly every: number;
  readonly verbose: boolean;
}

/**
 * @param words what follows the command's name
 * @param command for tests: with `exitOverride`
 * @returns never when the words are wrong: commander then prints why and ends the process
 */
export function readSmokeArguments(words: readonly string[], command = new Command()): SmokeArguments {
  return command
    .name('npm run smoke --')
    .description("Has Kafka Streams' own smoke tests generate input for two instances and verify what they write.")
    .showHelpAfterError()
    .allowExcessArguments(false)
    .option('--tests <name,…>', `of ${TESTS.join(', ')}`, someOf(TESTS), TESTS)
    .option('--guarantees <name,…>', `of ${GUARANTEES.join(', ')}`, someOf(GUARANTEES), GUARANTEES)
    .option('--treatments <name,…>', `of ${TREATMENTS.join(', ')}`, someOf(TREATMENTS), TREATMENTS)
    .option('--size <n>', 'records of each of 20 keys; or articles, with ten comments each', toCount, 500)
    .option('--seconds <n>', 'how long the input is written', toCount, 60)
    .option('--every <n>', 'seconds between two instances that are closed or killed', toCount, 5)
    .option('--verbose', 'prints what every instance says', false)
    .parse(words, { from: 'user' })
    .opts<SmokeArguments>();
}

function someOf<T extends string>(all: readonly T[]): (text: string) => readonly T[] {
  return (text) =>
    text.split(',').map((name) => {
      const found = all.find((one) => one === name.trim());
      if (found === undefined) throw new InvalidArgumentError(`It is one of ${all.join(', ')}.`);
      return found;
    });
}
