/**
 * What a row takes on disk and in memory, and what a task takes that has none, without Kafka: the figures of docs/sizing.md.
 * `npm run bench:sizes -- [rows] [tasks]`
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NO_HEADERS } from '../../src/record/headers.js';
import { RecordContext } from '../../src/record/record-context.js';
import type { Serde } from '../../src/serde/serde.js';
import { serdes } from '../../src/serde/serdes.js';
import { openLevelBackend } from '../../src/store/level/open-level.js';
import { MemoryBackend } from '../../src/store/memory/memory-backend.js';
import { CacheBudget } from '../../src/store/cache-budget.js';
import { openTaskState } from '../../src/store/overlay/overlay-task-state.js';
import type { CommonSpec, StoreSpec } from '../../src/store/spec.js';
import type { TaskState } from '../../src/store/task-state.js';

const ROWS = Number(process.argv[2] ?? 200_000);
const TASKS = Number(process.argv[3] ?? 200);
const COMMIT_EVERY = 20_000;
/** As an instance of a few tasks gives each by default. */
const LEVEL = { writeBufferBytes: 4 << 20, cacheBytes: 8 << 20 } as const;
const QUIET_MS = 2_000;

const { gc } = globalThis as { gc?: () => void };
if (gc === undefined) throw new Error('start node with --expose-gc: memory is measured');

const root = mkdtempSync(join(tmpdir(), 'millrace-sizes-'));
let payload = 0;
const appender = {
  append: (_topic: string, _partition: number, key: Buffer | null, value: Buffer | null) => {
    payload += (key?.length ?? 0) + (value?.length ?? 0);
  },
};

interface Opened {
  readonly state: TaskState;
  readonly context: RecordContext;
  readonly budget: CacheBudget;
  readonly folder: string;
}

async function open(task: string, spec: StoreSpec, value: Serde<unknown>, cacheBytes: number): Promise<Opened> {
  const folder = join(root, task);
  const context = new RecordContext();
  const budget = new CacheBudget(cacheBytes);
  const state = openTaskState({
    ...{ task, partition: 0, context, cache: budget, warn: console.warn },
    stores: [{ spec, key: serdes.string(), value, changelogTopic: 'changelog' }],
    backends: {
      memory: new MemoryBackend(),
      level: await openLevelBackend({ folder, identity: 'sizes', warn: console.warn, ...LEVEL }),
    },
  });
  return { state, context, budget, folder };
}

const common: CommonSpec = {
  name: 's',
  key: undefined,
  value: undefined,
  engine: 'level',
  caching: false,
  logging: {},
};
const keyValue: StoreSpec = { ...common, kind: 'keyValue', format: 'timestamped' };
const windows: StoreSpec = {
  ...{ ...common, kind: 'window', format: 'timestamped', retentionMs: 86_400_000, windowSizeMs: 10_000 },
};
const sessions: StoreSpec = {
  ...{ ...common, kind: 'session', format: 'plain', retentionMs: 86_400_000, sessionGapMs: 2_000 },
};

type Put = (key: string, row: number) => void;

async function measure(
  name: string,
  spec: StoreSpec,
  value: Serde<unknown>,
  putting: (state: TaskState) => Put,
): Promise<void> {
  payload = 0;
  const { state, context, budget, folder } = await open(`0_${name.replaceAll(/\W/g, '')}`, spec, value, 4 * 2 ** 30);
  const put = putting(state);
  const before = heap();
  for (let row = 0; row < ROWS; row += 1) {
    context.set('input', 0, row, row, NO_HEADERS);
    put(`user-${mixed(row)}`, row);
    if ((row + 1) % COMMIT_EVERY === 0) await commit(state, row + 1);
  }
  await commit(state, ROWS);
  const [inHeap, counted] = [heap() - before, budget.residentBytes];
  await state.close();
  const each = (bytes: number): string => `${(bytes / ROWS).toFixed(0)} bytes`;
  const disk = bytesOf(folder);
  console.log(
    `${name}: ${each(payload)} of key and value, ${each(disk)} on disk; in memory ${each(counted)} as counted, ${each(inHeap)} of heap`,
  );
}

async function commit(state: TaskState, offset: number): Promise<void> {
  state.flushCaches();
  state.sealEpoch(appender);
  await state.writeEpoch(new Map([['s', offset]]));
}

/** Of tasks with an empty store each. */
async function measureTasks(): Promise<void> {
  gc?.();
  const before = process.memoryUsage().rss;
  const opened: Opened[] = [];
  for (let task = 0; task < TASKS; task += 1) {
    opened.push(await open(`1_${String(task)}`, keyValue, serdes.double(), 1 << 20));
  }
  await sleep(QUIET_MS);
  gc?.();
  const each = (process.memoryUsage().rss - before) / TASKS / 1024;
  console.log(`a task with an empty store: ${each.toFixed(0)} KiB of memory`);
  for (const { state } of opened) await state.close();
}

/** Eight hexadecimal digits in no order, each once for numbers below 2^32: what comes one after the other, LevelDB would make small. */
function mixed(number: number): string {
  let bits = Math.imul(number, 0x9e3779b1);
  bits ^= bits >>> 15;
  return (Math.imul(bits, 0x85ebca6b) >>> 0).toString(16).padStart(8, '0');
}

function heap(): number {
  gc?.();
  gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function bytesOf(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

console.log(`${String(ROWS)} rows; a commit every ${String(COMMIT_EVERY)}`);
await measureTasks();
await measure('a count of a key', keyValue, serdes.long(), (state) => {
  const store = state.get<string, number>('keyValue', 's', 'timestamped');
  return (key, row) => {
    store.put(key, row, row);
  };
});
await measure('a JSON aggregate of a key', keyValue, serdes.json<unknown>(), (state) => {
  const store = state.get<string, unknown>('keyValue', 's', 'timestamped');
  return (key, row) => {
    store.put(
      key,
      { count: row, total: row * 2.5, last: Array.from({ length: 7 }, (_, n) => mixed(row * 8 + n)).join('') },
      row,
    );
  };
});
await measure('a count of a window', windows, serdes.long(), (state) => {
  const store = state.get<string, number>('window', 's', 'timestamped');
  return (key, row) => {
    store.put(key, row, row - (row % 10_000), row);
  };
});
await measure('a count of a session', sessions, serdes.long(), (state) => {
  const store = state.get<string, number>('session', 's');
  return (key, row) => {
    store.put(key, row, row + 5_000, row);
  };
});
rmSync(root, { recursive: true, force: true });
