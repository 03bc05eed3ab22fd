/** Beside the commands: the rows of a store in the state folder of an application that does not run. */
import { MillraceError } from '../../errors/error.js';
import { parseTaskId, type TaskId } from '../../group/ownership.js';
import type { LevelSnapshot } from '../../store/level/level-snapshot.js';
import { openSnapshot } from '../../store/level/open-snapshot.js';
import {
  hasRows,
  storedRows,
  storedStores,
  type KeyBounds,
  type StoredBytes,
  type StoredStore,
} from '../../store/overlay/stored-state.js';
import { tasksOnDisk } from './stored-tasks.js';
import type { ApplicationState } from './state-access.js';

/** A row with where it is. */
export interface DiskRow extends StoredBytes {
  readonly task: TaskId;
  readonly partition: number;
}

/** Of which windows or sessions, by their start in ms, both inclusive. */
export interface Times {
  readonly from: number;
  readonly to: number;
}

export const ALL_KEYS: KeyBounds = { from: null, before: null };
export const ALL_TIMES: Times = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

/** One task's part of a store. */
interface Part {
  readonly task: TaskId;
  readonly backend: LevelSnapshot;
  readonly store: StoredStore;
}

export class DiskStore {
  private constructor(
    readonly name: string,
    private readonly parts: readonly Part[],
  ) {}

  /**
   * @param partition the only one that is read; undefined: all
   * @throws MillraceError STORE_UNAVAILABLE when there is no such store, or none with rows of a user's
   */
  static async open(state: ApplicationState, name: string, partition?: number): Promise<DiskStore> {
    const parts: Part[] = [];
    const others = new Set<string>();
    for (const task of tasksOnDisk(state)) {
      if (partition !== undefined && parseTaskId(task).partition !== partition) continue;
      const opened = await openSnapshot(state.folder.task(task));
      if (opened === null) continue;
      for (const store of storedStores(opened.backend).stores) {
        if (store.name === name) parts.push({ task, backend: opened.backend, store });
        else others.add(store.name);
      }
    }
    const [first] = parts;
    if (first === undefined) {
      const has = others.size === 0 ? 'no stores' : [...others].join(', ');
      const why = 'stores in memory, global ones and those of engines of your own are not on disk here';
      throw unavailable(name, `is not in ${state.folder.path}, which has ${has} (${why})`);
    }
    if (!hasRows(first.store)) {
      const { is } = first.store;
      throw unavailable(
        name,
        is === null
          ? `is kept as ${first.store.shape}, which this version does not know`
          : is.kind === 'versioned'
            ? 'keeps versions, which are read from a running application only: --url'
            : 'keeps what an operator needs for itself, no rows to be read',
      );
    }
    return new DiskStore(name, parts);
  }

  get kind(): string {
    return this.parts[0]?.store.is?.kind ?? 'unknown';
  }

  get format(): string {
    return this.parts[0]?.store.is?.format ?? 'unknown';
  }

  /** Task by task, each in the order of its store. */
  async *rows(bounds: KeyBounds, times: Times): AsyncGenerator<DiskRow, void> {
    for (const { task, backend, store } of this.parts) {
      const { partition } = parseTaskId(task);
      for await (const row of storedRows(backend, store, bounds)) {
        if (row.start !== null && (row.start < times.from || row.start > times.to)) continue;
        yield { ...row, task, partition };
      }
    }
  }

  async some(most: number): Promise<readonly DiskRow[]> {
    const found: DiskRow[] = [];
    for await (const row of this.rows(ALL_KEYS, ALL_TIMES)) if (found.push(row) >= most) break;
    return found;
  }
}

function unavailable(store: string, what: string): MillraceError {
  return new MillraceError('STORE_UNAVAILABLE', `store ${store} ${what}`, { store });
}
