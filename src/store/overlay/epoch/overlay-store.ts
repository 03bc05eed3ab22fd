/** A store as the state of its task drives it, whatever its kind: through commits, restoring and the end. */
import type { Headers } from '../../../record/headers.js';
import type { ChangeListener, WatchedKeys } from '../../change-listener.js';
import type { StateStore } from '../../state-store.js';
import type { ChangelogAppender, ChangelogRow, StoreMemory } from '../../task-state.js';
import type { WriteBatch } from '../../write-batch.js';
import type { Evictor } from './ledger.js';
import type { OverlayParts } from './store-parts.js';
import { NO_PROGRESS } from './store-site.js';

/**
 * Seals a few rows at a time, and may be left alone after them, as long as nothing is put: all that is to be sealed is sealed when
 * it has ended.
 */
export type Sealing = Generator<void, void>;

/** Rows that are sealed at one go: to stop at each one, and ask the time, costs as much as small rows do. */
export const ROWS_AT_ONCE = 8;

/** What a kind of store does when its task commits, restores and makes room. */
export interface Contents extends Evictor {
  /** Something was changed since the last seal. */
  readonly changed: boolean;
  /** Hands the changes since the last seal to the changelog (null: none), and with what waited for it to the batch. */
  seal(appender: ChangelogAppender | null, batch: WriteBatch): Sealing;
  /** Hands the changes since the last seal to the changelog alone; the next `seal` writes them. Absent where they cannot wait. */
  sealUnwritten?(appender: ChangelogAppender): Sealing;
  /** Something was changed that `sealUnwritten` has not handed over. */
  readonly unlogged?: boolean;
  /** Applies a changelog record; the write of the next epoch makes it last. */
  restore(key: Buffer, value: Buffer | null, timestamp: number, headers: Headers): void;
  /** Forgets everything in memory. */
  forget(): void;
  /** Fills what the store keeps in memory whole, once everything that is known is on disk. See `TaskState.prepare`. */
  prepare?(): Promise<void> | void;
  /** See `TaskState.changelogRows`. */
  changelogRows?(): AsyncIterable<ChangelogRow>;
  /** The store was used for the last time. */
  close?(): void;
}

/** Updates that a store holds back. */
export interface HeldBack {
  readonly none: boolean;
  flush(): boolean;
  clear(): void;
}

export class OverlayStore {
  constructor(
    /** The store as operators see it. */
    readonly face: StateStore,
    private readonly parts: OverlayParts,
    private readonly contents: Contents,
    /** Null where nothing can be held back. */
    private readonly emissions: HeldBack | null,
  ) {
    parts.ledger.evictor = contents;
  }

  get name(): string {
    return this.parts.name;
  }

  get changed(): boolean {
    return this.contents.changed;
  }

  /** Changes may be handed to the changelog now and be written later. */
  get mayWait(): boolean {
    return this.contents.sealUnwritten !== undefined;
  }

  /** Something was changed that its changelog has not been given. */
  get unlogged(): boolean {
    return this.contents.unlogged ?? this.contents.changed;
  }

  /** See `TaskState.memory`. */
  get memory(): StoreMemory {
    const { residentBytes: resident, uncommittedBytes: uncommitted } = this.parts.ledger;
    return { store: this.name, resident, uncommitted };
  }

  /** Something is held back. */
  get holding(): boolean {
    return this.emissions !== null && !this.emissions.none;
  }

  /** Emits what is held back, in the order of last updates; false when there was nothing. */
  flush(): boolean {
    return this.emissions !== null && this.emissions.flush();
  }

  /** See `TaskState.watch`. */
  watch(keys: WatchedKeys, listener: ChangeListener): () => void {
    return this.parts.watch.add(keys, listener);
  }

  /** Hands over the changes since the last seal; later ones are of the next epoch. */
  *seal(appender: ChangelogAppender | null, batch: WriteBatch): Sealing {
    yield* this.contents.seal(appender, batch);
    this.parts.ledger.seal();
  }

  /** As {@link seal}, for the changelog alone: what was changed waits for a later epoch to be written. */
  *sealUnwritten(appender: ChangelogAppender): Sealing {
    if (this.contents.sealUnwritten !== undefined) yield* this.contents.sealUnwritten(appender);
    this.parts.ledger.sealUnwritten();
  }

  /** The sealed epoch is on disk. */
  written(): void {
    this.parts.ledger.settle();
  }

  restore(key: Buffer, value: Buffer | null, timestamp: number, headers: Headers): void {
    this.contents.restore(key, value, timestamp, headers);
  }

  prepare(): Promise<void> | void {
    return this.contents.prepare?.();
  }

  changelogRows(): AsyncIterable<ChangelogRow> | null {
    return this.contents.changelogRows?.() ?? null;
  }

  /** Forgets everything in memory and takes another place on disk. */
  wipe(prefix: number): void {
    const { ledger, site } = this.parts;
    ledger.release();
    this.emissions?.clear();
    this.contents.forget();
    site.prefix = prefix;
    Object.assign(site.progress, NO_PROGRESS);
  }

  close(): void {
    this.parts.ledger.close();
    this.emissions?.clear();
    this.contents.close?.();
  }
}
