/** What is only seen from inside: bytes, parts on disk, memory. That it is a map is shown by the property test. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Headers } from '../../../../src/record/headers.js';
import { serdes } from '../../../../src/serde/serdes.js';
import type { SubscriptionStore } from '../../../../src/store/subscription-store.js';
import { spec, StateBench, type BenchOptions } from '../../state-bench.js';

const HEADERS: Headers = [['trace', Buffer.from('1')]];
const bytes = { key: serdes.bytes(), value: serdes.bytes() };
let bench: StateBench;

async function open(options: BenchOptions = {}): Promise<SubscriptionStore> {
  const engine = options.engine ?? 'memory';
  bench = new StateBench([spec({ name: 's', kind: 'subscription', ...bytes, engine })], options);
  await bench.open();
  return bench.state.get('subscription', 's');
}

function put(store: SubscriptionStore, foreign: string, primary: string, value = 'v'): void {
  store.put(Buffer.from(foreign), Buffer.from(primary), Buffer.from(value), 1);
}

function primaries(store: SubscriptionStore, foreign: string): string[] {
  const found: string[] = [];
  store.visit(Buffer.from(foreign), (primary) => found.push(primary.toString()));
  return found;
}

const number = (n: number): string => String(n).padStart(6, '0');

afterEach(async () => {
  await bench.remove();
});

describe('a store of subscriptions', () => {
  it('logs one record a changed key and epoch: length and bytes of the foreign key, primary key, headers', async () => {
    const store = await open();
    bench.record(5, 500, HEADERS);
    put(store, 'xy', 'k', 'old');
    put(store, 'xy', 'k', 'new');
    store.delete(Buffer.from(''), Buffer.from('never there'), 7);
    await bench.commit();
    bench.record(6, 600);
    store.delete(Buffer.from('xy'), Buffer.from('k'), 600);
    await bench.commit();
    const log = bench.changelogs.of('app-s-changelog');
    expect(
      log.map(({ key, value, timestamp, headers }) => [key.toString('latin1'), value?.toString(), timestamp, headers]),
    ).toEqual([
      ['\0\0\0\x02xyk', 'new', 1, HEADERS],
      ['\0\0\0\0never there', undefined, 7, HEADERS],
      ['\0\0\0\x02xyk', undefined, 600, []],
    ]);
  });

  it('writes only the part that a change is in, however many subscriptions there are', async () => {
    const store = await open({ engine: 'level' });
    for (let n = 0; n < 5_000; n += 1) put(store, 'f', number(n), 'x'.repeat(30));
    await bench.commit();
    await bench.crash();
    put(bench.state.get('subscription', 's'), 'f', number(2_500), 'changed');
    expect(bench.budget.residentBytes).toBeLessThan(100_000);
    expect(bench.budget.dirtyBytes).toBeLessThan(30_000);
    await bench.commit();
    await bench.crash();
    expect(primaries(bench.state.get('subscription', 's'), 'f')).toEqual(
      Array.from({ length: 5_000 }, (_, n) => number(n)),
    );
    expect(bench.warnings).toEqual([]);
  });

  it('walks over more than fits into memory without keeping it', async () => {
    const store = await open({ engine: 'level', cacheBytes: 20_000 });
    for (let n = 0; n < 5_000; n += 1) put(store, 'f', number(n), 'x'.repeat(30));
    await bench.commit();
    expect(primaries(store, 'f')).toHaveLength(5_000);
    expect(bench.budget.residentBytes).toBeLessThan(400_000);
  });

  it('fills its parts when keys ascend', async () => {
    const store = await open();
    for (let n = 0; n < 2_000; n += 1) put(store, 'f', number(n), 'x'.repeat(30));
    await bench.commit();
    // About 40 bytes each: filled by less than half, the parts would be 40 or more.
    expect(bench.budget.residentBytes / 2_000).toBeLessThan(65);
  });

  it('leaves nothing on disk when everything is deleted', async () => {
    const store = await open({ engine: 'level' });
    const entries = async (): Promise<number> => {
      let count = 0;
      // The store's own names begin with 2; what is before them belongs to the catalog.
      const [gte, lt] = [Buffer.from('\0\0\0\x02', 'latin1'), Buffer.from('\x01')];
      const scan = bench.disk.scan({ gte, lt, reverse: false });
      for (let next = await scan.next(); next.done !== true; next = await scan.next()) count += next.value.length;
      return count;
    };
    for (let n = 0; n < 500; n += 1) put(store, 'f', number(n), 'x'.repeat(30));
    put(store, 'g', 'k');
    await bench.commit();
    expect(await entries()).toBeGreaterThan(5);
    for (let n = 0; n < 500; n += 1) store.delete(Buffer.from('f'), Buffer.from(number(n)), 2);
    store.delete(Buffer.from('g'), Buffer.from('k'), 2);
    await bench.commit();
    expect(await entries()).toBe(0);
    expect(bench.budget.residentBytes).toBeLessThan(1_000);
    expect(await store.all().toArray()).toEqual([]);
  });

  it('keeps what it was given, not the buffers', async () => {
    const store = await open();
    const [foreign, primary, value] = [Buffer.from('f'), Buffer.from('p'), Buffer.from('v')];
    store.put(foreign, primary, value, 1);
    for (const buffer of [foreign, primary, value]) buffer.fill(0);
    const found: string[] = [];
    store.visit(Buffer.from('f'), (key, content) => found.push(key.toString(), content.toString()));
    expect(found).toEqual(['p', 'v']);
  });

  it('forgets everything when it is wiped', async () => {
    const store = await open({ engine: 'level' });
    put(store, 'f', 'k');
    await bench.commit();
    bench.state.wipe('s');
    expect(primaries(store, 'f')).toEqual([]);
    put(store, 'f', 'other');
    await bench.commit();
    expect(primaries(store, 'f')).toEqual(['other']);
  });
});
