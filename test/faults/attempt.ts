/** One try of one fault: topics, two instances, a load, the fault, and what became of the results. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import type { RunningKafka } from '../../src/local-kafka/options.js';
import type { Fault } from './fault.js';
import { Instance, type Guarantee } from './instance.js';
import { Load } from './load.js';
import { readTopic } from './read-topic.js';
import { judge, type Topics, type Verdict } from './verdict.js';

const PARTITIONS = 4;
const KEYS = 400;
const STORE = 'counts';
const RUNNING_WITHIN_MS = 60_000;
const WARM_MS = 5_000;
const CAUGHT_UP_WITHIN_MS = 120_000;

export interface AttemptSettings {
  readonly millrace: string;
  readonly recordsPerSecond: number;
  readonly guarantee: Guarantee;
  readonly say: (line: string) => void;
}

export interface AttemptResult {
  /** Undefined when it did not come to the end of the input: what is missing then may be still to come. */
  readonly verdict: Verdict | undefined;
  readonly warnings: number;
  /** What an instance ended with, and whatever else is not as it should be. */
  readonly failures: readonly string[];
}

export async function attemptFault(
  fault: Fault,
  attempt: number,
  kafka: RunningKafka,
  { millrace, recordsPerSecond, guarantee, say }: AttemptSettings,
): Promise<AttemptResult> {
  const applicationId = `${fault.name}-${Date.now().toString(36)}`;
  const [input, output] = [`${applicationId}-in`, `${applicationId}-out`];
  const client = new Kafka({ clientId: 'judge', brokers: kafka.brokers, logLevel: logLevel.NOTHING });
  const admin = client.admin({ retry: { retries: 20 } });
  await admin.connect();
  const folder = await mkdtemp(join(tmpdir(), 'millrace-faults-'));
  const instance = (name: string): Instance => {
    const { brokers } = kafka.proxy(name);
    const stateDir = join(folder, name);
    const topics = { input, output, store: STORE };
    return new Instance({ millrace, name, applicationId, brokers, stateDir, guarantee, ...topics }, say);
  };
  const instances = [instance('one'), instance('two')] as const;
  try {
    await createTopics(admin, [input, output]);
    for (const one of instances) one.start();
    for (const one of instances) await one.untilState('RUNNING', RUNNING_WITHIN_MS);
    const load = Load.start({
      brokers: kafka.brokers,
      topic: input,
      partitions: PARTITIONS,
      recordsPerSecond,
      keys: KEYS,
    });
    await sleep(WARM_MS);
    say(fault.description);
    const failures: string[] = [];
    await fault.run({ kafka, instances, applicationId, attempt, say }).catch((error: unknown) => {
      failures.push(String(error));
    });
    say('the fault is over');
    await sleep(fault.loadAfterwardsMs);
    await load.stop();
    const until = Date.now();
    const running = (): boolean => instances.some((one) => one.isRunning());
    const read = async (): Promise<Topics> => ({
      input: await readTopic(client, input),
      output: await readTopic(client, output),
      changelog: await readTopic(client, `${applicationId}-${STORE}-changelog`),
    });
    const verdict = (await caughtUp(admin, applicationId, input, running)) ? judge(await read(), until) : undefined;
    // Is what was lost lost in the state itself? One more record of every key asks it.
    await load.everyKeyOnce();
    const asked = (await caughtUp(admin, applicationId, input, running)) ? judge(await read(), until) : undefined;
    if (verdict === undefined || asked === undefined) failures.push('it did not come to the end of the input');
    for (const { states, errors, order } of instances) {
      if (states.includes('ERROR')) failures.push(`${order.name} in ERROR: ${errors.at(-1) ?? ''}`);
      else
        failures.push(...errors.filter((text) => text.startsWith('ended by')).map((text) => `${order.name} ${text}`));
    }
    for (const [when, found] of [
      ['', verdict],
      [' after one more record of every key', asked],
    ] as const) {
      if (found === undefined) continue;
      if (found.lost > 0) failures.push(`${found.lost} records lost${when}`);
      if (guarantee === 'exactly_once_v2') {
        if (found.countedAgain > 0) failures.push(`${found.countedAgain} records counted again${when}`);
        if (found.repeated > 0) failures.push(`${found.repeated} results repeated${when}`);
      }
      if (found.changelogLost > 0) failures.push(`${found.changelogLost} records lost in the changelog${when}`);
    }
    return { verdict, failures, warnings: instances.reduce((sum, { warnings }) => sum + warnings, 0) };
  } finally {
    await Promise.all(instances.map((one) => one.kill()));
    kafka.proxy('one').heal();
    kafka.proxy('two').heal();
    await admin.disconnect();
    await rm(folder, { recursive: true, force: true });
  }
}

async function createTopics(admin: Admin, topics: readonly string[]): Promise<void> {
  // The time of arrival, which tells how long nothing came.
  const configEntries = [{ name: 'message.timestamp.type', value: 'LogAppendTime' }];
  await admin.createTopics({
    topics: topics.map((topic) => ({ topic, numPartitions: PARTITIONS, replicationFactor: 3, configEntries })),
    waitForLeaders: false,
  });
}

/** Whether the group comes to the end of the input in time. */
async function caughtUp(admin: Admin, groupId: string, topic: string, running: () => boolean): Promise<boolean> {
  const ends = new Map((await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, high]));
  const deadline = performance.now() + CAUGHT_UP_WITHIN_MS;
  while (performance.now() < deadline && running()) {
    const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] });
    const behind = committed?.partitions.filter(({ partition, offset }) => offset !== ends.get(partition)) ?? [];
    if (committed?.partitions.length === ends.size && behind.length === 0) return true;
    await sleep(500);
  }
  return false;
}
