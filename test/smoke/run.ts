/** One smoke test: its topics, two instances of the application, what happens to them, and the verdict of Kafka's own driver. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { Instance } from '../faults/instance.js';
import type { JvmProgram } from '../jvm-program.js';
import { RELATIONAL_TOPICS } from './relational-topology.js';
import { STREAMS_TOPICS } from './streams-topology.js';

export type SmokeTest = 'streams' | 'relational';
export type SmokeGuarantee = 'at_least_once' | 'exactly_once_v2';
/** What happens to the instances while the input is written, one after the other. */
export type Treatment = 'steady' | 'bounced' | 'killed';

/** What an instance is told on its command line. */
export interface SmokeOrder {
  readonly test: SmokeTest;
  readonly guarantee: SmokeGuarantee;
  readonly name: string;
  readonly applicationId: string;
  readonly brokers: string[];
  readonly stateDir: string;
}

export interface SmokePlan {
  readonly test: SmokeTest;
  readonly guarantee: SmokeGuarantee;
  readonly treatment: Treatment;
  /** Records of each of 20 keys; or articles, with ten comments each. */
  readonly size: number;
  /** How long the driver writes. */
  readonly seconds: number;
  /** Between two treatments, seconds. */
  readonly every: number;
}

export interface SmokeVerdict {
  readonly passed: boolean;
  /** How often an instance was closed or killed. */
  readonly treated: number;
  /** What the driver said at the end, or what went wrong. */
  readonly said: readonly string[];
}

const PARTITIONS = 5;
const TOPICS_WITHIN_MS = 30_000;
const RUNNING_WITHIN_MS = 180_000;
const WRITTEN = 'INPUT-WRITTEN';
const LINES_KEPT = 40;

/** The topics of the test must not be there. */
export async function runSmokeTest(
  plan: SmokePlan,
  kafka: { readonly brokers: string[]; readonly admin: Admin },
  driver: JvmProgram,
  say: (line: string) => void,
): Promise<SmokeVerdict> {
  const { test, guarantee } = plan;
  const topics = test === 'streams' ? STREAMS_TOPICS : RELATIONAL_TOPICS;
  await createTopics(kafka.admin, topics);
  const folder = await mkdtemp(join(tmpdir(), 'millrace-smoke-'));
  const applicationId = `smoke-${Date.now().toString(36)}`;
  const instances = ['one', 'two'].map((name) => {
    const stateDir = join(folder, name);
    const order: SmokeOrder = { test, guarantee, name, applicationId, brokers: kafka.brokers, stateDir };
    return new Instance(order, say, ['--import', 'tsx', join(import.meta.dirname, 'application.ts')]);
  });
  try {
    for (const instance of instances) instance.start();
    for (const instance of instances) await instance.untilState('RUNNING', RUNNING_WITHIN_MS);
    const judged = judge(plan, kafka.brokers, driver);
    const treated = await treat(plan, instances, judged.written);
    const verdict = await judged.verdict;
    const errors = instances.flatMap((instance) => instance.errors);
    const bad = errors.length > 0 || instances.some((instance) => instance.states.includes('ERROR'));
    return { passed: verdict.passed && !bad, treated, said: [...verdict.said, ...errors] };
  } finally {
    for (const instance of instances) await instance.close();
    await rm(folder, { recursive: true, force: true });
    await kafka.admin.deleteTopics({ topics: [...topics] });
  }
}

/** Until the broker that is asked knows them. kafkajs's own way of waiting gives up when it does not know one at first. */
async function createTopics(admin: Admin, topics: readonly string[]): Promise<void> {
  await admin.createTopics({
    topics: topics.map((topic) => ({ topic, numPartitions: PARTITIONS })),
    waitForLeaders: false,
  });
  const deadline = performance.now() + TOPICS_WITHIN_MS;
  for (;;) {
    try {
      for (const topic of topics) await admin.fetchTopicOffsets(topic);
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await sleep(100);
  }
}

interface Judged {
  /** Resolves when all input is written, or the driver has ended. */
  readonly written: Promise<void>;
  readonly verdict: Promise<{ readonly passed: boolean; readonly said: readonly string[] }>;
}

/** Starts the driver. */
function judge({ test, size, seconds, guarantee }: SmokePlan, brokers: readonly string[], driver: JvmProgram): Judged {
  const words = [test, brokers.join(), String(size), String(seconds), guarantee];
  const child = spawn(driver.java, ['-Xmx512m', '-cp', driver.classPath, 'millrace.smoke.Main', ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  const written = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        said.push(line);
        if (said.length > LINES_KEPT) said.shift();
        if (line === WRITTEN) resolve();
      });
    }
    child.once('close', () => {
      resolve();
    });
  });
  const verdict = new Promise<{ passed: boolean; said: readonly string[] }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ passed: code === 0, said });
    });
  });
  return { written, verdict };
}

/** Closes or kills one instance after the other, and starts it again, until all is written. */
async function treat(
  { treatment, every }: SmokePlan,
  instances: readonly Instance<SmokeOrder>[],
  written: Promise<void>,
): Promise<number> {
  if (treatment === 'steady') {
    await written;
    return 0;
  }
  let over = false;
  void written.then(() => (over = true));
  for (let treated = 0; ; treated += 1) {
    await Promise.race([written, sleep(every * 1_000)]);
    // TypeScript does not see that the callback above may have set it.
    if (over as boolean) return treated;
    const instance = instances[treated % instances.length] as Instance<SmokeOrder>;
    await (treatment === 'killed' ? instance.kill() : instance.close());
    instance.start();
  }
}
