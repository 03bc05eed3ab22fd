/**
 * How many point queries three instances answer while they process, each asked for keys of all: `npm run bench:queries -- [--rate 10000]
 * [--seconds 35] [--warm-up 40] [--keys 10000] [--records 20000]`, with a broker in KAFKA_BROKERS. Rates are a second, of all instances
 * together; nothing is measured while the code of the queries is warming up. The warm-up is long enough for a first commit of all rows,
 * by code that is cold, and what is measured for another one: they are 30 s apart.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Kafka, logLevel, type Producer } from 'kafkajs';
import type { InstanceOptions, Says, Told } from './instance.js';

const INSTANCES = 3;
const PARTITIONS = 6;
const FEED_MS = 50;

type Running = Extract<Says, { type: 'running' }>;
type Asked = Extract<Says, { type: 'asked' }>;

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '35' },
    'warm-up': { type: 'string', default: '40' },
    keys: { type: 'string', default: '10000' },
    records: { type: 'string', default: '20000' },
  },
});
const [rate, seconds, keys, records] = [values.rate, values.seconds, values.keys, values.records].map(Number) as [
  number,
  number,
  number,
  number,
];
const warmUp = Number(values['warm-up']);
const brokers = (process.env['KAFKA_BROKERS'] ?? '').split(',').filter((one) => one !== '');
if (brokers.length === 0) throw new Error('name a broker in KAFKA_BROKERS');

const name = `queries-${String(Date.now())}`;
const folder = mkdtempSync(join(tmpdir(), 'millrace-queries-'));
const kafka = new Kafka({ brokers, logLevel: logLevel.ERROR });
const admin = kafka.admin();
const producer = kafka.producer();

function start(number: number): ChildProcess {
  const options: InstanceOptions = {
    ...{ input: name, keys },
    application: {
      applicationId: name,
      kafka: { brokers },
      stateDir: join(folder, String(number)),
      server: { port: 0 },
    },
  };
  return fork(join(import.meta.dirname, 'instance.js'), [JSON.stringify(options)]);
}

function tell<S extends Says>(child: ChildProcess, told: Told, type: S['type']): Promise<S> {
  return new Promise((resolve, reject) => {
    const ended = (): void => {
      reject(new Error('an instance has ended'));
    };
    const hear = (said: Says): void => {
      if (said.type !== type) return;
      child.off('message', hear).off('exit', ended);
      resolve(said as S);
    };
    child.on('message', hear).once('exit', ended);
    child.send(told);
  });
}

/**
 * Writes records at the rate until it is told to stop. What could not be written in time is left out: batches that make up for it take so
 * long to write that ever more is missing. How many were processed is measured anyway.
 */
async function feed(to: Producer, fed: { on: boolean }): Promise<void> {
  const most = Math.ceil(records / 10);
  const begin = performance.now();
  for (let written = 0; fed.on;) {
    const due = Math.floor(((performance.now() - begin) * records) / 1000);
    const messages = Array.from({ length: Math.min(due - written, most) }, () => ({
      key: `key-${String(Math.floor(Math.random() * keys))}`,
      value: 'x',
    }));
    if (messages.length > 0) await to.send({ topic: name, messages });
    written = due;
    await sleep(FEED_MS);
  }
}

const look = (): Promise<Running[]> =>
  Promise.all(children.map((child) => tell<Running>(child, { type: 'look' }, 'running')));

/** Records that all instances process a second, meanwhile. */
async function processing<T>(meanwhile: Promise<T>): Promise<{ perSecond: number; result: T }> {
  const sum = (all: Running[]): number => all.reduce((total, { processed }) => total + processed, 0);
  const [before, from] = [sum(await look()), performance.now()];
  const result = await meanwhile;
  return { result, perSecond: (sum(await look()) - before) / ((performance.now() - from) / 1000) };
}

const at = (sorted: readonly number[], share: number): string =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(1);

await admin.connect();
await producer.connect();
await admin.createTopics({ topics: [{ topic: name, numPartitions: PARTITIONS, replicationFactor: 1 }] });
const children = Array.from({ length: INSTANCES }, (_, number) => start(number));
const fed = { on: true };
const feeding = feed(producer, fed);
try {
  const share = PARTITIONS / INSTANCES;
  while (!(await look()).every(({ tasks, instances }) => tasks === share && instances === INSTANCES)) await sleep(200);
  const alone = await processing(sleep(seconds * 1000));
  const ask = (told: { readonly seconds: number; readonly isWarmUp: boolean }): Promise<Asked[]> =>
    Promise.all(children.map((child) => tell<Asked>(child, { type: 'ask', rate: rate / INSTANCES, ...told }, 'asked')));
  if (warmUp > 0) await ask({ seconds: warmUp, isWarmUp: true });
  const asked = await processing(ask({ seconds, isWarmUp: false }));
  const milliseconds = asked.result.flatMap((one) => one.milliseconds).sort((left, right) => left - right);
  const failed = asked.result.reduce((sum, one) => sum + one.failed, 0);
  console.log(
    `records processed a second: ${alone.perSecond.toFixed(0)} alone, ${asked.perSecond.toFixed(0)} while asked`,
  );
  console.log(
    `queries answered a second: ${(milliseconds.length / seconds).toFixed(0)} of ${String(rate)}; failed: ${String(failed)}; ms: p50 ${at(milliseconds, 0.5)}, p99 ${at(milliseconds, 0.99)}, most ${at(milliseconds, 1)}`,
  );
} finally {
  fed.on = false;
  await feeding;
  await Promise.all(children.map((child) => new Promise((resolve) => child.once('exit', resolve).disconnect())));
  await admin.deleteTopics({ topics: [name] });
  await Promise.all([admin.disconnect(), producer.disconnect()]);
  rmSync(folder, { recursive: true, force: true });
}
