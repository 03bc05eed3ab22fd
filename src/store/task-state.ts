/** All stores of one task and their way to disk: what the task holds, opens, commits and restores. */
import type { Headers } from '../record/headers.js';
import type { RecordContext } from '../record/record-context.js';
import type { Turn } from '../record/turn.js';
import type { Serde } from '../serde/serde.js';
import type { ChangeListener, WatchedKeys } from './change-listener.js';
import type { GetStore } from './kinds.js';
import type { StoreEngine, StoreSpec } from './spec.js';
import type { StateStore } from './state-store.js';
import type { StoreHome } from './store-home.js';
import type { Clock } from '../time/clock.js';
import type { Slice } from '../time/slice.js';

/** Takes one changelog record; keys and values are copied before it returns. `BatchProducer` is one. */
export interface ChangelogAppender {
  append(
    topic: string,
    partition: number,
    key: Buffer | null,
    value: Buffer | null,
    headers: Headers,
    timestamp: number,
  ): void;
}

/** Where one store stands against its changelog. */
export interface StoreChangelog {
  readonly store: string;
  /** Null: the store is not logged, and has nothing to restore from. */
  readonly topic: string | null;
  readonly partition: number;
  /** True when `topic` is a source topic that serves as the changelog: nothing is written to it. */
  readonly isSource: boolean;
  readonly engine: StoreEngine;
  /** Whether what it holds outlives the process. */
  readonly persistent: boolean;
  /** Next offset to read, as found on disk (or as last written); -1: nothing is known, read from the start of the log. */
  readonly offset: number;
  /** Id of the topic that `offset` belongs to, null while unknown. See `noteTopic`. */
  readonly topicId: string | null;
}

/** One row of a store as its changelog would have it. */
export interface ChangelogRow {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly headers: Headers;
  readonly timestamp: number;
}

/** What a store has in memory of its rows, bytes: all, and those that only a commit can free. */
export interface StoreMemory {
  readonly store: string;
  readonly resident: number;
  readonly uncommitted: number;
}

/**
 * The stores of one task. All calls come from the task, in this order for each commit:
 *
 * 1. `flushCaches()`: caching stores tell their listeners what they held back;
 * 2. `sealEpoch(appender)`: the epoch's writes are fixed, one changelog record goes out for each changed key;
 * 3. when these are acknowledged and offsets committed: `await writeEpoch(offsets)`.
 *
 * Records may be processed between 2 and 3; there is at most one sealed epoch. Nothing reaches the disk but by 3.
 * An epoch that must not be committed is given up with the whole object: `close()`, and open anew.
 */
export interface TaskState {
  /** All stores, in the order of the topology. */
  readonly stores: readonly StateStore[];
  readonly get: GetStore;

  /**
   * A store as it was last written, whatever was put since: for reading alone, and good until the next write.
   * @throws MillraceError STORE_UNAVAILABLE when there is no such store
   */
  written(store: string): StateStore;

  /**
   * Has a listener told of each put into a store, at once, until what is returned is called. It must neither put nor throw.
   * @throws MillraceError STORE_UNAVAILABLE when there is no such store
   */
  watch(store: string, keys: WatchedKeys, listener: ChangeListener): () => void;

  /** Of each store, in the order of the topology. */
  memory(): readonly StoreMemory[];
  /**
   * About how many bytes are written of a store; null where its backend does not tell. Takes time, and is not for every second.
   * @throws MillraceError STORE_UNAVAILABLE when there is no such store, STORE_FAILED
   */
  writtenBytes(store: string): Promise<number | null>;

  /** Something was put since the last `sealEpoch`. */
  readonly dirty: boolean;
  /** Memory that only a commit can free has outgrown the cache budget: commit soon. */
  readonly wantsCommit: boolean;
  /** An epoch is sealed and not yet written. */
  readonly sealed: boolean;
  /** What is on disk is older than the last epoch that `writeEpoch` was called for: it waits for a later one. */
  readonly behind: boolean;
  /** From now on `writeEpoch` leaves nothing for later: the state is about to be closed. */
  writeNext(): void;

