import { afterEach, expect, it } from 'vitest';
import type { Question } from '../../src/query/question.js';
import { withBytesAsText } from '../../src/query/question.js';
import { spec } from '../store/state-bench.js';
import { StoreGroup, TOKEN, type StoreInstance } from '../query/store-instances.js';

let group: StoreGroup;
afterEach(() => group.end());

async function start(token: string | null = TOKEN): Promise<StoreInstance> {
  group = new StoreGroup([spec({ name: 'counts', kind: 'keyValue' })], 1);
  group.tasks[0]!.state.get<string, number>('keyValue', 'counts').put('a', 7);
  return group.start(group.tasks, token);
}

const question: Question = {
  ...{ store: 'counts', task: '0_0', isolation: 'latest', atLeast: {} },
  asked: { kind: 'keys', keys: [Buffer.from('a'), Buffer.from('b')] },
};
const body = JSON.stringify(withBytesAsText({ questions: [question] }));
const headers = { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` };

it('answers questions of other instances', async () => {
  const { server } = await start();
  const response = await fetch(`${server.url}/questions`, { method: 'POST', body, headers });
  expect(response.status).toBe(200);
  const seven = Buffer.alloc(8);
  seven.writeDoubleBE(7);
  const row = { timestamp: null, headers: null, start: 0, end: null };
  expect(await response.json()).toEqual({
    answers: [
      {
        rows: [{ key: Buffer.from('a').toString('base64'), value: seven.toString('base64'), ...row }, null],
        ...{ more: false, position: {} },
      },
    ],
  });
});

it('refuses what is none', async () => {
  const { server } = await start();
  const status = async (init: RequestInit): Promise<number> =>
    (await fetch(`${server.url}/questions`, { method: 'POST', body, headers, ...init })).status;
  expect(await status({ headers: { 'content-type': 'application/json' } })).toBe(401);
  expect(await status({ headers: { ...headers, 'content-type': 'text/plain' } })).toBe(415);
  expect(await status({ body: '{' })).toBe(400);
  expect(await status({ body: '' })).toBe(400);
  expect(await status({ body: '{"questions":[]}' })).toBe(400);
  expect(await status({ body: body.replace('"latest"', '"newest"') })).toBe(400);
  expect(await status({ body: body.replace('"YQ=="', '"Y Q"') })).toBe(400);
  expect(await status({ method: 'PUT' })).toBe(405);
  expect(await status({ body: body.replace('0_0', '0_1') })).toBe(200);
  expect((await fetch(`${server.url}/questions`, { headers })).status).toBe(404);
  // The answer may come before all is sent.
  const large = await status({ body: ' '.repeat(5 * 1024 * 1024) }).catch(() => 413);
  expect(large).toBe(413);
});

it('is not asked by pages of other sites', async () => {
  const { server } = await start(null);
  const asked = { method: 'POST', body, headers: { 'content-type': 'text/plain' } };
  expect((await fetch(`${server.url}/questions`, asked)).status).toBe(415);
});
