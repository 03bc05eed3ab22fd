/** The command line of `npm run bench:compare`, checked. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_RECORDS, GUARANTEES, toBrokers, toCount, type Guarantee } from '../run/arguments.js';
import { ORDER_FORMATS, type OrderFormat } from '../run/formats.js';
import { WORKLOADS, type Workload } from '../run/workloads.js';

export interface CompareArguments {
  readonly records: number;
  readonly rounds: number;
  readonly workloads: readonly Workload[];
  /** Undefined: one is found or started. */
  readonly brokers: readonly string[] | undefined;
  readonly format: OrderFormat;
  readonly guarantee: Guarantee;
  readonly keys: number;
  readonly seed: number;
  /** File for all figures. */
  readonly json: string | undefined;
  /** Seconds after which one run is given up. */
  readonly timeout: number;
}

/** @returns never when the words are wrong: commander then prints why and ends the process */
export function readCompareArguments(words: readonly string[], command = new Command()): CompareArguments {
  return command
    .name('npm run bench:compare --')
    .description('Runs Kafka Streams and Millrace in turns over the same orders and compares.')
    .showHelpAfterError()
    .allowExcessArguments(false)
    .option('--records <n>', 'orders in the input topic', toCount, DEFAULT_RECORDS)
    .option('--rounds <n>', 'runs of each side and workload', toCount, 3)
    .option('--workloads <names>', `of ${WORKLOADS.join(', ')}`, toWorkloads, toWorkloads('map,count,agg,repart,join'))
    .option('--brokers <host:port,…>', 'where Kafka is (default: KAFKA_BROKERS, else one is started)', toBrokers)
    .addOption(new Option('--format <name>', 'how orders are written').choices(ORDER_FORMATS).default('json'))
    .addOption(
      new Option('--guarantee <name>', 'processing guarantee of both').choices(GUARANTEES).default('at_least_once'),
    )
    .option('--keys <n>', 'users that place orders', toCount, 10_000)
    .option('--seed <n>', 'seed of the orders', toCount, 42)
    .option('--json <file>', 'writes every figure of every run to this file')
    .option('--timeout <seconds>', 'gives a run up after this time', toCount, 600)
    .parse(words, { from: 'user' })
    .opts<CompareArguments>();
}

export function toWorkloads(text: string): readonly Workload[] {
  return text.split(',').map((name) => {
    const workload = WORKLOADS.find((one) => one === name.trim());
    if (workload === undefined) throw new InvalidArgumentError(`"${name}" is none of ${WORKLOADS.join(', ')}.`);
    return workload;
  });
}
