/** `npm run bench:latency`: how long orders take to be answered, on Kafka Streams and on Millrace in turns. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JvmSide } from '../compare/jvm.js';
import { RUNNING, startServing } from '../compare/serving.js';
import { startKafka } from '../../src/local-kafka/start-kafka.js';
import type { Guarantee } from '../run/arguments.js';
import { Cluster } from '../run/cluster.js';
import { readLatencyArguments, type LatencyArguments } from './arguments.js';
import { readTimes, timesTable, type Times, type TimesOfBoth } from './times.js';

const START_SECONDS = 120;
/** Beside the seconds of the run itself: for the last answers, and for the probe to begin and end. */
const PROBE_SECONDS = 120;

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function main(given: LatencyArguments): Promise<void> {
  const jvm = await JvmSide.build(join(process.cwd(), 'bench/jvm'));
  const kafka = given.brokers === undefined ? await startKafka({ log: print }) : undefined;
  const brokers = given.brokers ?? kafka?.brokers ?? [];
  const all = new Map<string, TimesOfBoth[]>(given.guarantees.map((one) => [one, []]));
  try {
    for (let round = 1; round <= given.rounds; round++) {
      for (const guarantee of given.guarantees) {
        const of = (side: 'jvm' | 'millrace'): Promise<Times> => measure(side, guarantee, brokers, jvm, given);
        // Who goes first changes, so that neither side always finds the machine as the other left it.
        const first = round % 2 === 1 ? 'jvm' : 'millrace';
        const one = await of(first);
        const other = await of(first === 'jvm' ? 'millrace' : 'jvm');
        const pair = first === 'jvm' ? { jvm: one, millrace: other } : { jvm: other, millrace: one };
        all.get(guarantee)?.push(pair);
        print(`round ${String(round)} ${guarantee}: jvm ${shown(pair.jvm)}; millrace ${shown(pair.millrace)}`);
      }
    }
    const { rate, seconds, rounds } = given;
    print(
      `\n${String(rate)} orders a second for ${String(seconds)} s, ${String(rounds)} rounds; medians (least–most)\n`,
    );
    print(timesTable(all));
  } finally {
    await kafka?.stop();
  }
}

async function measure(
  side: 'jvm' | 'millrace',
  guarantee: Guarantee,
  brokers: readonly string[],
  jvm: JvmSide,
  { rate, seconds, keys }: LatencyArguments,
): Promise<Times> {
  const application = `bench-latency-${side}-${Date.now().toString(36)}`;
  const [input, output] = [`${application}-in`, `${application}-out`];
  const stateDir = await mkdtemp(join(tmpdir(), 'millrace-latency-'));
  const cluster = await Cluster.connect(brokers);
  try {
    await cluster.createTopic(input);
    await cluster.createTopic(output);
    const all = brokers.join(',');
    const serving = startServing(side, jvm, { brokers: all, application, input, output, guarantee, stateDir });
    try {
      await serving.until(RUNNING, START_SECONDS);
      // A result counts when it is there for whoever waits for commits, where there are such.
      const isolation = guarantee === 'exactly_once_v2' ? 'read_committed' : 'read_uncommitted';
      const options = { brokers: all, input, output, rate, seconds, keys, isolation };
      return readTimes(await jvm.probe(options, seconds + PROBE_SECONDS));
    } finally {
      await serving.end('SIGTERM');
    }
  } finally {
    await cluster.deleteTopics(application);
    await cluster.close();
    await rm(stateDir, { recursive: true, force: true });
  }
}

function shown({ p50, p99, p999 }: Times): string {
  return `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, p99.9 ${p999.toFixed(1)} ms`;
}

try {
  await main(readLatencyArguments(process.argv.slice(2)));
} catch (error) {
  console.error(`bench:latency: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
