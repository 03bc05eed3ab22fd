/** One run: topics, instances, a load, the faults of a plan, and what became of the results. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import type { RunningKafka } from '../../../src/local-kafka/options.js';
import { Instance } from '../instance.js';
import { check, type Findings, type JoinInputs } from './check.js';
import { expectedResults, inputValues, seenResults, type Results } from './expected.js';
import { Inputs } from './inputs.js';
import { Journal } from './journal.js';
import { kinds } from './kinds/all.js';
import type { Stage } from './kind.js';
import { INPUTS, OUTPUTS, partitionsOf, topicsOf, type SuiteOrder, type SuiteTopics } from './order.js';
import type { PlannedFault, RunPlan } from './plan.js';
import { longestSilence, silenceAround, type Silence } from './silence.js';
import { Supervised } from './supervised.js';
import type { Witness } from './witness.js';

export interface RunSettings {
  /** What an instance imports. */
  readonly entry: string;
  /** What Node is given before the application. */
  readonly nodeOptions: readonly string[];
  readonly say: (line: string) => void;
}

export interface RunResult {
  readonly plan: RunPlan;
  /** Why it is not as it should be; empty when all is well. */
  readonly failures: readonly string[];
  /** What instances ended with that nobody had asked to end. */
  readonly deaths: readonly string[];
  readonly faults: readonly DoneFault[];
  readonly records: number;
  /** Results beyond those of an undisturbed run, where they are allowed. */
  readonly repeated: number;
  /** The longest one of a partition under load. */
  readonly silence: Silence;
  readonly stuck: readonly string[];
  readonly lastedMs: number;
  /** What was seen. */
  readonly journal: Journal;
}

export interface DoneFault {
  readonly kind: string;
  /** Why it was not done. */
  readonly skipped: string | undefined;
  /** The longest silence of a partition that it had a part in, ms. */
  readonly silenceMs: number;
}

const RUNNING_WITHIN_MS = 60_000;
const TOPICS_WITHIN_MS = 30_000;
const COMMITTED_WITHIN_MS = 90_000;
const COMPLETE_WITHIN_MS = 60_000;
const LATE_MS = 15_000;
const CLOSE_WITHIN_MS = 60_000;
/** Silence belongs to a fault that ended so long ago at most. */
const AFTERMATH_MS = 2_000;
const CLOSING_ROUNDS = 3;
const EXAMPLES = 4;

/** The names that `startKafka` is to be given. */
export const PROXIES = ['one', 'two', 'three'] as const;

export async function runPlan(
  plan: RunPlan,
  kafka: RunningKafka,
  witness: Witness,
  { entry, nodeOptions, say }: RunSettings,
): Promise<RunResult> {
  const begun = performance.now();
  const applicationId = `faults-${String(plan.seed)}-${Date.now().toString(36)}`;
  const topics = topicsOf(applicationId);
  const client = new Kafka({ clientId: 'faults', brokers: kafka.brokers, logLevel: logLevel.NOTHING });
  const admin = client.admin({ retry: { retries: 20 } });
  const folder = await mkdtemp(join(tmpdir(), 'millrace-faults-'));
  const journal = new Journal();
  const inputs = new Inputs({ brokers: kafka.brokers, topics, seed: plan.seed });
  const instances = PROXIES.slice(0, plan.instances).map((name) => {
    const order: SuiteOrder = {
      entry,
      name,
      applicationId,
      brokers: kafka.proxy(name).brokers,
      stateDir: join(folder, name),
      topics,
      guarantee: plan.guarantee,
      commitIntervalMs: plan.commitIntervalMs,
      sessionTimeoutMs: plan.sessionTimeoutMs,
      transactionTimeoutMs: plan.transactionTimeoutMs,
      cacheBytes: plan.cacheBytes,
    };
    return new Supervised(
      new Instance(order, say, [...nodeOptions, join(import.meta.dirname, 'application.js')], true),
    );
  });
  let brokersTurn: Promise<unknown> = Promise.resolve();
  const stage: Stage = {
    plan,
    kafka,
    witness,
    journal,
    applicationId,
    topics,
    instances,
    proxyOf: ({ name }) => kafka.proxy(name),
    aloneWithBrokers: (work) => {
      const turn = brokersTurn.then(work);
      brokersTurn = turn.catch(() => undefined);
      return turn;
    },
    say,
  };
  const failures: string[] = [];
  try {
    await admin.connect();
    await createTopics(admin, topics, kafka.nodes.length);
    await witness.ask('watch', ...Object.values(topics));
    witness.onRecord = (record) => {
      journal.add(record);
    };
    for (const one of instances) one.start();
    await Promise.all(instances.map((one) => one.instance.untilState('RUNNING', RUNNING_WITHIN_MS)));
    inputs.start();
    const loadFrom = performance.now();
    const doing = plan.faults.map((fault) => doFault(stage, fault, loadFrom));
    await sleep(plan.loadMs);
    const done = await Promise.all(doing);
    await inputs.stop();
    const loadUntil = performance.now();
    for (const { failed } of done) if (failed !== undefined) failures.push(failed);
    say('the load and the faults are over');

    let stuck = await untilCommitted(stage);
    if (stuck.length > 0) failures.push(`stuck: ${stuck.join(', ')}`);
    for (let round = 0; round < CLOSING_ROUNDS; round++) {
      await inputs.close(round);
      await sleep(300);
    }
    await witness.ask('end');
    say('all is read; what must come is worked out');
    const expected = await expectedResults(journal, topics);
    say('results are awaited');
    const found = await untilComplete(stage, expected);
    say('instances are closed');
    for (const one of instances) {
      if (!(await one.close(CLOSE_WITHIN_MS)))
        failures.push(`${one.name} did not close in ${CLOSE_WITHIN_MS / 1000} s: ${one.instance.errors.at(-1) ?? ''}`);
    }
    // What came after the last look, and what no reader will ever see.
    await witness.ask('end');
    const findings = stuck.length > 0 ? found : look(stage, expected);
    const open = await untilNothingOpen(stage);
    if (open !== '') stuck = [...stuck, ...open.split(' ')];
    if (open !== '') failures.push(`transactions are still open in ${open}`);
    failures.push(...described('missing', findings.missing), ...described('wrong', findings.wrong));
    const deaths = instances.flatMap((one) => one.deaths.map((death) => `${one.name}: ${death}`));
    const seen = journal.all(topics.counts);
    return {
      plan,
      failures,
      deaths,
      faults: done.map(({ fault, skipped, from, until }) => ({
        kind: fault.kind,
        skipped,
        silenceMs: silenceAround(seen, loadFrom, loadUntil, from, until + AFTERMATH_MS),
      })),
      records: findings.records,
      repeated: findings.repeated,
      silence: longestSilence(seen, loadFrom, loadUntil),
      stuck,
      lastedMs: performance.now() - begun,
      journal,
    };
  } finally {
    for (const one of instances) await one.kill();
    for (const name of PROXIES) kafka.proxy(name).heal();
    witness.onRecord = () => undefined;
    await witness.ask('forget');
    await inputs.disconnect();
    const left = (await admin.listTopics()).filter((name) => name.startsWith(applicationId));
    await admin.deleteTopics({ topics: left });
    await admin.disconnect();
    await rm(folder, { recursive: true, force: true });
  }
}

