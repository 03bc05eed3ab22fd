/** `npm run bench:compare`: Kafka Streams and Millrace in turns over the same orders, and the ratios between them. */
import { writeFile } from 'node:fs/promises';
import { cpus, totalmem, type as systemType, release } from 'node:os';
import { join } from 'node:path';
import { KAFKA_VERSION } from '../../src/local-kafka/kafka-version.js';
import { startKafka } from '../../src/local-kafka/start-kafka.js';
import type { Workload } from '../run/workloads.js';
import { readCompareArguments, type CompareArguments } from './arguments.js';
import { compare, type Comparison, type Figures, type Pair } from './figures.js';
import { JvmSide } from './jvm.js';
import { measureMillrace, shown } from './millrace.js';
import { prepareOrders } from './orders.js';
import { table } from './table.js';

/** The project's folder, seen from where these sources are compiled to. */
const root = process.cwd();

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function main(given: CompareArguments): Promise<void> {
  const jvm = await JvmSide.build(join(root, 'bench/jvm'));
  const kafka = given.brokers === undefined ? await startKafka({ log: print }) : undefined;
  const brokers = given.brokers ?? kafka?.brokers ?? [];
  try {
    const input = await prepareOrders(brokers, jvm, given, print);
    const pairs = await inTurns(given, brokers.join(','), input, jvm);
    const comparisons = new Map<string, Comparison>();
    for (const [workload, ofWorkload] of pairs) comparisons.set(workload, compare(ofWorkload));
    print(
      `\n${String(given.records)} records of ${given.format}, ${given.guarantee}, ${String(given.rounds)} rounds; medians (least–most)\n`,
    );
    print(table(comparisons));
    if (given.json !== undefined) await writeFile(given.json, report(given, jvm, pairs, comparisons));
  } finally {
    await kafka?.stop();
  }
}

/** Who goes first changes with every round, so that neither side always finds the machine as the other left it. */
async function inTurns(
  given: CompareArguments,
  brokers: string,
  input: string,
  jvm: JvmSide,
): Promise<Map<Workload, Pair[]>> {
  const pairs = new Map<Workload, Pair[]>(given.workloads.map((workload) => [workload, []]));
  for (let round = 1; round <= given.rounds; round++) {
    for (const [workload, done] of pairs) {
      const ofJvm = (): Promise<Figures> => jvm.measure(brokers, workload, input, given);
      const ofMillrace = (): Promise<Figures> => measureMillrace(brokers, workload, input, given);
      const [first, second] = round % 2 === 1 ? [ofJvm, ofMillrace] : [ofMillrace, ofJvm];
      const one = await first();
      const other = await second();
      const pair = round % 2 === 1 ? { jvm: one, millrace: other } : { jvm: other, millrace: one };
      done.push(pair);
      print(`round ${String(round)} ${workload}: ${shown('jvm', pair.jvm)}; ${shown('millrace', pair.millrace)}`);
    }
  }
  return pairs;
}

function report(
  given: CompareArguments,
  jvm: JvmSide,
  pairs: ReadonlyMap<Workload, readonly Pair[]>,
  comparisons: ReadonlyMap<string, Comparison>,
): string {
  const machine = {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    system: `${systemType()} ${release()}`,
    node: process.version,
    java: jvm.version,
    kafka: KAFKA_VERSION,
  };
  const { records, rounds, keys, seed, format, guarantee } = given;
  const when = new Date().toISOString();
  const all = { when, machine, records, rounds, keys, seed, format, guarantee, runs: Object.fromEntries(pairs) };
  return `${JSON.stringify({ ...all, comparisons: Object.fromEntries(comparisons) }, null, 2)}\n`;
}

try {
  await main(readCompareArguments(process.argv.slice(2)));
} catch (error) {
  console.error(`bench:compare: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
