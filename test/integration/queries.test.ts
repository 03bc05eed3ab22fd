/** Any of three instances answers for any key: while they restart one after the other, while one is killed, and while one stands still. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { KafkaStreams } from '../../src/app.js';
import { silentLogger } from '../../src/observe/logger.js';
import { Position } from '../../src/query/position.js';
import { queries } from '../../src/query/queries.js';
import type { QuestionAnswer } from '../../src/query/question.js';
import { receivedAnswers } from '../../src/query/sent-answers.js';
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
/** What was written last, and so what every key must have been counted to. */
let position = Position.EMPTY;
let wanted = 1;
let asked = 0;

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

/** Asks for all keys at once, and for one by itself. */
async function askAll(): Promise<void> {
  const { result } = await streams.query('counts', queries.keys<string, number>(KEYS), {
    ...PATIENT,
    atLeast: position,
  });
  expect(result.map((row) => row?.value)).toEqual(KEYS.map(() => wanted));
  const [key] = KEYS.slice(asked % KEYS.length) as [string];
  const one = await streams.query('counts', queries.key<string, number>(key), { ...PATIENT, atLeast: position });
  expect(one.result?.value).toBe(wanted);
  asked += 1;
}

/** Asks an instance for a key of a task by what instances ask each other, so that nothing but its own answer counts. */
async function askItself(host: string, task: string, key: string): Promise<QuestionAnswer> {
  const question = {
    ...{ store: 'counts', task, isolation: 'latest', atLeast: {} },
    asked: { kind: 'keys', keys: [Buffer.from(key).toString('base64')] },
  };
  const response = await fetch(`http://${host}/questions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ questions: [question] }),
  });
  expect(response.status).toBe(200);
  return receivedAnswers(await response.json())[0]!;
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

it(
  'an instance that stood still for longer than its session tells nothing of before',
  { timeout: 180_000 },
  async () => {
    await until(() => instances() === 2 && tasksHere() === 3);
    const [paused] = children.slice(-1) as [Child<object>];
    const { host, tasks } = streams.metadata().find(({ isHere }) => !isHere)!;
    const theirs = KEYS.flatMap((key) => {
      const { task, owner } = streams.queryMetadataForKey('counts', key);
      return owner?.host === host && task !== null ? [{ key, task }] : [];
    });
    expect(new Set(theirs.map(({ task }) => task))).toEqual(new Set(tasks));
    const [{ key, task }] = theirs as [(typeof theirs)[0]];

    // What is not committed would be counted again by the next owner.
    const committed = { ...PATIENT, isolation: 'readCommitted', atLeast: position } as const;
    await streams.query('counts', queries.keys<string, number>(KEYS), committed);
    paused.kill('SIGSTOP');
    // While nobody else has its tasks there is no answer, and after the time an error that says so.
    const one = streams.query('counts', queries.key<string, number>(key), { timeout: '1s', atLeast: position });
    await expect(one).rejects.toMatchObject({ reason: 'UNREACHABLE' });
    // One that waits is answered by whoever has them next.
    await askAll();
    expect(tasksHere()).toBe(6);
    // They lie in its sockets until it goes on, before it hears of the group.
    const early = Array.from({ length: 20 }, () => askItself(host!, task, key));
    position = await write();
    wanted += 1;
    await askAll();

    paused.kill('SIGCONT');
    const asking = { underWay: true };
    const rounds = (async () => {
      while (asking.underWay) {
        await askAll();
        // While all tasks are here, answers need nobody: nothing else would have its turn.
        await nextTurn();
      }
    })();
    // It still has the old counts in its memory, and must know that they may be old.
    const answers = await Promise.all(early);
    await until(async () => {
      const answer = await askItself(host!, task, key);
      answers.push(answer);
      return 'rows' in answer || answer.reason === 'NOT_PRESENT';
    });
    for (const answer of answers) {
      if ('rows' in answer) expect(answer.rows[0]?.value.readBigInt64BE()).toBe(BigInt(wanted));
      else expect(['NOT_ACTIVE', 'NOT_PRESENT']).toContain(answer.reason);
    }
    await until(() => instances() === 2 && tasksHere() === 3);
    asking.underWay = false;
    await rounds;
    await askAll();
  },
);
