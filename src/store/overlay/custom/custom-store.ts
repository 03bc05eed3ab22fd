/** What stands for a store of the user's own making in its task: opens it, restores it, has it log what belongs to an epoch, closes it. */
import { MillraceError } from '../../../errors/error.js';
import type { Headers } from '../../../record/headers.js';
import type { CustomStoreFace } from '../../any-store.js';
import type { CustomStore, RestoredChange } from '../../custom-store.js';
import type { CustomSpec } from '../../spec.js';
import type { ChangelogAppender } from '../../task-state.js';
import type { WriteBatch } from '../../write-batch.js';
import type { Contents, Sealing } from '../epoch/overlay-store.js';
import { StoreFace } from '../epoch/store-face.js';
import type { OverlayParts } from '../epoch/store-parts.js';
import type { StoreSite } from '../epoch/store-site.js';
import { LoggedChanges } from './logged-changes.js';
import { OpenedStore } from './opened-store.js';

/** Changes that a store is given at one go: between two of these the thread may turn to something else. */
const RESTORED_AT_ONCE = 256;

/**
 * Of what such a store holds nothing can be told apart by epochs: it is opened empty with the state of its task, and an epoch that is
 * given up is given up with all of it.
 */
export class OverlayCustomStore extends StoreFace implements CustomStoreFace, Contents {
  readonly kind = 'custom';
  readonly format = 'plain';
  private readonly site: StoreSite;
  private readonly log: LoggedChanges;
  private restored: RestoredChange[] = [];
  /** Null until there is something to restore, or nothing is left to be restored. */
  private opened: OpenedStore | null = null;
  private prepared = false;
  private closed = false;

  constructor(
    parts: OverlayParts,
    private readonly spec: CustomSpec,
  ) {
    super(parts);
    this.site = parts.site;
    this.log = new LoggedChanges(parts.site, parts.ledger);
  }

  get own(): CustomStore {
    if (this.opened === null) throw this.notOpen();
    return this.opened.own;
  }

  get changed(): boolean {
    return this.restored.length > 0 || !this.log.none;
  }

  restore(key: Buffer, value: Buffer | null, timestamp: number, _headers: Headers): void {
    this.restored.push({ key: Buffer.from(key), value: value === null ? null : Buffer.from(value), timestamp });
  }

  prepare(): void {
    this.opening().run();
    this.prepared = true;
  }

  *seal(appender: ChangelogAppender | null, _batch: WriteBatch): Sealing {
    if (!this.prepared) yield* this.handOver();
    // Without an appender a store with a changelog is only restored: that is no commit.
    if (!this.prepared || (appender === null && this.site.logged)) return;
    this.opening().commit();
    if (appender !== null) yield* this.log.seal(appender);
  }

  /** There is never anything to be dropped: all that is kept here waits for the commit. */
  evict(): boolean {
    return false;
  }

  forget(): void {
    this.restored = [];
    this.end();
  }

  close(): void {
    this.closed = true;
    this.end();
  }

  private end(): void {
    const { opened } = this;
    this.opened = null;
    opened?.close();
  }

  private *handOver(): Sealing {
    const { restored } = this;
    this.restored = [];
    for (let from = 0; from < restored.length; from += RESTORED_AT_ONCE) {
      this.opening().restore(restored.slice(from, from + RESTORED_AT_ONCE));
      yield;
    }
  }

  private opening(): OpenedStore {
    if (this.closed) throw this.notOpen();
    return (this.opened ??= new OpenedStore(this.spec, this.site, this.log));
  }

  private notOpen(): MillraceError {
    const { name, site } = this;
    return new MillraceError('STORE_UNAVAILABLE', `store ${name} is not open`, { store: name, task: site.task });
  }
}
