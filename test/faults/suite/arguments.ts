/** The command line of `npm run faults`, checked. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { toCount } from '../arguments.js';
import type { Guarantee } from '../instance.js';
import type { FaultKind } from './kind.js';
import { kinds } from './kinds/all.js';
import type { RunPlan } from './plan.js';

export interface FaultsArguments {
  /** Of the first run; each further one has the next. */
  readonly seed: number | undefined;
  readonly runs: number;
  readonly guarantee: Guarantee;
  readonly brokers: number;
  readonly faults: number;
  readonly seconds: number;
  readonly kinds: readonly FaultKind[];
  /** Level of the feature `transaction.version` of the brokers. */
  readonly transactionVersion: number | undefined;
  /** How many runs may be made to shrink one that failed. */
  readonly shrink: number;
  /** Instead of drawn ones. */
  readonly plan: RunPlan | undefined;
  /** Folder for what was said and seen in runs that failed. */
  readonly keep: string | undefined;
  readonly verbose: boolean;
}

/**
 * @param words what follows the command's name
 * @param command for tests: with `exitOverride`
 * @returns never when the words are wrong: commander then prints why and ends the process
 */
export function readFaultsArguments(words: readonly string[], command = new Command()): FaultsArguments {
  return command
    .name('npm run faults --')
    .description('Draws faults from a seed, and compares the results with those of an undisturbed run.')
    .addHelpText('after', `\nKinds:\n${kinds.map((one) => `  ${one.name.padEnd(22)} ${one.description}`).join('\n')}`)
    .showHelpAfterError()
    .allowExcessArguments(false)
    .option('--seed <n>', 'of the first run; each further one has the next (default: another every time)', toCount)
    .option('--runs <n>', 'how many', toCount, 1)
    .addOption(
      new Option('--guarantee <name>', 'processing guarantee')
        .choices(['at_least_once', 'exactly_once_v2'])
        .default('exactly_once_v2'),
    )
    .addOption(new Option('--brokers <n>', 'how many').choices(['1', '3']).default(1).argParser(toBrokers))
    .option('--faults <n>', 'in each run', toCount, 7)
    .option('--seconds <n>', 'of load in each run', toCount, 28)
    .option('--kinds <name,…>', 'which ones (default: all)', toKinds, kinds)
    .option('--transaction-version <n>', 'of the brokers: 0, 1 or 2 (default: that of their release)', toVersion)
    .option('--shrink <n>', 'runs to make a failed one smaller, the repetition included; 0: none', toNumber, 8)
    .option('--plan <json>', 'the plan that a failed run has printed', toPlan)
    .option('--keep <folder>', 'for what was said and seen in runs that failed')
    .option('--verbose', 'prints what every instance says', false)
    .parse(words, { from: 'user' })
    .opts<FaultsArguments>();
}

function toKinds(text: string): readonly FaultKind[] {
  return text.split(',').map((name) => {
    const kind = kinds.find((one) => one.name === name.trim());
    if (kind === undefined) throw new InvalidArgumentError(`It is one of ${kinds.map((one) => one.name).join(', ')}.`);
    return kind;
  });
}

function toBrokers(text: string): number {
  if (text !== '1' && text !== '3') throw new InvalidArgumentError('It is 1 or 3.');
  return Number(text);
}

function toVersion(text: string): number {
  if (!['0', '1', '2'].includes(text)) throw new InvalidArgumentError('It is 0, 1 or 2.');
  return Number(text);
}

function toNumber(text: string): number {
  return text === '0' ? 0 : toCount(text);
}

function toPlan(text: string): RunPlan {
  try {
    const plan = JSON.parse(text) as RunPlan;
    if (Array.isArray(plan.faults)) return plan;
  } catch {
    // Said below.
  }
  throw new InvalidArgumentError('It is the JSON that a failed run has printed.');
}
