/** What restoring costs for each changelog record, without Kafka: `npx tsx bench/micro/restore.ts [records] [keys]`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_HEADERS } from '../../src/record/headers.js';
import { RecordContext } from '../../src/record/record-context.js';
import { serdes } from '../../src/serde/serdes.js';
import { openLevelBackend } from '../../src/store/level/open-level.js';
import { MemoryBackend } from '../../src/store/memory/memory-backend.js';
import { CacheBudget } from '../../src/store/cache-budget.js';
import { openTaskState } from '../../src/store/overlay/overlay-task-state.js';
import type { StoreSpec } from '../../src/store/spec.js';

const RECORDS = Number(process.argv[2] ?? 1_000_000);
const KEYS = Number(process.argv[3] ?? 100_000);
/** About a fetch of one MiB. */
const BATCH = 20_000;

async function restore(name: string, kind: 'keyValue' | 'window', keyOf: (record: number) => Buffer): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  const spec: StoreSpec = {
    name: 's',
    kind,
    format: 'timestamped',
    key: undefined,
    value: undefined,
    engine: 'level',
    caching: false,
    logging: {},
    retentionMs: 86_400_000,
    windowSizeMs: 10_000,
  };
  const state = openTaskState({
    task: '0_0',
    partition: 0,
    context: new RecordContext(),
    stores: [{ spec, key: serdes.string(), value: serdes.double(), changelogTopic: 'changelog' }],
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
    cache: new CacheBudget(10 * 1024 * 1024),
    warn: console.warn,
  });
  const value = Buffer.alloc(8, 1);
  const began = process.hrtime.bigint();
  for (let record = 0; record < RECORDS;) {
    for (const end = record + BATCH; record < end; record += 1) {
      state.restore('s', keyOf(record), value, record, NO_HEADERS);
    }
    await state.commitRestored(new Map([['s', record]]));
  }
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  console.log(`${name}: ${(RECORDS / seconds / 1000).toFixed(0)} k records/s`);
  await state.close();
  rmSync(folder, { recursive: true, force: true });
}

const keys = Array.from({ length: KEYS }, (_, index) => Buffer.from(`user-${String(index)}`));
const drawn = Array.from({ length: 1 << 16 }, () => keys[Math.floor(Math.random() * KEYS)] as Buffer);

await restore('table', 'keyValue', (record) => drawn[record & 0xffff] as Buffer);
await restore('windows of 10 s', 'window', (record) => {
  const inner = drawn[record & 0xffff] as Buffer;
  const key = Buffer.alloc(inner.length + 12);
  inner.copy(key);
  // A new window every 100,000 records.
  key.writeUInt32BE(Math.floor(record / 100_000) * 10_000, inner.length + 4);
  return key;
});
