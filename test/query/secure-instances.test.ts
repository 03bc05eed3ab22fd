/** Instances that ask each other over TLS. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { queries } from '../../src/query/queries.js';
import type { Query } from '../../src/query/queries.js';
import { serdes } from '../../src/serde/serdes.js';
import { secureTransport } from '../../src/serve/instance-transport.js';
import type { TlsOptions } from '../../src/serve/options.js';
import { Authority } from '../serve/own-certificates.js';
import { spec } from '../store/state-bench.js';
import { StoreGroup, TOKEN, type StoreInstance, type StoreTask } from './store-instances.js';

const SPEC = spec({ name: 'counts', kind: 'keyValue', format: 'timestamped', value: serdes.double() });
const ours = new Authority('ours');
const theirs = new Authority('theirs');
let group: StoreGroup;

beforeEach(() => {
  group = new StoreGroup([SPEC], 2);
});
afterEach(() => group.end());

const instance = (authority: Authority, host?: string): TlsOptions => ({
  ...authority.identity('instance', host),
  ca: ours.cert,
  requestClientCert: true,
});

function put(task: StoreTask, key: string, value: number): void {
  task.state.get<string, number>('keyValue', 'counts', 'timestamped').put(key, value, 1);
}

async function valueOf(from: StoreInstance, key: string, timeout = 20_000): Promise<unknown> {
  const asked: Query<unknown> = queries.key(key);
  const answer = (await from.queries.query('counts', asked, { timeout })) as { result: { value: number } };
  return answer.result.value;
}

/** What is refused is refused again until the time is over. */
const REFUSED_MS = 1_500;

async function ask(asking: TlsOptions | null, answering: TlsOptions | null, timeout?: number): Promise<unknown> {
  const [first, second] = group.tasks;
  const here = await group.start([first!], TOKEN, undefined, asking);
  await group.start([second!], TOKEN, undefined, answering);
  const key = ['a', 'b', 'c', 'd'].find((one) => group.taskOf(one) === second)!;
  put(group.taskOf(key), key, 7);
  return valueOf(here, key, timeout).catch((error: unknown) => String(error));
}

it('each shows its certificate and believes that of the other', async () => {
  expect(await ask(instance(ours), instance(ours))).toBe(7);
});

it('one that shows a certificate of others is not answered', async () => {
  expect(await ask({ ...theirs.identity('stranger'), ca: ours.cert }, instance(ours), REFUSED_MS)).toMatch(
    /cannot be asked/,
  );
});

it('one that serves with a certificate of others, or for another host, is not believed', async () => {
  expect(await ask(instance(ours), { ...theirs.identity('stranger'), ca: ours.cert }, REFUSED_MS)).toMatch(
    /cannot be asked/,
  );
  await group.end();
  group = new StoreGroup([SPEC], 2);
  const answer = await ask(instance(ours), instance(ours, 'elsewhere.example'), REFUSED_MS);
  expect(answer).toMatch(/cannot be asked/);
  expect(answer).not.toContain(TOKEN);
});

it('one that has no certificates cannot ask one that has', async () => {
  expect(await ask(null, instance(ours), REFUSED_MS)).toMatch(/cannot be asked/);
});

it('many questions at once go over the same connections', async () => {
  const tls = instance(ours);
  const [first, second] = group.tasks;
  const here = await group.start([first!], TOKEN, undefined, tls);
  await group.start([second!], TOKEN, undefined, tls);
  const keys = Array.from({ length: 200 }, (_, at) => `k${String(at)}`);
  for (const [at, key] of keys.entries()) put(group.taskOf(key), key, at);
  expect(await Promise.all(keys.map((key) => valueOf(here, key)))).toEqual(keys.map((_, at) => at));
});

it('one that is not there is an error', async () => {
  const transport = secureTransport(instance(ours));
  await expect(
    transport.post('127.0.0.1:1', '/questions', { body: '{}', headers: {}, timeoutMs: 500 }),
  ).rejects.toThrow();
});
