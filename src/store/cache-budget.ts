/** The memory that the stores of all tasks of one instance share: what may stay cached, held back, or wait for a commit. */

/** A store that can give memory back. */
export interface CacheUser {
  /** Looks at up to `steps` entries, dropping clean ones that were not used lately, while `budget.over`; true if it dropped any. */
  freeMemory(steps: number): boolean;
}

/** Entries looked at to make room for one. */
const STEPS = 32;
/** Below this much, waiting for a commit is cheaper than committing more often. */
const LEAST_DIRTY_BYTES = 16 * 1024 * 1024;

/**
 * Counts bytes; the stores keep to it.
 *
 * - `residentBytes`: all entries in memory. Over `maxBytes`, clean ones are dropped.
 * - `pendingBytes`: what caching stores hold back, sized as Kafka Streams sizes it. Over `maxBytes`, the store that put last
 *   emits everything it holds back.
 * - `dirtyBytes`: entries changed since their task's last commit, which nothing but a commit can free. Over
 *   `maxDirtyBytes`, tasks ask for one.
 *
 * Kafka Streams: `ThreadCache`, which is one a thread.
 */
export class CacheBudget {
  readonly maxBytes: number;
  readonly maxDirtyBytes: number;
  residentBytes = 0;
  pendingBytes = 0;
  dirtyBytes = 0;
  /** Entries of sealed epochs on their way to disk: not to be dropped yet. */
  sealedBytes = 0;
  private readonly users: CacheUser[] = [];
  private turn = 0;

  /**
   * @param maxBytes as `statestore.cache.max.bytes`; 0 switches holding back off
   * @param maxDirtyBytes default: `maxBytes`, at least 16 MiB
   */
  constructor(maxBytes: number, maxDirtyBytes = Math.max(maxBytes, LEAST_DIRTY_BYTES)) {
    this.maxBytes = maxBytes;
    this.maxDirtyBytes = maxDirtyBytes;
  }

  /** More is in memory than may stay, and some of it is clean. */
  get over(): boolean {
    return this.residentBytes > this.maxBytes && this.residentBytes > this.dirtyBytes + this.sealedBytes;
  }

  get wantsCommit(): boolean {
    return this.dirtyBytes > this.maxDirtyBytes;
  }

  join(user: CacheUser): void {
    this.users.push(user);
  }

  leave(user: CacheUser): void {
    const index = this.users.indexOf(user);
    if (index >= 0) this.users.splice(index, 1);
  }

  /** Makes room for one more entry: a few steps in the store that needs it, then in one other, in turn. */
  makeRoom(user: CacheUser): void {
    if (user.freeMemory(STEPS) || !this.over) return;
    this.turn = (this.turn + 1) % this.users.length;
    this.users[this.turn]?.freeMemory(STEPS);
  }
}
