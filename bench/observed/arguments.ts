/** The command line of `npm run bench:observed`, checked. */
import { Command, Option } from 'commander';
import { toWorkloads } from '../compare/arguments.js';
import {
  GUARANTEES,
  OBSERVED_PARTS,
  START_TRACES,
  toBrokers,
  toCount,
  toParts,
  toShare,
  type Guarantee,
  type ObservedPart,
} from '../run/arguments.js';
import { ORDER_FORMATS, type OrderFormat } from '../run/formats.js';
import type { Workload } from '../run/workloads.js';

/** For half a minute of turns of each, on a fast machine. */
const RECORDS = 12_000_000;

export interface ObservedArguments {
  readonly records: number;
  readonly rounds: number;
  readonly workloads: readonly Workload[];
  readonly parts: readonly ObservedPart[];
  /** Share of the orders that begin a trace. */
  readonly startTraces: number;
  /** Undefined: one is found or started. */
  readonly brokers: readonly string[] | undefined;
  readonly format: OrderFormat;
  readonly guarantee: Guarantee;
  readonly keys: number;
  readonly seed: number;
  /** Seconds after which one run is given up. */
  readonly timeout: number;
}

/** @returns never when the words are wrong: commander then prints why and ends the process */
export function readObservedArguments(words: readonly string[], command = new Command()): ObservedArguments {
  return command
    .name('npm run bench:observed --')
    .description(
      'Runs workloads alone and observed over the same orders, in turns of seconds, and prints what it costs.',
    )
    .showHelpAfterError()
    .allowExcessArguments(false)
    .option('--records <n>', 'orders in the input topic', toCount, RECORDS)
    .option('--rounds <n>', 'pairs of runs of each workload', toCount, 5)
    .option('--workloads <names>', 'as of bench:compare', toWorkloads, toWorkloads('map,count,agg,repart,join'))
    .option('--parts <names>', `what is on, of ${OBSERVED_PARTS.join(', ')}`, toParts, [...OBSERVED_PARTS])
    .option('--start-traces <share>', 'share of the orders that begin a trace', toShare, START_TRACES)
    .option('--brokers <host:port,…>', 'where Kafka is (default: KAFKA_BROKERS, else one is started)', toBrokers)
    .addOption(new Option('--format <name>', 'how orders are written').choices(ORDER_FORMATS).default('json'))
    .addOption(new Option('--guarantee <name>', 'processing guarantee').choices(GUARANTEES).default('at_least_once'))
    .option('--keys <n>', 'users that place orders', toCount, 10_000)
    .option('--seed <n>', 'seed of the orders', toCount, 42)
    .option('--timeout <seconds>', 'gives a pair of runs up after this time', toCount, 600)
    .parse(words, { from: 'user' })
    .opts<ObservedArguments>();
}
