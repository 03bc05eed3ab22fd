import { describe, expect, it } from 'vitest';
import { stores } from '../../../../src/dsl/stores.js';
import { RecordContext } from '../../../../src/record/record-context.js';
import { CacheBudget } from '../../../../src/store/cache-budget.js';
import type { CustomStore, CustomStoreContext } from '../../../../src/store/custom-store.js';
import { MemoryBackend } from '../../../../src/store/memory/memory-backend.js';
import { openTaskState } from '../../../../src/store/overlay/overlay-task-state.js';
import type { StoreFolders } from '../../../../src/store/store-home.js';
import type { TaskState } from '../../../../src/store/task-state.js';
import { bytes } from '../../../../src/serde/bytes.js';
import { codeOf } from '../../../error-code.js';
import { Changelogs } from '../../state-bench.js';

const record = new RecordContext();

function stateOf(
  open: (context: CustomStoreContext) => CustomStore,
  folders: StoreFolders | null = null,
  task = '0_3',
): TaskState {
  const memory = new MemoryBackend();
  return openTaskState({
    task,
    partition: 3,
    context: record,
    clock: { now: () => 99 },
    stores: [
      {
        spec: stores.custom({ name: 'trie', open }),
        key: bytes(),
        value: bytes(),
        changelogTopic: 'app-trie-changelog',
      },
    ],
    home: { applicationId: 'app', folders },
    backends: { level: memory, memory },
    cache: new CacheBudget(1_000),
    warn: () => undefined,
  });
}

/** The context of a store that runs, with its state. */
function running(folders: StoreFolders | null = null): { context: CustomStoreContext; state: TaskState } {
  let context: CustomStoreContext | null = null;
  const state = stateOf((given) => {
    context = given;
    return { restore: () => undefined };
  }, folders);
  void state.prepare();
  return { context: context as unknown as CustomStoreContext, state };
}

const fails = (): never => {
  throw new Error('no space');
};
const restored = (): void => undefined;
const late = (): Promise<never> => Promise.reject(new Error('late'));

describe('the context of a store of the user’s own making', () => {
  it('says where the store is', () => {
    const { context } = running();
    expect(context).toMatchObject({ applicationId: 'app', taskId: '0_3', partition: 3 });
    expect(context.directory()).toBeNull();
  });

  it('dates a change by the record at hand, or else by the clock', () => {
    const { context, state } = running();
    record.set('in', 0, 1, 17, []);
    context.log(Buffer.from('a'), null);
    record.set(null, -1, -1, -1, []);
    context.log(Buffer.from('b'), null);
    const changelogs = new Changelogs();
    state.sealEpoch(changelogs);
    expect(changelogs.of('app-trie-changelog').map(({ timestamp }) => timestamp)).toEqual([17, 99]);
  });

  it('copies what is logged', () => {
    const { context, state } = running();
    const shared = Buffer.from('xyz');
    context.log(shared.subarray(0, 1), shared.subarray(1), 1);
    shared.fill(0);
    const changelogs = new Changelogs();
    state.sealEpoch(changelogs);
    const [logged] = changelogs.of('app-trie-changelog');
    expect([String(logged?.key), String(logged?.value)]).toEqual(['x', 'yz']);
  });

  it.each([
    ['a', null, 1, 'SERIALIZATION_FAILED'],
    [null, null, 1, 'SERIALIZATION_FAILED'],
    [Buffer.from('a'), 'v', 1, 'SERIALIZATION_FAILED'],
    [Buffer.from('a'), undefined, 1, 'SERIALIZATION_FAILED'],
    [Buffer.from('a'), null, -1, 'TIMESTAMP_INVALID'],
    [Buffer.from('a'), null, 1.5, 'TIMESTAMP_INVALID'],
    [Buffer.from('a'), null, 1, 'nothing was thrown'],
  ])('takes no log(%o, %o, %o): %s', (key, value, timestamp, code) => {
    const { context } = running();
    expect(codeOf(() => context.log(key as never, value as never, timestamp))).toBe(code);
  });

  it('logs from the moment when everything is restored to that when the store is closed', async () => {
    const codes: string[] = [];
    let context: CustomStoreContext | null = null;
    const log = (): void => {
      codes.push(codeOf(() => context?.log(Buffer.from('a'), null, 1)));
    };
    const state = stateOf((given) => {
      context = given;
      log();
      return { restore: log, commit: log, close: log };
    });
    state.restore('trie', Buffer.from('a'), null, 0, []);
    await state.commitRestored(new Map());
    void state.prepare();
    log();
    state.sealEpoch(new Changelogs());
    await state.close();
    const invalid = 'STATE_INVALID';
    expect(codes).toEqual([invalid, invalid, 'nothing was thrown', 'nothing was thrown', invalid]);
    expect(codeOf(() => (context as unknown as CustomStoreContext).directory())).toBe(invalid);
  });

  it('makes a folder when it is asked for one, and removes it at the end', async () => {
    const calls: string[] = [];
    const folders: StoreFolders = {
      make: (store) => {
        calls.push(`make ${store}`);
        return `/state/${store}`;
      },
      remove: (store) => calls.push(`remove ${store}`),
    };
    const { context, state } = running(folders);
    expect(calls).toEqual([]);
    expect([context.directory(), context.directory()]).toEqual(['/state/trie', '/state/trie']);
    expect(calls).toEqual(['make trie']);
    await state.close();
    expect(calls).toEqual(['make trie', 'remove trie']);
    await running(folders).state.close();
    expect(calls.length).toBe(2);
  });
});

describe('a store that does not do as it should', () => {
  it.each<[string, (context: CustomStoreContext) => unknown, string, RegExp]>([
    ['throws in open', fails, 'STORE_FAILED', /open\(\) of store trie failed: no space/],
    ['is none', () => undefined, 'TOPOLOGY_INVALID', /must give an object with restore\(\), not undefined/],
    ['has no restore', () => ({}), 'TOPOLOGY_INVALID', /must give an object with restore\(\)/],
    ['is waited for', () => Promise.reject(new Error('late')), 'TOPOLOGY_INVALID', /open\(\) .* returned a promise/],
  ])('%s', (_, open, code, message) => {
    const state = stateOf(open as () => CustomStore);
    expect(() => void state.prepare()).toThrow(message);
    expect(codeOf(() => void state.prepare())).toBe(code);
  });

  it('is given to two tasks', () => {
    const one: CustomStore = { restore: restored };
    void stateOf(() => one).prepare();
    expect(() => void stateOf(() => one, null, '0_4').prepare()).toThrow(/gave the same store again/);
  });

  it.each<[string, Record<string, () => unknown>, RegExp]>([
    ['throws in restore', { restore: fails }, /restore\(\) of store trie failed: no space/],
    ['restores with a promise', { restore: late }, /restore\(\) of store trie returned a promise/],
  ])('%s', (_, methods, message) => {
    const state = stateOf(() => ({ restore: restored, ...methods }));
    state.restore('trie', Buffer.from('a'), null, 0, []);
    expect(() => void state.commitRestored(new Map())).toThrow(message);
  });

  it.each<[string, Record<string, () => unknown>, RegExp]>([
    ['throws in commit', { commit: fails }, /commit\(\) of store trie failed: no space/],
    ['commits with a promise', { commit: late }, /commit\(\) of store trie returned a promise/],
  ])('%s', (_, methods, message) => {
    const state = stateOf(() => ({ restore: restored, ...methods }));
    void state.prepare();
    expect(() => state.sealEpoch(new Changelogs())).toThrow(message);
  });
});
