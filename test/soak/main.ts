/** `npm run soak`: two instances under load for an hour while all around them is disturbed, and every result checked. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { startKafka } from '../../src/local-kafka/start-kafka.js';
import { scanTopic } from '../faults/read-topic.js';
import { askedOrigin } from '../integration/origin.js';
import { readSoakArguments, type SoakArguments } from './arguments.js';
import { disturbUntil, untilCommitted, type Surroundings } from './disturbances.js';
import { ExpectedCopies, ExpectedPairs, ExpectedWindows, type SoakCheck } from './expected.js';
import { Inputs } from './inputs.js';
import type { SoakOrder, SoakTopics } from './order.js';
import { report } from './report.js';
import { SoakedInstance } from './soaked-instance.js';

const PARTITIONS = 4;
const WINDOW_MS = 10_000;
const GRACE_MS = 5_000;
const JOIN_MS = 1_000;
const JOIN_EVERY = 10;
const RUNNING_WITHIN_MS = 60_000;
const CAUGHT_UP_WITHIN_MS = 300_000;
/** A disturbance begins a minute after the last one; in a short run more often, so that each has its turn. */
const PAUSE_MS = 60_000;
const SHORT_RUN_PARTS = 16;
/** Likewise: each tenth after the run has become warm has more than one. */
const COLLECT_EVERY_MS = 60_000;
const SHORT_RUN_COLLECTIONS = 30;

const begun = performance.now();
const print = (line: string): void => {
  process.stdout.write(`${((performance.now() - begun) / 60_000).toFixed(1).padStart(6)} min  ${line}\n`);
};

async function main(given: SoakArguments): Promise<boolean> {
  if (!existsSync(join(given.millrace, 'dist/index.js'))) {
    throw new Error(`${given.millrace} is not built: npm run build there`);
  }
  // One of our own, whatever the environment names: it is disturbed.
  const { use } = askedOrigin();
  const kafka = await startKafka({ properties: {}, ...(use !== undefined && { use }), log: print });
  const node = kafka.nodes[0];
  if (node === undefined) throw new Error('MILLRACE_TEST_KAFKA may be java or docker here: the broker is disturbed');
  const folder = await mkdtemp(join(tmpdir(), 'millrace-soak-'));
  const client = new Kafka({ clientId: 'soak', brokers: kafka.brokers, logLevel: logLevel.NOTHING });
  const admin = client.admin({ retry: { retries: 30 } });
  const instances: SoakedInstance[] = [];
  try {
    await admin.connect();
    const applicationId = `soak-${Date.now().toString(36)}`;
    const topics = topicsOf(applicationId);
    const once = [topics.clicks, topics.views, topics.finals, topics.joined];
    await admin.createTopics({
      topics: [
        ...once.map((topic) => ({ topic, numPartitions: PARTITIONS })),
        ...[topics.plain, topics.copies].map((topic) => ({ topic, numPartitions: 1 })),
      ],
    });
    const seriesFolder = join(given.series, applicationId);
    for (const name of ['one', 'two']) instances.push(new SoakedInstance(orderOf(name), seriesFolder, print));
    for (const { order, series } of instances) print(`every sample of ${order.name} is kept in ${series.path}`);
    for (const instance of instances) await instance.untilRunning(RUNNING_WITHIN_MS);
    const copies = new ExpectedCopies();
    const inputs = new Inputs({ brokers: kafka.brokers, topics, partitions: PARTITIONS, ...given }, copies);
    inputs.start();
    print(`load of ${given.recordsPerSecond} records/s for ${given.minutes} minutes`);
    const lasts = given.minutes * 60_000;
    const around: Surroundings = {
      node,
      admin,
      applicationId,
      topics,
      instances,
      feed: (topic, partition) => inputs.feedCopied(topic, partition),
      dry: (topic) => inputs.stopCopied(topic),
      say: print,
    };
    await disturbUntil(performance.now() + lasts, Math.min(PAUSE_MS, lasts / SHORT_RUN_PARTS), around);
    await inputs.stop();
    const failures: string[] = [];
    const untilRead = async (): Promise<void> => {
      for (const topic of [topics.clicks, topics.views, ...inputs.copiedTopics]) {
        const read = await untilCommitted(admin, applicationId, topic, CAUGHT_UP_WITHIN_MS);
        if (!read) failures.push(`${topic} was not read to its end`);
      }
    };
    await untilRead();
    // A time far ahead closes every window; the windows of these records themselves stay open and are not looked at.
    await inputs.sendAhead(10 * (WINDOW_MS + GRACE_MS));
    await untilRead();
    print('load ended, all was read; results are checked');
    for (const instance of instances) await instance.close();
    const checks = await check(client, topics, copies, inputs.endsAt);
    const outcomes = instances.map(({ order, state, errors, warnings, samples, series }) => ({
      name: order.name,
      state,
      errors,
      warnings,
      samples,
      series: series.path,
    }));
    const result = report({ checks, instances: outcomes, longestStallMs: given.longestStall, failures });
    process.stdout.write(`\n${result.lines.join('\n')}\n`);
    return result.failures.length === 0;

    function orderOf(name: string): SoakOrder {
      return {
        millrace: given.millrace,
        name,
        applicationId,
        brokers: kafka.brokers,
        stateDir: join(folder, name),
        topics,
        windowMs: WINDOW_MS,
        graceMs: GRACE_MS,
        joinMs: JOIN_MS,
        joinEvery: JOIN_EVERY,
        costMs: given.cost,
        collectEveryMs: Math.min(COLLECT_EVERY_MS, (given.minutes * 60_000) / SHORT_RUN_COLLECTIONS),
      };
    }
  } finally {
    for (const instance of instances) instance.kill();
    await admin.disconnect();
    await kafka.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function topicsOf(applicationId: string): SoakTopics {
  return {
    clicks: `${applicationId}-clicks`,
    views: `${applicationId}-views`,
    finals: `${applicationId}-finals`,
    joined: `${applicationId}-joined`,
    plain: `${applicationId}-plain`,
    copies: `${applicationId}-copies`,
    extraPrefix: `${applicationId}-extra-`,
  };
}

async function check(
  client: Kafka,
  topics: SoakTopics,
  copies: ExpectedCopies,
  endsAt: number,
): Promise<Record<string, SoakCheck>> {
  const windows = new ExpectedWindows(WINDOW_MS);
  const pairs = new ExpectedPairs(JOIN_MS, JOIN_EVERY);
  const limit = 15 * 60_000;
  await scanTopic(
    client,
    topics.clicks,
    ({ key, value, timestamp }) => {
      if (timestamp > endsAt) return;
      windows.input(key, timestamp);
      pairs.click(key, String(value), timestamp);
    },
    limit,
  );
  await scanTopic(
    client,
    topics.views,
    ({ key, value, timestamp }) => pairs.view(key, String(value), timestamp),
    limit,
  );
  await scanTopic(client, topics.finals, ({ key, value }) => windows.result(key, String(value)), limit);
  await scanTopic(client, topics.joined, ({ value }) => pairs.result(String(value)), limit);
  await scanTopic(client, topics.copies, ({ value }) => copies.result(String(value)), limit);
  return { 'windows, final': windows.check(), 'pairs, joined': pairs.check(), copies: copies.check() };
}

try {
  if (!(await main(readSoakArguments(process.argv.slice(2))))) process.exitCode = 1;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
