/** What a running task offers to its operators. */
import type { DropReason } from '../errors/drop-reasons.js';
import type { AsyncStage } from './async/async-stage.js';
import type { LongCalls } from './long-calls.js';
import type { OperatorTime } from './operator-time.js';
import type { PendingWork } from './pending-work.js';
import type { Timers } from './punctuation/due-queue.js';
import type { GetStore } from '../store/kinds.js';
import type { StoreKind } from '../store/spec.js';
import type { RawRecord } from '../record/raw-record.js';
import type { RecordContext } from '../record/record-context.js';
import type { Turn } from '../record/turn.js';
import type { OlderFormats } from '../serde/older-formats.js';
import type { Serde } from '../serde/serde.js';
import type { StateStore, ValueAndTimestamp } from '../store/state-store.js';
import type { Clock } from '../time/clock.js';

/** The current rows of a table. */
export interface TableRows {
  /** Null where there is none. */
  get(key: unknown): ValueAndTimestamp<unknown> | null;
  /** The same where a row is looked at once a record: it may be the store's own, which the next put changes. */
  peek?(key: unknown): ValueAndTimestamp<unknown> | null;
  /** Versioned tables: the row as it was at a time, ms. */
  getAsOf?(key: unknown, timestamp: number): ValueAndTimestamp<unknown> | null;
}

/** The stores that operators find by name: those of their task, and the global ones. */
export interface OperatorStores {
  /** Of a store of the task. @throws MillraceError STORE_UNAVAILABLE when there is no such store */
  kindOf(name: string): StoreKind;
  readonly get: GetStore;
  /** A store of the task, of any kind; null when there is none of that name. */
  find(name: string): StateStore | null;
  /** To look up only; also finds global stores. The keys of a window store are windowed ones. */
  readable(name: string): TableRows;
}

/** What a node has beside itself, and leaves to the task to close. */
export interface Companion {
  /** For messages. */
  readonly name: string;
  close(): void | Promise<void>;
}

export interface NodeContext {
  readonly applicationId: string;
  /** `<sub-topology>_<partition>`. */
  readonly taskId: string;
  /** Overwritten for every record; operators set timestamp and headers before they call a user's function. */
  readonly record: RecordContext;
  /** Operators that emit much for one record ask it after each result whether to leave the rest for later. */
  readonly turn: Turn;
  /** Of the thread that the task runs on. */
  readonly longCalls: LongCalls;
  readonly stores: OperatorStores;
  /**
   * The serde that an operator was told, or the application's default for keys or values.
   * @throws MillraceError SERDE_MISSING
   */
  serde(node: string, part: 'key' | 'value', given: Serde<unknown> | undefined): Serde<unknown>;
  /** The wall clock. */
  readonly clock: Clock;
  /** Of timers and intervals: it does not jump. */
  readonly steadyClock: Clock;
  /** Least time, ms, between two emissions of what time has made final: closed windows, rows that found no partner. */
  readonly emitIntervalMs: number;
  /** How what other instances read is written. */
  readonly olderFormats: OlderFormats;
  /** Folder of the task's state, null when it has none. */
  readonly stateDir: string | null;
  readonly defaultKeySerde: Serde<unknown> | undefined;
  readonly defaultValueSerde: Serde<unknown> | undefined;
  /** Null for global stores, which nobody waits for. */
  readonly pending: PendingWork | null;
  /** Null for global stores, which have no time of their own. */
  readonly timers: Timers | null;
  /** Highest timestamp that the task has taken, ms; -1 before the first. */
  streamTime(): number;
  /** A global store, to be read only; null when there is none of that name. Those of a global task are its own. */
  globalStore(name: string): StateStore | null;
  /** Asks for a commit before it is due. */
  requestCommit(): void;
  /** The time that a windowed operator has observed, as it was at the last commit; the operator moves it on. */
  operatorTime(node: string): OperatorTime;
  /** A time kept beside the committed offsets under exactly this name, -1 before it was ever set. */
  savedTime(name: string): OperatorTime;
  /** To be called by a node, at its init, whose work on a record goes on while others are processed. */
  worksAsynchronously(stage: AsyncStage): void;
  /** Something outside of the record at hand has finished: the task should come round to it. */
  wake(): void;
  /** What several operators of the task share under a name; the first that asks makes it. */
  shared<T>(name: string, make: () => T): T;
  /** Something outside of the graph that is to be closed with its nodes. */
  accompany(companion: Companion): void;
  /**
   * Counts a dropped record and logs it.
   * @param lateBy how far time had passed what would have taken the record, ms, where that is known
   */
  dropped(node: string, reason: DropReason, lateBy?: number): void;
  /** Says something to whom the log is for. */
  warn(node: string, message: string): void;
  /** Looks after a promise of a function that nobody waits for: an error of it is decided about as if the function had thrown. */
  unawaited(node: string, promise: Promise<unknown>, key: unknown, value: unknown): void;
  /** The bytes of the record at hand as they were read, for whom they may matter once the task has gone on; null: for nobody. */
  sourceBytes(): RawRecord | null;
  /** Told before something is done again with a record that the task has left behind. */
  holdSourceBytes(bytes: RawRecord | null): void;
  /**
   * Decides about an error in a node: throws it, placed, or returns when the record is to be dropped or tried again.
   * @param again leaves another attempt with the turn; default null: it cannot be tried again
   * @param attempts so far; default 1
   */
  failed(
    node: string,
    error: unknown,
    key: unknown,
    value: unknown,
    again?: (() => void) | null,
    attempts?: number,
  ): void;
}
