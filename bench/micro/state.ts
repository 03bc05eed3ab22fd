/**
 * What a get and a put cost, and what a commit costs for each changed key, without Kafka.
 * `npx tsx bench/micro/state.ts [keys] [level|memory]`; with `--cpu-prof` for where the time goes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

const KEYS = Number(process.argv[2] ?? 10_000);
const ENGINE = process.argv[3] === 'memory' ? 'memory' : 'level';
const ONLY = process.argv[4] ?? '';
const OPERATIONS = 4_000_000;
const COMMIT_EVERY = 100_000;
/** With 10,000 keys a session has seven records or so. */
const SESSION_GAP_MS = 2_000;
const CACHE_BYTES = 64 * 1024 * 1024;

// As they come from a record: other objects than those that the store keeps.
const stored = Array.from({ length: KEYS }, (_, index) => Buffer.from(`user-${String(index)}`));
const drawn = Uint32Array.from({ length: 1 << 16 }, () => Math.floor(Math.random() * KEYS));

let appended = 0;
const appender = {
  append: (_topic: string, _partition: number, key: Buffer | null, value: Buffer | null) => {
    appended += (key?.length ?? 0) + (value?.length ?? 0);
  },
};

type Update = (key: string, time: number) => void;

async function measure(
  name: string,
  kind: 'keyValue' | 'window' | 'session',
  value: Serde<unknown>,
  caching: boolean,
  updating: (state: TaskState) => Update,
  listen: (state: TaskState) => void = () => undefined,
): Promise<void> {
  if (!name.includes(ONLY)) return;
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  const common: CommonSpec = {
    name: 's',
    key: undefined,
    value: undefined,
    engine: ENGINE,
    caching,
    logging: {},
  };
  const retentionMs = 15_000;
  const spec: StoreSpec =
    kind === 'session'
      ? { ...common, kind, format: 'plain', retentionMs, sessionGapMs: SESSION_GAP_MS }
      : kind === 'window'
        ? { ...common, kind, format: 'timestamped', retentionMs, windowSizeMs: 10_000 }
        : { ...common, kind, format: 'timestamped' };
  const context = new RecordContext();
  const state = openTaskState({
    task: '0_0',
    partition: 0,
    context,
    stores: [{ spec, key: serdes.string(), value, changelogTopic: 'changelog' }],
    backends: {
      memory: new MemoryBackend(),
      level: await openLevelBackend({
        folder,
        identity: 'bench',
        writeBufferBytes: 4 << 20,
        cacheBytes: 8 << 20,
        warn: console.warn,
      }),
    },
    cache: new CacheBudget(CACHE_BYTES),
    warn: console.warn,
  });
  if (caching) listen(state);
  const update = updating(state);

  let working = 0n;
  let sealing = 0n;
  let writing = 0n;
  let logged = 0;
  const noted = {
    append: (...record: Parameters<typeof appender.append>) => {
      logged += 1;
      appender.append(...record);
    },
  };
  const cpu = process.cpuUsage();
  let warm = 0n;
  for (let done = 0, offset = 0; done < OPERATIONS; done += COMMIT_EVERY) {
    const began = process.hrtime.bigint();
    for (let index = 0; index < COMMIT_EVERY; index += 1) {
      offset += 1;
      const key = (stored[drawn[offset & 0xffff] as number] as Buffer).toString('latin1');
      context.set('input', 0, offset, Math.floor(offset / 10), NO_HEADERS);
      update(key, Math.floor(offset / 10));
    }
    const updated = process.hrtime.bigint();
    state.flushCaches();
    state.sealEpoch(noted);
    const sealed = process.hrtime.bigint();
    await state.writeEpoch(new Map([['s', offset]]));
    const written = process.hrtime.bigint();
    if (done < OPERATIONS / 4) {
      warm = written;
      logged = 0;
      continue;
    }
    working += updated - began;
    sealing += sealed - updated;
    writing += written - sealed;
  }
  const used = process.cpuUsage(cpu);
  const measured = OPERATIONS * 0.75;
  const each = (time: bigint, count: number): string => `${(Number(time) / count).toFixed(0)} ns`;
  const all = Number(process.hrtime.bigint() - warm) / 1e9;
  console.log(
    `${name}: ${each(working, measured)} a record to generate, get and put; commit of ${String(Math.round(logged / (measured / COMMIT_EVERY)))} changed: ` +
      `seal ${each(sealing, logged)}, write ${each(writing, logged)} a change; ` +
      `${(measured / all / 1e6).toFixed(2)} M records/s in all, cpu ${((used.user + used.system) / 1e6).toFixed(1)} s`,
  );
  await state.close();
  rmSync(folder, { recursive: true, force: true });
}

const nothing = (): Update => () => undefined;
const sum = (state: TaskState): Update => {
  const store = state.get<string, number>('keyValue', 's', 'timestamped');
  return (key, time) => {
    const found = store.get(key);
    store.put(key, (found === null ? 0 : found.value) + 1.5, time);
  };
};
const count = (state: TaskState): Update => {
  const store = state.get<string, number>('window', 's', 'timestamped');
  return (key, time) => {
    const start = time - (time % 10_000);
    const found = store.fetch(key, start);
    store.put(key, (found === null ? 0 : found.value) + 1, start, time);
  };
};
const fold = (state: TaskState): Update => {
  const store = state.get<string, { count: number; total: number }>('keyValue', 's', 'timestamped');
  return (key, time) => {
    const found = store.get(key)?.value ?? { count: 0, total: 0 };
    store.put(key, { count: found.count + 1, total: found.total + 2.5 }, time);
  };
};
const session = (state: TaskState): Update => {
  const store = state.get<string, number>('session', 's');
  return (key, time) => {
    const found = store.findSessions(key, time - SESSION_GAP_MS, time + SESSION_GAP_MS);
    let records = 1;
    let start = time;
    let end = time;
    for (const one of found) {
      records += one.value;
      start = Math.min(start, one.start);
      end = Math.max(end, one.end);
      store.remove(key, one.start, one.end);
    }
    store.put(key, start, end, records);
  };
};
let emitted = 0;
const listenToKeys = (state: TaskState): void => {
  state.get('keyValue', 's', 'timestamped').setFlushListener(() => (emitted += 1), false);
};
const listenToWindows = (state: TaskState): void => {
  state.get('window', 's', 'timestamped').setFlushListener(() => (emitted += 1), false);
};
const listenToSessions = (state: TaskState): void => {
  state.get('session', 's').setFlushListener(() => (emitted += 1), false);
};

console.log(`${ENGINE}, ${String(KEYS)} keys, a commit every ${String(COMMIT_EVERY)} records`);
await measure('nothing but keys', 'keyValue', serdes.double(), false, nothing);
await measure('sum of doubles', 'keyValue', serdes.double(), false, sum);
await measure('sum of doubles, held back', 'keyValue', serdes.double(), true, sum, listenToKeys);
await measure('JSON aggregate', 'keyValue', serdes.json<unknown>(), false, fold);
await measure('windowed count', 'window', serdes.long(), false, count);
await measure('windowed count, held back', 'window', serdes.long(), true, count, listenToWindows);
await measure('session count', 'session', serdes.long(), false, session);
await measure('session count, held back', 'session', serdes.long(), true, session, listenToSessions);
console.log(`(${String(appended)} bytes logged, ${String(emitted)} emissions)`);
