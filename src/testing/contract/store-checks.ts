/** Stores at work over a state backend: what they hold must be what a plain map holds, through commits, evictions and restarts. */
import { NO_HEADERS } from '../../record/headers.js';
import { RecordContext } from '../../record/record-context.js';
import { long } from '../../serde/fixed-width.js';
import { string } from '../../serde/string.js';
import type { StateBackend } from '../../store/backend.js';
import { CacheBudget } from '../../store/cache-budget.js';
import { openTaskState } from '../../store/overlay/overlay-task-state.js';
import type { CommonSpec, StoreSpec } from '../../store/spec.js';
import type { ChangelogAppender, TaskState } from '../../store/task-state.js';
import { mustBe, type CheckBody, type StateBackendUnderTest } from './check.js';

const STEPS = 2_000;
/** Few enough for a key to come back, too many for the cache. */
const KEYS = 60;
const CACHE_BYTES = 4_000;
/** What the stores would send to their changelogs is not looked at. */
const NOBODY: ChangelogAppender = {
  append() {
    // It is the backend that must keep everything.
  },
};

const common: Omit<CommonSpec, 'name'> = {
  key: string(),
  value: long(),
  engine: 'level',
  caching: false,
  logging: {},
};

interface Access {
  readonly put: (key: string, value: number | null, time: number) => void;
  readonly get: (key: string) => number | null;
}

async function work(under: StateBackendUnderTest, spec: StoreSpec, open: (state: TaskState) => Access): Promise<void> {
  const model = new Map<string, number>();
  let backend = await under.create();
  let state = await openOver(backend, spec);
  let store = open(state);
  try {
    for (let step = 1; step <= STEPS; step += 1) {
      const key = String(pick(step, KEYS));
      mustBe(`the value of key ${key} at step ${String(step)}`, store.get(key), model.get(key) ?? null);
      const value = pick(step + STEPS, 5) === 0 ? null : step;
      store.put(key, value, step);
      if (value === null) model.delete(key);
      else model.set(key, value);
      if (step % 50 !== 0) continue;
      state.sealEpoch(NOBODY);
      await state.writeEpoch(new Map([[spec.name, step]]));
      if (step % 500 !== 0 || under.reopen === undefined) continue;
      await state.close();
      backend = await under.reopen(backend);
      state = await openOver(backend, spec);
      mustBe('the changelog offset after a restart', state.changelog(spec.name).offset, step);
      store = open(state);
    }
  } finally {
    await state.destroy();
  }
}

async function openOver(backend: StateBackend, spec: StoreSpec): Promise<TaskState> {
  const context = new RecordContext();
  context.set('input', 0, 0, 0, NO_HEADERS);
  const state = openTaskState({
    task: '0_0',
    partition: 0,
    context,
    stores: [{ spec, key: spec.key ?? string(), value: spec.value ?? long(), changelogTopic: 'changelog' }],
    backends: { level: backend, memory: backend },
    cache: new CacheBudget(CACHE_BYTES),
    warn: (message) => {
      mustBe('what the stores complain of', message, null);
    },
  });
  await state.prepare();
  return state;
}

/** A whole number below `below` that looks drawn by lot, always the same for the same step. */
function pick(step: number, below: number): number {
  let hash = Math.imul(step ^ (step >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) % below;
}

export const storeChecks: Record<string, CheckBody> = {
  'holds a key-value store': (_, under) =>
    work(under, { name: 'rows', kind: 'keyValue', format: 'timestamped', ...common }, (state) => {
      const rows = state.get<string, number>('keyValue', 'rows', 'timestamped');
      return {
        put: (key, value, time) => rows.put(key, value, time),
        get: (key) => rows.get(key)?.value ?? null,
      };
    }),
  'holds a window store': (_, under) =>
    work(
      under,
      { name: 'windows', kind: 'window', format: 'timestamped', retentionMs: 1e9, windowSizeMs: 10, ...common },
      (state) => {
        const windows = state.get<string, number>('window', 'windows', 'timestamped');
        // Two windows a key.
        const start = (key: string): number => (Number(key) % 2) * 10;
        const inner = (key: string): string => String(Number(key) >> 1);
        return {
          put: (key, value, time) => windows.put(inner(key), value, start(key), time),
          get: (key) => windows.fetch(inner(key), start(key))?.value ?? null,
        };
      },
    ),
};
