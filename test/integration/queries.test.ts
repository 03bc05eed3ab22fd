/** Any of three instances answers for any key: while they restart one after the other, and while one is killed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { KafkaStreams } from '../../src/app.js';
import { silentLogger } from '../../src/observe/logger.js';
import { Position } from '../../src/query/position.js';
import { queries } from '../../src/query/queries.js';
import { administration, until } from './application-fixture.js';
import { Child } from './counting-group.js';
import { brokers, createTopic, plainClient, uniqueName } from './kafka.js';
import { counting, type AskedOptions } from './queries-topology.js';

const KEYS = Array.from({ length: 40 }, (_, n) => `key-${String(n).padStart(2, '0')}`);
const TOKEN = 'correct-horse-battery';
const PATIENT = { timeout: '60s' } as const;
const producer = plainClient().producer();
const admin = administration();
const applicationId = uniqueName('asked');
const folder = mkdtempSync(join(tmpdir(), 'asked-'));
const children: Child<object>[] = [];
let input = '';
let streams: KafkaStreams;

const application = (name: string): AskedOptions['application'] => ({
  applicationId,
  kafka: { brokers: brokers() },
  stateDir: join(folder, name),
  server: { port: 0, token: TOKEN },
  commitInterval: '200ms',
  sessionTimeout: '6s',
  heartbeatInterval: '500ms',
});

function startChild(name: string): Child<object> {
  const child = new Child<object>({ input, application: application(name) }, 'queries-child.ts');
  children.push(child);
  return child;
}

const tasksHere = (): number => streams.metadata().find(({ isHere }) => isHere)?.tasks.length ?? 0;
const instances = (): number => streams.metadata().filter(({ tasks }) => tasks.length > 0).length;

/** Adds one to every key; resolves to where that is. */
async function write(): Promise<Position> {
  await producer.send({ topic: input, messages: KEYS.map((key) => ({ key, value: 'x' })) });
  return (await admin().fetchTopicOffsets(input))
    .map(({ partition, high }) => Position.of(input, partition, Number(high) - 1))
    .reduce((all, one) => all.merged(one));
}

beforeAll(async () => {
  input = await createTopic('asked', { partitions: 6 });
  await producer.connect();
  await write();
  streams = new KafkaStreams(counting(input), { ...application('here'), logger: silentLogger });
  await streams.start();
}, 60_000);

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all([streams.close(), producer.disconnect()]);
  rmSync(folder, { recursive: true, force: true });
});

it('answers are right, or waited for', { timeout: 180_000 }, async () => {
  const second = startChild('second');
  const third = startChild('third');
  await until(() => instances() === 3 && tasksHere() === 2);
  let position = Position.EMPTY;
  let wanted = 1;
  let asked = 0;
  const askAll = async (): Promise<void> => {
    const { result } = await streams.query('counts', queries.keys<string, number>(KEYS), {
      ...PATIENT,
      atLeast: position,
    });
    expect(result.map((row) => row?.value)).toEqual(KEYS.map(() => wanted));
    const [key] = KEYS.slice(asked % KEYS.length) as [string];
    const one = await streams.query('counts', queries.key<string, number>(key), { ...PATIENT, atLeast: position });
    expect(one.result?.value).toBe(wanted);
    asked += 1;
  };
  await askAll();

  // What was written is read, whoever has it.
  position = await write();
  wanted = 2;
  await askAll();
  const rows = await streams.query('counts', queries.all<string, number>(), PATIENT).toArray();
  expect(rows.map(({ key, value }) => [key, value])).toEqual(KEYS.map((key) => [key, 2]));
  // What is committed outlives whoever has it.
  const committed = { ...PATIENT, isolation: 'readCommitted', atLeast: position } as const;
  await streams.query('counts', queries.keys<string, number>(KEYS), committed);

  const restarts = { underWay: true };
  const asking = (async () => {
    while (restarts.underWay) await askAll();
  })();
  second.kill('SIGTERM');
  await second.ended;
  await until(() => instances() === 2);
  startChild('second');
  await until(() => instances() === 3 && tasksHere() === 2);

  third.kill('SIGKILL');
  await third.ended;
  await until(() => instances() === 2 && tasksHere() === 3);
  restarts.underWay = false;
  await asking;
  position = await write();
  wanted = 3;
  await askAll();
  expect(asked).toBeGreaterThan(10);
});