async function createTopics(admin: Admin, topics: SuiteTopics, brokers: number): Promise<void> {
  await admin.createTopics({
    topics: [...INPUTS, ...OUTPUTS].map((name) => ({
      topic: topics[name],
      numPartitions: partitionsOf(name),
      replicationFactor: Math.min(3, brokers),
    })),
    waitForLeaders: false,
  });
  const deadline = performance.now() + TOPICS_WITHIN_MS;
  for (;;) {
    try {
      for (const topic of Object.values(topics)) await admin.fetchTopicOffsets(topic);
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await sleep(100);
  }
}

interface Done {
  readonly fault: PlannedFault;
  readonly skipped: string | undefined;
  readonly failed: string | undefined;
  readonly from: number;
  readonly until: number;
}

async function doFault(stage: Stage, fault: PlannedFault, loadFrom: number): Promise<Done> {
  await sleep(Math.max(0, loadFrom + fault.atMs - performance.now()));
  const kind = kinds.find(({ name }) => name === fault.kind);
  if (kind === undefined) throw new Error(`there is no kind of fault ${fault.kind}`);
  const from = performance.now();
  stage.say(`fault ${fault.kind} ${JSON.stringify(fault)}`);
  let skipped: string | undefined;
  let failed: string | undefined;
  try {
    skipped = await kind.run(stage, fault);
  } catch (error) {
    failed = `${fault.kind} could not be done: ${String(error)}`;
  }
  stage.say(`fault ${fault.kind} is over`);
  return { fault, skipped, failed, from, until: performance.now() };
}

/** @returns partitions of the inputs that are not read to their end in time, with how far they are */
async function untilCommitted({ witness, applicationId, topics }: Stage): Promise<string[]> {
  const deadline = performance.now() + COMMITTED_WITHIN_MS;
  const ends = await witness.offsets('ends', ...INPUTS.map((name) => topics[name]));
  for (;;) {
    const committed = await witness.offsets('committed', applicationId);
    const behind = [...ends].filter(([partition, end]) => end > 0 && (committed.get(partition) ?? 0) < end);
    if (behind.length === 0) return [];
    if (performance.now() > deadline) {
      return behind.map(
        ([partition, end]) => `${partition} at ${String(committed.get(partition) ?? 0)} of ${String(end)}`,
      );
    }
    await sleep(300);
  }
}

/** Looks until nothing is missing, or for so long. */
async function untilComplete(stage: Stage, expected: Results): Promise<Findings> {
  let deadline = performance.now() + COMPLETE_WITHIN_MS;
  for (;;) {
    await stage.witness.ask('end');
    const findings = look(stage, expected);
    if (findings.missing.length === 0) return findings;
    // It has failed already; what is merely late should not be told as missing.
    if (findings.wrong.length > 0) deadline = Math.min(deadline, performance.now() + LATE_MS);
    if (performance.now() > deadline) return findings;
    await sleep(500);
  }
}

function look({ journal, topics, plan }: Stage, expected: Results): Findings {
  const inputs = Object.fromEntries(
    INPUTS.map((name) => [name, inputValues(journal, topics[name])]),
  ) as unknown as JoinInputs;
  return check(expected, seenResults(journal, topics), inputs, {
    exact: plan.guarantee === 'exactly_once_v2',
    cached: plan.cacheBytes > 0,
  });
}

/** @returns partitions of outputs where a transaction stays open, past every time-out */
async function untilNothingOpen({ witness, topics, plan }: Stage): Promise<string> {
  const deadline = performance.now() + plan.transactionTimeoutMs + 15_000;
  for (;;) {
    const open = await witness.ask('open', ...OUTPUTS.map((name) => topics[name]));
    if (open === '' || performance.now() > deadline) return open;
    await sleep(500);
  }
}

function described(what: string, all: readonly string[]): string[] {
  if (all.length === 0) return [];
  const more = all.length > EXAMPLES ? `; and ${String(all.length - EXAMPLES)} more` : '';
  return [`${what}: ${all.slice(0, EXAMPLES).join('; ')}${more}`];
}
