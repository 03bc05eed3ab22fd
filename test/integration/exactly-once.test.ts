/** Exactly-once on a real broker: what a reader of committed records sees when instances die, stall, and hand over tasks. */
import { afterEach, expect, test } from 'vitest';
import { CountingGroup } from './counting-group.js';
import { DataClients } from './data-fixture.js';

const EXACT = { processingGuarantee: 'exactly_once_v2', commitInterval: 100 } as const;
const clients = new DataClients();
let group: CountingGroup | null = null;
afterEach(async () => {
  await group?.end();
  group = null;
  await clients.close();
});

/** What a reader of committed records finds of a key, in order. */
async function committedResults(topic: string, partitions: number): Promise<Map<string, number[]>> {
  const results = new Map<string, number[]>();
  for (let partition = 0; partition < partitions; partition++) {
    for (const { key, value } of (await clients.readToEnd(topic, { partition })).records) {
      const list = results.get(String(key)) ?? [];
      list.push(Number(JSON.parse(String(value))));
      results.set(String(key), list);
    }
  }
  return results;
}

const total = (results: ReadonlyMap<string, readonly number[]>): number =>
  [...results.values()].reduce((sum, { length }) => sum + length, 0);

/** Waits until as many results as records are committed; every one must be the next number of its key. */
async function expectEachOnce(counting: CountingGroup, partitions: number): Promise<void> {
  const written = [...counting.truth.values()].reduce((sum, count) => sum + count, 0);
  let results = new Map<string, number[]>();
  await counting.until(`${String(written)} results are committed`, async () => {
    results = await committedResults(counting.output, partitions);
    return total(results) >= written;
  });
  for (const [key, count] of counting.truth) {
    expect(results.get(key), key).toEqual(Array.from({ length: count }, (_, i) => i + 1));
  }
}

/** Without a cache every record has a result. */
const UNCACHED = { ...EXACT, stateStoreCacheMaxBytes: 0 };

test('each result is there once, however often an instance is killed, and a restart reads the tail of the changelog', async () => {
  group = new CountingGroup({ sessionMs: 6_000, more: UNCACHED });
  const counting = group;
  await counting.open(3);
  counting.feed();
  for (let round = 0; round < 3; round++) {
    const child = counting.start('one');
    const before = total(await committedResults(counting.output, 3));
    await counting.until('it has gone on', async () => total(await committedResults(counting.output, 3)) > before + 50);
    child.kill('SIGKILL');
    await child.ended;
  }
  const before = total(await committedResults(counting.output, 3));
  const last = counting.start('one');
  await counting.endFeeding();
  await expectEachOnce(counting, 3);
  // Of the changelog it read what its disk did not have: the last commits.
  const restored = last.lines('restored').map((line) => Number(line.split(' ')[1]));
  expect(restored.reduce((sum, records) => sum + records, 0)).toBeLessThan(before / 2);
  last.kill('SIGTERM');
  expect(await last.ended).toBe(0);
}, 120_000);

test('each result is there once when an instance joins and another leaves', async () => {
  group = new CountingGroup({ sessionMs: 6_000, more: UNCACHED });
  const counting = group;
  await counting.open(4);
  counting.feed();
  const first = counting.start();
  await counting.until('the first runs', () => first.lines('state RUNNING').length > 0);
  const second = counting.start();
  await counting.until('the second runs', () => second.lines('state RUNNING').length > 0);
  const before = total(await committedResults(counting.output, 4));
  await counting.until('both go on', async () => total(await committedResults(counting.output, 4)) > before + 100);
  first.kill('SIGTERM');
  expect(await first.ended).toBe(0);
  await counting.endFeeding();
  await expectEachOnce(counting, 4);
  second.kill('SIGTERM');
  expect(await second.ended).toBe(0);
}, 120_000);

test('each result is there once when an instance is frozen for longer than its session, and wakes up', async () => {
  group = new CountingGroup({ sessionMs: 6_000, more: UNCACHED });
  const counting = group;
  await counting.open(4);
  counting.feed();
  const first = counting.start();
  const second = counting.start();
  for (const child of [first, second]) {
    await counting.until('it runs', () => child.lines('state RUNNING').length > 0);
  }
  first.kill('SIGSTOP');
  // All partitions go on only once the second has the tasks of the first.
  const committed = await counting.committed();
  await counting.until('the second has taken over', async () => {
    const ends = await Promise.all([0, 1, 2, 3].map((partition) => clients.readToEnd(counting.input, { partition })));
    const all = ends.reduce((sum, { endOffset }) => sum + endOffset, 0);
    return (await counting.committed()) > committed + 200 && all - (await counting.committed()) < 500;
  });
  first.kill('SIGCONT');
  await counting.endFeeding();
  await expectEachOnce(counting, 4);
  expect([...first.lines('error'), ...second.lines('error')]).toEqual([]);
}, 120_000);

test('a stall beyond the time-out of the transaction is recovered from, and the log says why', async () => {
  group = new CountingGroup({
    sessionMs: 60_000,
    // The broker looks for transactions to end every 10 s.
    blockMs: 14_000,
    more: { ...UNCACHED, commitInterval: 2_500, transactionTimeout: 3_000, heartbeatInterval: 1_000 },
  });
  const counting = group;
  await counting.open(1);
  const child = counting.start();
  await counting.until('it runs', () => child.lines('state RUNNING').length > 0);
  await counting.write(Array.from({ length: 50 }, (_, i) => [`k${String(i % 5)}`, 'v'] as const));
  await counting.until('it counts', async () => total(await committedResults(counting.output, 1)) >= 50);
  // A transaction is open when the thread begins to be busy.
  const { endOffset } = await clients.readToEnd(counting.output, { isolation: 'uncommitted' });
  await counting.write([['k0', 'v']]);
  await counting.until('a result is written', async () => {
    const now = await clients.readToEnd(counting.output, { isolation: 'uncommitted' });
    return now.endOffset > endOffset;
  });
  await counting.write([
    ['k1', 'block'],
    ['k2', 'v'],
  ]);
  await counting.until('it is busy', () => child.lines('busy').length > 0);
  await counting.write([['k3', 'v']]);
  await expectEachOnce(counting, 1);
  expect(child.lines('warn a transaction was given up').join()).toMatch(/longer than transactionTimeout \(3000 ms\)/);
  expect(child.lines('error')).toEqual([]);
  child.kill('SIGTERM');
  expect(await child.ended).toBe(0);
}, 120_000);