  /**
   * Emits what caching stores hold back, in store order, each in the order of last updates. What the task's turn cuts off is
   * left to it; call again when that is finished, until nothing is `holding` any more.
   */
  flushCaches(): void;
  /** Caching stores hold something back. */
  readonly holding: boolean;
  /**
   * Fixes the epoch and appends its changelog records, as far as the turn of the task lasts; nothing may be put until that is done.
   * @returns whether it is done: call again in another slice of time until it is
   * @throws MillraceError STATE_INVALID while an earlier epoch is sealed, or something is held back; SERIALIZATION_FAILED, or
   * what the appender throws: the state can only be closed then
   */
  sealEpoch(appender: ChangelogAppender): boolean;
  /**
   * Writes the sealed epoch, the next changelog offset of each store and the mark in one batch. Offsets not named stay as they are.
   * An epoch may be left for a later one to write, see `behind`; closed before that, the state is restored from the changelogs.
   * Returns nothing when it is done on return (stores in memory only).
   * @throws MillraceError STORE_FAILED; the epoch stays sealed, so the call may be repeated
   */
  writeEpoch(changelogOffsets: ReadonlyMap<string, number>, mark?: string): Promise<void> | void;
  /** What `writeEpoch` was last told, as found on disk; empty when there is none, or something was restored since. */
  readonly mark: string;

  changelog(store: string): StoreChangelog;
  /** Where each store stands; restore those with a topic. */
  changelogs(): readonly StoreChangelog[];
  /**
   * Applies one changelog record: neither logged nor emitted, and seen once `commitRestored` has been called.
   * `key` and `value` may be views, they are copied.
   */
  restore(store: string, key: Buffer | null, value: Buffer | null, timestamp: number, headers: Headers): void;
  /**
   * Writes what was restored together with the next offset of each store. Not between `sealEpoch` and `writeEpoch`.
   * @param slice how long that may hold the thread at a time; default: as long as it takes
   */
  commitRestored(changelogOffsets: ReadonlyMap<string, number>, slice?: Slice): Promise<void> | void;
  /**
   * Lets stores fill what they keep in memory whole, an index by time for instance: once, after restoring and before the
   * first record. Returns nothing when it is done on return (stores in memory only).
   */
  prepare(): Promise<void> | void;
  /** Notes to which topic the store's offset belongs from now on. Takes effect on disk with the next write. */
  noteTopic(store: string, topicId: string | null): void;
  /**
   * Everything that was last written of a store, as records for a changelog that has lost them; null where that cannot be had.
   * To be read while nothing is put: after `prepare` and before the first record.
   */
  changelogRows(store: string): AsyncIterable<ChangelogRow> | null;
  /** Forgets everything a store holds, on disk too, and its changelog offset: it is about to be restored from the start. Takes effect on disk with the next write. */
  wipe(store: string): void;

  /** Waits for a write that is under way, then closes. What is not written is gone. @throws what closing a store threw, at the end */
  close(): Promise<void>;
  /** Closes and removes everything from disk. */
  destroy(): Promise<void>;
}

/** One store to open: its description with what the application decided. */
export interface StoreOpening {
  readonly spec: StoreSpec;
  /** The spec's serdes, or the application's defaults. */
  readonly key: Serde<unknown>;
  readonly value: Serde<unknown>;
  /** Stores of outer joins only. */
  readonly rightValue?: Serde<unknown>;
  /** Name of the changelog topic; serdes see it as their topic, logged or not. With `spec.sourceTopic` that topic. */
  readonly changelogTopic: string;
}

export interface TaskStateOptions {
  /** Task id, `<sub-topology>_<partition>`. */
  readonly task: string;
  /** Partition of the changelog topics. */
  readonly partition: number;
  /** The task's record context: read at each put, set and put back around flush listeners. */
  readonly context: RecordContext;
  /** Stores that emit much leave the rest to it. Default: they emit everything in one go. */
  readonly turn?: Turn;
  /** Dates changelog records that have no time of their own. Default: the machine's. */
  readonly clock?: Clock;
  /** In the order of the topology. */
  readonly stores: readonly StoreOpening[];
  /** Of stores of the user's own making. Default: no application is named, and there are no folders. */
  readonly home?: StoreHome;
}

/** Makes the state of a task; only the application (or the test driver) knows where it is kept. */
export type OpenTaskState = (options: TaskStateOptions) => Promise<TaskState> | TaskState;
