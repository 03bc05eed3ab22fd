import { describe, expect, it } from 'vitest';
import { stores } from '../../../../src/dsl/stores.js';
import { ownStore, type CustomStoreFace } from '../../../../src/store/any-store.js';
import type { CustomStoreContext, RestoredChange } from '../../../../src/store/custom-store.js';
import type { StoreSpec } from '../../../../src/store/spec.js';
import { codeOf } from '../../../error-code.js';
import { CountingStore, countingStore } from '../../counting-store.js';
import { spec, StateBench, type LoggedRecord } from '../../state-bench.js';

const TOPIC = 'app-counts-changelog';

function own(bench: StateBench, name = 'counts'): CountingStore {
  const store = bench.state.stores.find((one) => one.name === name);
  return ownStore(store as CustomStoreFace) as CountingStore;
}

async function benchOf(...specs: StoreSpec[]): Promise<StateBench> {
  const bench = await new StateBench(specs).open();
  await bench.restore();
  await bench.state.prepare();
  return bench;
}

function texts(records: readonly LoggedRecord[]): unknown[] {
  return records.map(({ key, value, timestamp }) => [key.toString(), value?.toString() ?? null, timestamp]);
}

describe('a store of the user’s own making', () => {
  it('is opened once for a task, and told where it is', async () => {
    const opened: CountingStore[] = [];
    const bench = await new StateBench([countingStore('counts', opened)]).open();
    expect(opened).toEqual([]);
    expect(codeOf(() => own(bench))).toBe('STORE_UNAVAILABLE');
    await bench.restore();
    await bench.state.prepare();
    expect(own(bench)).toBe(opened[0]);
    expect(opened.length).toBe(1);
    expect(opened[0]?.context).toMatchObject({ applicationId: '', taskId: '0_0', partition: 0 });
    expect(bench.state.stores[0]).toMatchObject({ name: 'counts', kind: 'custom', format: 'plain', persistent: false });
  });

  it('logs with the epoch, the last of each key, in the order in which they were logged last', async () => {
    const bench = await benchOf(stores.custom({ name: 'counts', open: (context) => new CountingStore(context) }));
    const { context } = own(bench);
    expect(bench.state.dirty).toBe(false);
    bench.record(0, 7);
    context.log(Buffer.from('a'), Buffer.from('1'));
    context.log(Buffer.from('b'), new Uint8Array([0x31]), 5);
    context.log(Buffer.from('a'), Buffer.from('2'));
    context.log(Buffer.from('c'), null);
    expect([bench.state.dirty, bench.changelogs.of(TOPIC)]).toEqual([true, []]);
    await bench.commit();
    expect(texts(bench.changelogs.of(TOPIC))).toEqual([
      ['b', '1', 5],
      ['a', '2', 7],
      ['c', null, 7],
    ]);
    expect(bench.state.dirty).toBe(false);
    await bench.commit();
    expect(bench.changelogs.of(TOPIC).length).toBe(3);
  });

  it('may log in its commit, which comes once a commit', async () => {
    const bench = await benchOf(countingStore('counts'));
    const store = own(bench);
    expect(store.commits).toBe(0);
    bench.record(0, 3);
    store.add('a');
    store.add('a');
    store.add('b');
    await bench.commit();
    expect(store.commits).toBe(1);
    expect(texts(bench.changelogs.of(TOPIC))).toEqual([
      ['a', '2', 3],
      ['b', '1', 3],
    ]);
    await bench.commit();
    expect([store.commits, bench.changelogs.of(TOPIC).length]).toEqual([2, 2]);
  });

  it('is opened anew and restored from the start of its changelog, without what was not committed', async () => {
    const opened: CountingStore[] = [];
    const bench = await benchOf(countingStore('counts', opened));
    for (const key of ['a', 'b', 'a']) own(bench).add(key);
    await bench.commit();
    own(bench).delete('b');
    own(bench).add('c');
    await bench.commit();
    own(bench).add('a');
    own(bench).context.log(Buffer.from('a'), Buffer.from('3'));
    await bench.crash();
    expect(opened.map(({ closed }) => closed)).toEqual([true, false]);
    expect([...own(bench).counts]).toEqual([
      ['a', 2],
      ['c', 1],
    ]);
    expect(own(bench).commits).toBe(0);
    expect(bench.state.dirty).toBe(false);
    own(bench).add('a');
    await bench.commit();
    const last = bench.changelogs.of(TOPIC).at(-1);
    expect([String(last?.key), String(last?.value)]).toEqual(['a', '3']);
  });

  it('gets what is restored as its own, in batches between which the thread may turn to something else', async () => {
    const bench = await new StateBench([countingStore('counts')]).open();
    const key = Buffer.from('a');
    const value = Buffer.from('1');
    for (let i = 0; i < 600; i += 1) bench.state.restore('counts', key, value, i, []);
    key.fill(0);
    value.fill(0);
    let pauses = 0;
    const slice = { begin: () => undefined, over: () => true, pause: () => Promise.resolve(void (pauses += 1)) };
    await bench.state.commitRestored(new Map([['counts', 600]]), slice);
    await bench.state.prepare();
    expect(own(bench).batches).toEqual([256, 256, 88]);
    expect(pauses).toBeGreaterThanOrEqual(2);
    expect([...own(bench).counts]).toEqual([['a', 1]]);
  });

  it('is told keys, values and times as they were logged', async () => {
    const restored: RestoredChange[] = [];
    const logged: CustomStoreContext[] = [];
    const open = (context: CustomStoreContext) => {
      logged.push(context);
      return { restore: (changes: readonly RestoredChange[]) => void restored.push(...changes) };
    };
    const bench = await benchOf(stores.custom({ name: 'counts', open }));
    logged[0]?.log(Buffer.from([0xff, 0]), Buffer.alloc(0), 11);
    logged[0]?.log(Buffer.from('b'), null, 12);
    await bench.commit();
    await bench.crash();
    expect(restored).toEqual([
      { key: Buffer.from([0xff, 0]), value: Buffer.alloc(0), timestamp: 11 },
      { key: Buffer.from('b'), value: null, timestamp: 12 },
    ]);
  });

  it('has no commit while other stores of its task are restored', async () => {
    const bench = await new StateBench([
      countingStore('counts', [], false),
      spec({ name: 'rows', kind: 'keyValue' }),
    ]).open();
    bench.state.restore('rows', Buffer.from('a'), Buffer.alloc(8), 0, []);
    await bench.state.commitRestored(new Map([['rows', 1]]));
    await bench.state.prepare();
    expect(own(bench).commits).toBe(0);
  });

  it('logs nothing where logging is off, and is not restored', async () => {
    const bench = await benchOf(countingStore('counts', [], false));
    own(bench).add('a');
    await bench.commit();
    expect(own(bench).commits).toBe(1);
    expect([...bench.changelogs.topics]).toEqual([]);
    expect(bench.state.changelog('counts').topic).toBeNull();
    await bench.crash();
    expect([own(bench).counts.size, own(bench).batches]).toEqual([0, []]);
  });

  it('logs for the next epoch what comes while one is sealed', async () => {
    const bench = await benchOf(countingStore('counts'));
    for (let i = 0; i < 40; i += 1) own(bench).add(String(i));
    bench.whilePaused = () => {
      own(bench).context.log(Buffer.from('late'), Buffer.from('1'), 1);
    };
    expect(bench.seal()).toBeGreaterThan(1);
    bench.whilePaused = () => undefined;
    expect(bench.changelogs.of(TOPIC).length).toBe(40);
    await bench.state.writeEpoch(bench.ends());
    expect(bench.state.dirty).toBe(true);
    await bench.commit();
    expect(texts(bench.changelogs.of(TOPIC)).at(-1)).toEqual(['late', '1', 1]);
    expect(bench.changelogs.of(TOPIC).length).toBe(41);
  });

  it('begins anew where its log has moved on while it was restored', async () => {
    const opened: CountingStore[] = [];
    const bench = await new StateBench([countingStore('counts', opened)]).open();
    bench.state.restore('counts', Buffer.from('a'), Buffer.from('1'), 0, []);
    await bench.state.commitRestored(new Map([['counts', 1]]));
    bench.state.wipe('counts');
    bench.state.restore('counts', Buffer.from('b'), Buffer.from('2'), 0, []);
    await bench.state.commitRestored(new Map([['counts', 9]]));
    await bench.state.prepare();
    expect(opened.map(({ closed }) => closed)).toEqual([true, false]);
    expect([...own(bench).counts]).toEqual([['b', 2]]);
    expect(codeOf(() => opened[0]?.context.log(Buffer.from('a'), null))).toBe('STATE_INVALID');
  });

  it('counts what waits for the commit, and asks for one when that is too much', async () => {
    const bench = await new StateBench([countingStore('counts')], { maxDirtyBytes: 10_000 }).open();
    await bench.state.prepare();
    const { context } = own(bench);
    for (let i = 0; i < 20; i += 1) context.log(Buffer.from('same'), Buffer.alloc(1_000), 0);
    expect(bench.state.wantsCommit).toBe(false);
    for (let i = 0; i < 20; i += 1) context.log(Buffer.from(String(i)), Buffer.alloc(1_000), 0);
    expect(bench.state.wantsCommit).toBe(true);
    expect(bench.state.memory()[0]?.uncommitted).toBeGreaterThan(21_000);
    await bench.commit();
    expect(bench.state.wantsCommit).toBe(false);
    expect(bench.state.memory()).toEqual([{ store: 'counts', resident: 0, uncommitted: 0 }]);
  });

  it('is closed once, and what it throws then closes no less of the others', async () => {
    const opened: CountingStore[] = [];
    const failing = stores.custom({
      name: 'failing',
      open: () => ({
        restore: () => undefined,
        close: () => {
          throw new Error('still busy');
        },
      }),
    });
    const bench = await benchOf(failing, countingStore('counts', opened));
    await expect(bench.state.close()).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringContaining('close() of store failing failed: still busy') as string,
    });
    expect(opened[0]?.closed).toBe(true);
    await bench.state.close();
    expect(codeOf(() => own(bench))).toBe('STORE_UNAVAILABLE');
    expect(bench.budget.residentBytes).toBe(0);
  });
});
