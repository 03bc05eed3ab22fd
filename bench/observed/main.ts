/** `npm run bench:observed`: workloads alone and with server, metrics and traces in use, in turns; and what that costs. */
import { join } from 'node:path';
import { startKafka } from '../../src/local-kafka/start-kafka.js';
import { JvmSide } from '../compare/jvm.js';
import { millraceWords } from '../compare/millrace.js';
import { prepareOrders } from '../compare/orders.js';
import type { Workload } from '../run/workloads.js';
import { readObservedArguments, type ObservedArguments } from './arguments.js';
import { costTable, roundOf, type Round, type Share } from './cost.js';
import { inTurns } from './turns.js';

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function main(given: ObservedArguments): Promise<void> {
  // Orders are written by the JVM, as for the comparison with it.
  const jvm = await JvmSide.build(join(process.cwd(), 'bench/jvm'));
  const kafka = given.brokers === undefined ? await startKafka({ log: print }) : undefined;
  const brokers = given.brokers ?? kafka?.brokers ?? [];
  const rounds = new Map<Workload, Round[]>(given.workloads.map((workload) => [workload, []]));
  try {
    const input = await prepareOrders(brokers, jvm, given, print);
    for (let number = 1; number <= given.rounds; number++) {
      for (const [workload, done] of rounds) {
        const round = await measureRound(workload, number, given, brokers.join(','), input);
        done.push(round);
        print(`round ${String(number)} ${workload}: alone ${shown(round.alone)}; observed ${shown(round.observed)}`);
      }
    }
    const traced = given.parts.includes('traces') ? ` (a trace of ${String(given.startTraces)} of the orders)` : '';
    const what = `${given.parts.join(', ')}${traced}; ${String(given.records)} records of ${given.format}, ${given.guarantee}`;
    print(`\n${what}, ${String(given.rounds)} rounds; medians (least–most)\n`);
    print(costTable(rounds));
  } finally {
    await kafka?.stop();
  }
}

/** Who is started first changes with every round. */
async function measureRound(
  workload: Workload,
  number: number,
  given: ObservedArguments,
  brokers: string,
  input: string,
): Promise<Round> {
  const traces = given.parts.includes('traces') ? ['--start-traces', String(given.startTraces)] : [];
  const watched = ['--observed', given.parts.join(','), ...traces];
  const words = {
    alone: millraceWords(brokers, workload, input, given, ['--progress']),
    observed: millraceWords(brokers, workload, input, given, ['--progress', ...watched]),
  };
  const { turns, runs } = await inTurns(words, number % 2 === 1 ? 'alone' : 'observed', given.timeout);
  return roundOf(turns, runs);
}

function shown({ recordsPerSecond, cpuMsPerThousand }: Share): string {
  return `${(recordsPerSecond / 1000).toFixed(1)} k rec/s, ${cpuMsPerThousand.toFixed(2)} µs of CPU a record`;
}

try {
  await main(readObservedArguments(process.argv.slice(2)));
} catch (error) {
  console.error(`bench:observed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
