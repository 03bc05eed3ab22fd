/** The command line of `npm run bench:restart`, checked. */
import { Command, InvalidArgumentError } from 'commander';
import type { Side } from '../compare/serving.js';
import { toBrokers, toCount } from '../run/arguments.js';

export const SIDES: readonly Side[] = ['millrace', 'jvm', 'jvm-transactional'];

export interface RestartArguments {
  readonly keys: number;
  readonly rate: number;
  readonly sides: readonly Side[];
  /** Undefined: one is started. */
  readonly brokers: readonly string[] | undefined;
  /** Seconds after which a step is given up. */
  readonly timeout: number;
}

/** @returns never when the words are wrong: commander then prints why and ends the process */
export function readRestartArguments(words: readonly string[], command = new Command()): RestartArguments {
  return command
    .name('npm run bench:restart --')
    .description(
      'Kills an exactly-once application in the midst of its work, starts it again, and tells what it reads.',
    )
    .showHelpAfterError()
    .allowExcessArguments(false)
    .option('--keys <n>', 'keys in the store', toCount, 1_000_000)
    .option('--rate <n>', 'orders a second while it is killed', toCount, 5_000)
    .option('--sides <names>', `of ${SIDES.join(', ')}`, toSides, SIDES)
    .option('--brokers <host:port,…>', 'where Kafka is (default: KAFKA_BROKERS, else one is started)', toBrokers)
    .option('--timeout <seconds>', 'gives a step up after this time', toCount, 900)
    .parse(words, { from: 'user' })
    .opts<RestartArguments>();
}

function toSides(text: string): readonly Side[] {
  return text.split(',').map((name) => {
    const side = SIDES.find((one) => one === name.trim());
    if (side === undefined) throw new InvalidArgumentError(`"${name}" is none of ${SIDES.join(', ')}.`);
    return side;
  });
}
