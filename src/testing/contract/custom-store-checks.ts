/** What a store of the user's own making must do: the checks, one a thing, on the task state of production. */
import { RecordContext } from '../../record/record-context.js';
import { NO_HEADERS } from '../../record/headers.js';
import { bytes } from '../../serde/bytes.js';
import { ownStore } from '../../store/any-store.js';
import { CacheBudget } from '../../store/cache-budget.js';
import type { CustomStore, CustomStoreContext } from '../../store/custom-store.js';
import { MemoryBackend } from '../../store/memory/memory-backend.js';
import { openTaskState } from '../../store/overlay/overlay-task-state.js';
import type { CustomSpec } from '../../store/spec.js';
import type { StateStore } from '../../store/state-store.js';
import type { TaskState } from '../../store/task-state.js';
import { BrokenContract, mustBe } from './check.js';

/** A store to be checked. */
export interface CustomStoreUnderTest<S extends CustomStore> {
  /** As of `stores.custom`. */
  readonly open: (context: CustomStoreContext) => S;
  /** Changes the store as processors do, in each step; best what other steps have put, too. @param step 0, 1, 2 … */
  readonly change: (store: S, step: number) => void;
  /** All that processors can see of it, as plain data: what is equal is the same as JSON. */
  readonly read: (store: S) => unknown;
}

interface Logged {
  readonly key: Buffer;
  readonly value: Buffer | null;
  readonly timestamp: number;
}

const STEPS = 50;
const CACHE_BYTES = 1_000_000;

/** Stores of the same description and their changelog. */
export class CheckedStores<S extends CustomStore> {
  readonly log: Logged[] = [];
  private readonly opened: TaskState[] = [];

  constructor(private readonly under: CustomStoreUnderTest<S>) {}

  /** Restores a store from a changelog. @param atOnce how many changes it gets at a time */
  open(log: readonly Logged[] = [], atOnce = log.length): OneStore<S> {
    const { open } = this.under;
    const spec: CustomSpec = {
      ...{ name: 'checked', kind: 'custom', format: 'plain', engine: 'memory', caching: false, logging: {} },
      ...{ key: bytes(), value: bytes(), open },
    };
    const memory = new MemoryBackend();
    const context = new RecordContext();
    context.set('input', 0, 0, 0, NO_HEADERS);
    const state = openTaskState({
      task: '0_0',
      partition: 0,
      context,
      stores: [{ spec, key: bytes(), value: bytes(), changelogTopic: 'changelog' }],
      backends: { level: memory, memory },
      cache: new CacheBudget(CACHE_BYTES),
      warn: () => undefined,
    });
    this.opened.push(state);
    for (const [index, { key, value, timestamp }] of log.entries()) {
      state.restore('checked', key, value, timestamp, NO_HEADERS);
      if ((index + 1) % atOnce === 0) void state.commitRestored(new Map());
    }
    void state.commitRestored(new Map());
    void state.prepare();
    return new OneStore(state, this.under, this.log);
  }

  /** Closes all that are open. */
  async close(): Promise<void> {
    for (const state of this.opened.splice(0)) await state.close();
  }
}

class OneStore<S extends CustomStore> {
  readonly own: S;

  constructor(
    private readonly state: TaskState,
    private readonly under: CustomStoreUnderTest<S>,
    private readonly log: Logged[],
  ) {
    this.own = ownStore(state.stores[0] as StateStore) as S;
  }

  /** @param commitEvery a commit after so many steps */
  change(from: number, to: number, commitEvery: number): void {
    for (let step = from; step < to; step += 1) {
      this.under.change(this.own, step);
      if ((step + 1) % commitEvery === 0) this.commit();
    }
    this.commit();
  }

  commit(): void {
    this.state.sealEpoch({
      append: (_topic, _partition, key, value, _headers, timestamp) => {
        this.log.push({ key: Buffer.from(key as Buffer), value: value && Buffer.from(value), timestamp });
      },
    });
    void this.state.writeEpoch(new Map());
  }

  /** As JSON: what is told is what it was then. */
  read(): string {
    return JSON.stringify(this.under.read(this.own));
  }
}

/** What compaction leaves of a changelog. */
function compacted(log: readonly Logged[]): Logged[] {
  const last = new Map(log.map((one) => [one.key.toString('latin1'), one]));
  return log.filter((one) => last.get(one.key.toString('latin1')) === one);
}

export type CustomStoreCheckBody = (stores: CheckedStores<CustomStore>) => void;

export const customStoreChecks: Record<string, CustomStoreCheckBody> = {
  'is empty when it is opened, whatever an earlier one held': (stores) => {
    const first = stores.open();
    const empty = first.read();
    first.change(0, STEPS, STEPS);
    if (first.read() === empty) throw new BrokenContract(`${String(STEPS)} steps must change what is read`);
    mustBe('what is read of another one', stores.open().read(), empty);
  },
  'is restored from what it logs': (stores) => {
    const first = stores.open();
    first.change(0, STEPS, STEPS);
    mustBe('what is read of the restored store', stores.open(stores.log).read(), first.read());
  },
  'is restored from what it logs with many commits': (stores) => {
    const first = stores.open();
    first.change(0, STEPS, 1);
    mustBe('what is read of the restored store', stores.open(stores.log).read(), first.read());
  },
  'has logged everything with the commit': (stores) => {
    const first = stores.open();
    for (let step = 0; step < STEPS; step += 1) {
      first.change(step, step + 1, Number.POSITIVE_INFINITY);
      mustBe(`what is restored after step ${String(step)}`, stores.open(stores.log).read(), first.read());
    }
  },
  'is restored from what compaction leaves': (stores) => {
    const first = stores.open();
    first.change(0, STEPS, 3);
    mustBe('what is read of the restored store', stores.open(compacted(stores.log)).read(), first.read());
  },
  'is restored in batches of any size': (stores) => {
    const first = stores.open();
    first.change(0, STEPS, 7);
    for (const atOnce of [1, 3]) {
      mustBe(`what is restored ${String(atOnce)} at a time`, stores.open(stores.log, atOnce).read(), first.read());
    }
  },
  'goes on after it was restored as if it had never been away': (stores) => {
    const half = STEPS / 2;
    const first = stores.open();
    first.change(0, half, 3);
    const second = stores.open([...stores.log]);
    first.change(half, STEPS, 3);
    stores.log.splice(0);
    second.change(half, STEPS, 3);
    mustBe('what is read of the restored store', second.read(), first.read());
  },
  'logs nothing for a commit without a change': (stores) => {
    const first = stores.open();
    first.change(0, STEPS, STEPS);
    const { length } = stores.log;
    first.commit();
    mustBe('the number of changes that are logged', stores.log.length, length);
    stores.open([...stores.log]).commit();
    mustBe('the number of changes that are logged by a restored store', stores.log.length, length);
  },
};
