/** The command line of `npm run bench:latency`, checked. */
import { Command, InvalidArgumentError } from 'commander';
import { GUARANTEES, toBrokers, toCount, type Guarantee } from '../run/arguments.js';

export interface LatencyArguments {
  readonly rate: number;
  readonly seconds: number;
  readonly rounds: number;
  readonly keys: number;
  readonly guarantees: readonly Guarantee[];
  /** Undefined: one is started. */
  readonly brokers: readonly string[] | undefined;
}

/** @returns never when the words are wrong: commander then prints why and ends the process */
export function readLatencyArguments(words: readonly string[], command = new Command()): LatencyArguments {
  return command
    .name('npm run bench:latency --')
    .description('Offers orders to Kafka Streams and Millrace in turns, and compares how long each takes to answer.')
    .showHelpAfterError()
    .allowExcessArguments(false)
    .option('--rate <n>', 'orders a second', toCount, 5_000)
    .option('--seconds <n>', 'of each run, of which the first five, or a third, do not count', toCount, 60)
    .option('--rounds <n>', 'runs of each side and guarantee', toCount, 3)
    .option('--keys <n>', 'users that place orders', toCount, 10_000)
    .option('--guarantees <names>', `of ${GUARANTEES.join(', ')}`, toGuarantees, [...GUARANTEES].reverse())
    .option('--brokers <host:port,…>', 'where Kafka is (default: KAFKA_BROKERS, else one is started)', toBrokers)
    .parse(words, { from: 'user' })
    .opts<LatencyArguments>();
}

function toGuarantees(text: string): readonly Guarantee[] {
  return text.split(',').map((name) => {
    const guarantee = GUARANTEES.find((one) => one === name.trim());
    if (guarantee === undefined) throw new InvalidArgumentError(`"${name}" is none of ${GUARANTEES.join(', ')}.`);
    return guarantee;
  });
}
