/** One store's account with the memory that all stores share, settled epoch by epoch. */
import type { CacheBudget, CacheUser } from '../../cache-budget.js';

/** What can give memory back. */
export interface Evictor {
  /** Looks at up to `steps` entries, dropping clean ones that were not used lately, while the budget is over; true if it dropped any. */
  evict(steps: number): boolean;
}

/**
 * Entries live in memory from the put to the write of their epoch, and after that for as long as the budget allows. What has
 * `epoch > written` must not be dropped: what is on disk is older.
 */
export class Ledger implements CacheUser {
  /** The epoch that changes belong to now. */
  epoch = 1;
  /** The last epoch that is on disk. */
  written = 0;
  /** The last epoch that was handed over to be written: what was changed since is still to be. */
  handedOver = 0;
  /** While above 0 nothing is dropped, as something refers to entries that no queue holds any more. */
  pins = 0;
  private resident = 0;
  private dirty = 0;
  private sealed = 0;

  constructor(
    readonly budget: CacheBudget,
    /** Whose memory it is: known once the store stands. */
    public evictor: Evictor | null = null,
  ) {
    budget.join(this);
  }

  /** Bytes of entries in memory. */
  get residentBytes(): number {
    return this.resident;
  }

  /** Bytes of those that only a commit can free, one that is under way included. */
  get uncommittedBytes(): number {
    return this.dirty + this.sealed;
  }

  /** Counts memory taken (or given back, when negative). */
  grow(bytes: number): void {
    this.resident += bytes;
    this.budget.residentBytes += bytes;
  }

  /** Counts memory that nothing but a commit can free. */
  growDirty(bytes: number): void {
    this.dirty += bytes;
    this.budget.dirtyBytes += bytes;
  }

  /** To be called before an entry is added: it must not be dropped before it is used. */
  makeRoom(): void {
    if (this.budget.over) this.budget.makeRoom(this);
  }

  freeMemory(steps: number): boolean {
    return this.pins === 0 && this.evictor !== null && this.evictor.evict(steps);
  }

  /** Later changes are of the next epoch; this one is about to be written. */
  seal(): void {
    this.handedOver = this.epoch;
    this.epoch += 1;
    this.budget.dirtyBytes -= this.dirty;
    this.budget.sealedBytes += this.dirty;
    this.sealed = this.dirty;
    this.dirty = 0;
  }

  /** Later changes are of the next epoch; what this one changed is written with a later one, and stays in memory until then. */
  sealUnwritten(): void {
    this.epoch += 1;
  }

  /** The sealed epoch is on disk. */
  settle(): void {
    this.written = this.epoch - 1;
    this.budget.sealedBytes -= this.sealed;
    this.sealed = 0;
    // What was changed is clean now, and may be too much.
    if (this.budget.over) this.freeMemory(Number.POSITIVE_INFINITY);
  }

  /** Gives everything back: the store was wiped or closed. */
  release(): void {
    this.budget.residentBytes -= this.resident;
    this.budget.dirtyBytes -= this.dirty;
    this.budget.sealedBytes -= this.sealed;
    this.resident = 0;
    this.dirty = 0;
    this.sealed = 0;
  }

  close(): void {
    this.release();
    this.budget.leave(this);
  }
}
