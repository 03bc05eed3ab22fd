/** `npm run bench:restart`: what an exactly-once application that was killed reads of its changelog, and when it runs again. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startKafka } from '../../src/local-kafka/start-kafka.js';
import { JvmSide } from '../compare/jvm.js';
import { RUNNING, startServing, type ServingOptions, type Side } from '../compare/serving.js';
import { lines } from '../compare/table.js';
import { Cluster } from '../run/cluster.js';
import { readRestartArguments, type RestartArguments } from './arguments.js';
import { bytesOf } from './changelog.js';
import { restoredOf } from './restored.js';

/** Of orders at the rate, before the kill: many commits, so that it falls somewhere in a transaction. */
const BUSY_SECONDS = 5;
const POLL_MS = 100;
const KILOBYTE = 1e3;

interface Restarted {
  /** Since the start of the process. */
  readonly runningMs: number;
  readonly restoringMs: number;
  readonly records: number;
  readonly bytes: number;
  /** In all partitions of the changelog. */
  readonly changelogRecords: number;
}

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function main(given: RestartArguments): Promise<void> {
  const jvm = await JvmSide.build(join(process.cwd(), 'bench/jvm'));
  const kafka = given.brokers === undefined ? await startKafka({ log: print }) : undefined;
  const brokers = given.brokers ?? kafka?.brokers ?? [];
  try {
    const rows: string[][] = [];
    for (const side of given.sides) rows.push(row(side, await measure(side, brokers, jvm, given)));
    print(`\na store of ${String(given.keys)} keys, killed at ${String(given.rate)} orders a second, exactly-once\n`);
    const head = ['side', 'running after, s', 'restoring, s', 'records read', 'kB read', 'records in the changelog'];
    print(lines(head, rows));
  } finally {
    await kafka?.stop();
  }
}

async function measure(
  side: Side,
  brokers: readonly string[],
  jvm: JvmSide,
  given: RestartArguments,
): Promise<Restarted> {
  const application = `bench-restart-${side}-${Date.now().toString(36)}`;
  const [input, output] = [`${application}-in`, `${application}-out`];
  const stateDir = await mkdtemp(join(tmpdir(), 'millrace-restart-'));
  const cluster = await Cluster.connect(brokers);
  const all = brokers.join(',');
  const options: ServingOptions = {
    ...{ brokers: all, application, input, output, stateDir },
    guarantee: 'exactly_once_v2',
  };
  try {
    // The times of orders begin long ago: what Kafka found too old would be neither processed nor restored.
    for (const topic of [input, output]) await cluster.createTopic(topic, { 'retention.ms': '-1' });
    const { keys } = given;
    print(`${side}: ${String(keys)} keys are written and processed`);
    await jvm.fill(all, input, { records: keys, keys, seed: 1, format: 'json', users: 'in-turn' });
    await untilKilled(side, cluster, jvm, options, given);

    print(`${side}: killed, and started again`);
    const again = startServing(side, jvm, options);
    try {
      const { atMs } = await again.until(RUNNING, given.timeout);
      const { stretches, records, ms } = restoredOf(again.said);
      const bytes = await bytesOf(brokers, stretches);
      const changelogRecords = await recordsOf(cluster, new Set(stretches.map(({ topic }) => topic)));
      return { runningMs: atMs, restoringMs: ms, records, bytes, changelogRecords };
    } finally {
      await again.end('SIGTERM');
    }
  } finally {
    await cluster.deleteTopics(application);
    await cluster.close();
    await rm(stateDir, { recursive: true, force: true });
  }
}

/** Processes all keys, goes on under load, and ends without a word. */
async function untilKilled(
  side: Side,
  cluster: Cluster,
  jvm: JvmSide,
  options: ServingOptions,
  { keys, rate, timeout }: RestartArguments,
): Promise<void> {
  const { brokers, application, input, output } = options;
  const committed = async (least: number): Promise<void> => {
    const limit = performance.now() + timeout * 1000;
    for (;;) {
      const now = await cluster.committed(application, input);
      if (now >= least) return;
      if (performance.now() > limit)
        throw new Error(`${side} committed ${String(now)} orders of ${String(least)} only`);
      await sleep(POLL_MS);
    }
  };
  const serving = startServing(side, jvm, options);
  try {
    await serving.until(RUNNING, timeout);
    await committed(keys);
    const load = jvm.start('probe', { brokers, input, output, keys, rate, seconds: timeout });
    try {
      await committed(keys + rate * BUSY_SECONDS);
    } finally {
      await serving.end('SIGKILL');
      await load.end('SIGKILL');
    }
  } finally {
    await serving.end('SIGKILL');
  }
}

async function recordsOf(cluster: Cluster, topics: ReadonlySet<string>): Promise<number> {
  let records = 0;
  for (const topic of topics) records += (await cluster.records(topic)) ?? 0;
  return records;
}

function row(side: Side, { runningMs, restoringMs, records, bytes, changelogRecords }: Restarted): string[] {
  const seconds = (ms: number): string => (ms / 1000).toFixed(1);
  const read = (bytes / KILOBYTE).toFixed(1);
  return [side, seconds(runningMs), seconds(restoringMs), String(records), read, String(changelogRecords)];
}

try {
  await main(readRestartArguments(process.argv.slice(2)));
} catch (error) {
  console.error(`bench:restart: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
