/** What both stores of waiting records are: entries, with an index of their keys by time in memory. */
import type { Headers } from '../../../record/headers.js';
import type { ChangelogAppender, ChangelogRow } from '../../task-state.js';
import type { WriteBatch } from '../../write-batch.js';
import { EntryTable } from '../entries/entry-table.js';
import type { Contents, Sealing } from '../epoch/overlay-store.js';
import { StoreFace } from '../epoch/store-face.js';
import type { OverlayParts } from '../epoch/store-parts.js';
import type { StoreSite } from '../epoch/store-site.js';
import { underPrefix } from '../walk/disk-entries.js';
import { readAll } from '../walk/read-all.js';
import { TimeIndex } from '../walk/time-index.js';

export abstract class IndexedEntries extends StoreFace implements Contents {
  readonly format = 'plain';
  protected readonly site: StoreSite;
  protected readonly table: EntryTable;
  protected readonly index = new TimeIndex();

  constructor(parts: OverlayParts) {
    super(parts);
    this.site = parts.site;
    this.table = new EntryTable(parts, 'plain', false);
  }

  get changed(): boolean {
    return this.table.changed;
  }

  restore(key: Buffer, value: Buffer | null, timestamp: number, headers: Headers): void {
    this.table.restore(key, value, timestamp, headers);
  }

  /** Fills the index with all that is on disk. */
  prepare(): Promise<void> | void {
    this.index.clear();
    return readAll(this.site.backend, underPrefix(this.site.prefix), (key) => {
      this.addToIndex(key);
    });
  }

  seal(appender: ChangelogAppender | null, batch: WriteBatch): Sealing {
    return this.table.seal(appender, batch);
  }

  changelogRows(): AsyncGenerator<ChangelogRow, void> {
    return this.table.changelogRows();
  }

  evict(steps: number): boolean {
    return this.table.evict(steps);
  }

  forget(): void {
    this.table.forget();
    this.index.clear();
  }

  /** `key`: as on disk. */
  protected abstract addToIndex(key: Buffer): void;
}
