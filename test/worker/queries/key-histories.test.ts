import { expect, it } from 'vitest';
import { serdes } from '../../../src/serde/serdes.js';
import { StoreGroup, StoreTask } from '../../query/store-instances.js';
import { countingStore } from '../../store/counting-store.js';
import { spec } from '../../store/state-bench.js';

const SPECS = [
  spec({ name: 'counts', kind: 'keyValue' }),
  spec({ name: 'headed', kind: 'keyValue', format: 'headers' }),
  spec({ name: 'silent', kind: 'keyValue', logging: false }),
  spec({ name: 'held', kind: 'suppressBuffer' }),
  countingStore('own'),
  spec({ name: 'texts', kind: 'keyValue', value: serdes.json() }),
];
const WORLD = spec({ name: 'world', kind: 'keyValue', logging: false, sourceTopic: 'world-topic' });

async function instance(): Promise<{ group: StoreGroup; queries: StoreGroup['instances'][number]['queries'] }> {
  const group = new StoreGroup(SPECS, 1, new StoreTask('global', [WORLD], 0), [WORLD]);
  const { queries, server } = await group.start(group.tasks);
  await server.close();
  return { group, queries };
}

const log = (group: StoreGroup, topic: string): ReturnType<StoreTask['bench']['changelogs']['of']> =>
  (group.tasks[0] as StoreTask).bench.changelogs.of(topic);

it('says why a store has no history', async () => {
  const { queries } = await instance();
  await expect(queries.history('silent', 'a')).rejects.toMatchObject({
    reason: 'UNKNOWN_QUERY_TYPE',
    message: expect.stringContaining('store silent has no changelog (logging is off)') as string,
  });
  await expect(queries.history('held', 'a')).rejects.toMatchObject({ reason: 'UNKNOWN_QUERY_TYPE' });
  await expect(queries.history('own', 'a')).rejects.toMatchObject({ reason: 'UNKNOWN_QUERY_TYPE' });
  await expect(queries.history('none', 'a')).rejects.toMatchObject({ reason: 'DOES_NOT_EXIST' });
  for (const options of [{ limit: 0 }, { limit: 1_001 }, { before: 1.5 }])
    await expect(queries.history('counts', 'a', options)).rejects.toMatchObject({ reason: 'INVALID' });
});

it('shows headers where the store keeps them, and only there', async () => {
  const { group, queries } = await instance();
  const headers = [['trace', Buffer.from('1')]] as const;
  const value = serdes.double().serialize(7, '');
  const record = { key: Buffer.from('a'), value, headers, timestamp: 5 };
  for (const store of ['counts', 'headed']) log(group, `app-${store}-changelog`).push(record);
  const of = { key: 'a', value: 7, deleted: false, problem: null, timestamp: 5, start: null, end: null, offset: 0 };
  expect((await queries.history('counts', 'a')).rows).toEqual([{ ...of, headers: null }]);
  expect((await queries.history('headed', 'a')).rows).toEqual([{ ...of, headers }]);
});

it('shows what it can read beside what it cannot', async () => {
  const { group, queries } = await instance();
  const record = { key: Buffer.from('a'), headers: [], timestamp: 5 };
  for (const value of ['{"a":1}', 'no JSON']) {
    log(group, 'app-texts-changelog').push({ ...record, value: Buffer.from(value) });
  }
  const { rows } = await queries.history('texts', 'a');
  expect(rows.map(({ value }) => value)).toEqual([null, { a: 1 }]);
  expect(rows[0]?.problem).toContain('JSON');
  expect(rows.map(({ deleted }) => deleted)).toEqual([false, false]);
});

it('reads the topic of a global store, and the partition that it is told', async () => {
  const { group, queries } = await instance();
  log(group, 'world-topic').push({
    ...{ key: Buffer.from('earth'), value: serdes.double().serialize(3, ''), headers: [], timestamp: 1 },
  });
  const of = { topic: 'world-topic', partition: 0, rows: [{ key: 'earth', value: 3 }] };
  expect(await queries.history('world', 'earth')).toMatchObject(of);
  group.changelogs.partitions = 4;
  expect(await queries.history('world', 'earth', { partition: 0 })).toMatchObject(of);
  await expect(queries.history('world', 'earth', { partition: 4 })).rejects.toMatchObject({ reason: 'DOES_NOT_EXIST' });
});

it('reads few at a time, and the others in their turn', async () => {
  const { group, queries } = await instance();
  const { changelogs } = group;
  log(group, 'app-counts-changelog').push({ key: Buffer.from('a'), value: null, headers: [], timestamp: 1 });
  changelogs.silent = true;
  let most = 0;
  const asked = Array.from({ length: 6 }, () => queries.history('counts', 'a', { timeout: '60s' }));
  const late = queries.history('counts', 'a', { timeout: 30 });
  await expect(late).rejects.toMatchObject({ reason: 'NOT_ACTIVE' });
  changelogs.beforeFetch = () => {
    most = Math.max(most, changelogs.open);
  };
  expect(changelogs.open).toBe(2);
  changelogs.speak();
  for (const { rows } of await Promise.all(asked)) expect(rows).toHaveLength(1);
  expect([most, changelogs.open]).toEqual([2, 0]);
});

it('gives up what it waits for when the time is over, and closes it', async () => {
  const { group, queries } = await instance();
  group.changelogs.silent = true;
  await expect(queries.history('counts', 'a', { timeout: 10 })).rejects.toMatchObject({ reason: 'UNREACHABLE' });
  expect(group.changelogs.open).toBe(0);
});
