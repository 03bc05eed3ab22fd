/** Committed state in one LevelDB folder: synchronous reads, batches written off the main thread. */
import { rm } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Level } from 'level';
import type { BackendEntry, KeyRange, StateBackend } from '../backend.js';
import type { WriteBatch } from '../write-batch.js';
import type { FolderUse } from './folder-use.js';
import { markCorrupt, releaseFolder } from './state-folder.js';
import { stateError } from './level-error.js';

export type LevelDatabase = Level<Buffer, Buffer>;

/** In Node: `level` describes what there is in a browser, too. */
interface Sized {
  approximateSize(start: Buffer, end: Buffer): Promise<number>;
}

/** Entries that cross from LevelDB to JavaScript at once. */
const SCAN_BATCH = 1000;
/** Operations given to LevelDB before the event loop gets a turn: about a millisecond. */
const WRITE_SLICE = 2000;

export class LevelBackend implements StateBackend {
  readonly persistent = true;
  readonly scanSync = null;
  /** Removal of what nobody reads any more, which runs beside the commits. */
  private clearing: Promise<void> = Promise.resolve();
  private clearingFailed: Error | null = null;

  constructor(
    private readonly db: LevelDatabase,
    readonly location: string,
    private readonly use: FolderUse,
  ) {}

  getSync(key: Buffer): Buffer | undefined {
    try {
      return this.db.getSync(key);
    } catch (error) {
      throw this.failed('reading from', error);
    }
  }

  async write(batch: WriteBatch): Promise<void> {
    try {
      // What the last batch left to be removed is gone before the next one forgets about it.
      await this.clearing;
      if (this.clearingFailed !== null) throw this.clearingFailed;
      if (batch.keys.length > 0) await this.writeEntries(batch);
      if (this.use.inDoubt) await this.use.trust();
    } catch (error) {
      throw this.failed('writing to', error);
    }
    if (batch.ranges.length > 0) this.clearing = this.clear(batch.ranges);
  }

  scan(range: KeyRange): AsyncIterator<readonly BackendEntry[]> {
    const iterator = this.db.iterator({ gte: range.gte, lt: range.lt, reverse: range.reverse });
    return {
      next: async () => {
        try {
          const entries = await iterator.nextv(SCAN_BATCH);
          if (entries.length > 0) return { done: false, value: entries };
          await iterator.close();
          return { done: true, value: undefined };
        } catch (error) {
          throw this.failed('reading from', error);
        }
      },
      return: async () => {
        await iterator.close();
        return { done: true, value: undefined };
      },
    };
  }

  /** What LevelDB has written into tables: the last few megabytes that were put are only in its log. */
  async sizeOf({ gte, lt }: Pick<KeyRange, 'gte' | 'lt'>): Promise<number | null> {
    if (this.db.status !== 'open') return null;
    try {
      return await (this.db as unknown as Sized).approximateSize(gte, lt);
    } catch (error) {
      if (this.isClosing) return null;
      throw this.failed('measuring', error);
    }
  }

  private get isClosing(): boolean {
    return this.db.status !== 'open';
  }

  async close(): Promise<void> {
    await this.clearing;
    await this.db.close();
    await this.use.end();
    await releaseFolder(this.location);
  }

  async destroy(): Promise<void> {
    await this.close();
    await rm(this.location, { recursive: true, force: true });
  }

  private async writeEntries(batch: WriteBatch): Promise<void> {
    const writes = this.db.batch();
    const { keys, values } = batch;
    for (let index = 0; index < keys.length; index += 1) {
      const key = keys[index] as Buffer;
      const value = values[index] as Buffer | null;
      if (value === null) writes.del(key);
      else writes.put(key, value);
      if (index % WRITE_SLICE === WRITE_SLICE - 1) await nextTurn();
    }
    await writes.write();
  }

  private async clear(ranges: WriteBatch['ranges']): Promise<void> {
    try {
      for (const [gte, lt] of ranges) await this.db.clear({ gte, lt });
    } catch (error) {
      this.clearingFailed = this.failed('Clearing', error);
    }
  }

  private failed(doing: string, error: unknown): Error {
    const failure = stateError(`${doing} state folder ${this.location} failed`, error);
    if (failure.code === 'STORE_CORRUPT') markCorrupt(this.location);
    return failure;
  }
}
