/** What a piece of a store stands on, without the store: its parts over a backend in memory, and commits of it. */
import { RecordContext } from '../../../src/record/record-context.js';
import { Turn } from '../../../src/record/turn.js';
import type { StateBackend } from '../../../src/store/backend.js';
import { CacheBudget } from '../../../src/store/cache-budget.js';
import { MemoryBackend } from '../../../src/store/memory/memory-backend.js';
import type { Contents, Sealing } from '../../../src/store/overlay/epoch/overlay-store.js';
import { OverlayParts } from '../../../src/store/overlay/epoch/store-parts.js';
import { NO_PROGRESS } from '../../../src/store/overlay/epoch/store-site.js';
import type { StoreSpec } from '../../../src/store/spec.js';
import { NO_HOME } from '../../../src/store/store-home.js';
import { WriteBatch } from '../../../src/store/write-batch.js';
import { Changelogs, type LoggedRecord } from '../state-bench.js';

export const PREFIX = 7;

export interface PartsBench {
  readonly parts: OverlayParts;
  readonly backend: MemoryBackend;
  readonly budget: CacheBudget;
  /** Keys that were looked for on disk, since it was last emptied. */
  readonly reads: string[];
  readonly changelogs: Changelogs;
  /** Puts an epoch on disk; gives what went to the changelog. */
  commit(contents: Pick<Contents, 'seal'>): LoggedRecord[];
}

export function partsOf(
  spec: StoreSpec,
  { maxBytes = 1_000_000, logged = true }: { readonly maxBytes?: number; readonly logged?: boolean } = {},
): PartsBench {
  const context = new RecordContext();
  const budget = new CacheBudget(maxBytes);
  const backend = new MemoryBackend();
  const changelogs = new Changelogs();
  const reads: string[] = [];
  const watched: StateBackend = {
    location: backend.location,
    persistent: false,
    getSync(key: Buffer) {
      reads.push(key.subarray(4).toString('latin1'));
      return backend.getSync(key);
    },
    scanSync: (range) => backend.scanSync(range),
    scan: (range) => backend.scan(range),
    write: (batch) => backend.write(batch),
    close: () => backend.close(),
    destroy: () => backend.destroy(),
  };
  const parts = new OverlayParts({
    opening: {
      spec,
      key: spec.key as never,
      value: spec.value as never,
      changelogTopic: `${spec.name}-changelog`,
    },
    backend: watched,
    task: '0_3',
    home: NO_HOME,
    budget,
    context,
    turn: new Turn(context),
    clock: { now: () => 1_000 },
    partition: 3,
    logged,
    prefix: PREFIX,
    progress: { ...NO_PROGRESS },
  });
  return {
    parts,
    backend,
    budget,
    reads,
    changelogs,
    commit(contents) {
      const batch = new WriteBatch();
      const records = changelogs.of(`${spec.name}-changelog`);
      const before = records.length;
      sealed(contents.seal(logged ? changelogs : null, batch));
      parts.ledger.seal();
      backend.write(batch);
      parts.ledger.settle();
      return records.slice(before);
    },
  };
}

/** Goes through a seal at one go. */
export function sealed(sealing: Sealing): void {
  while (sealing.next().done !== true);
}
