/** Where a store stands: what it shares with the task, and what it is told at its opening. */
import type { RecordContext } from '../../../record/record-context.js';
import type { Turn } from '../../../record/turn.js';
import type { Clock } from '../../../time/clock.js';
import type { StateBackend } from '../../backend.js';
import type { StoreHome } from '../../store-home.js';
import type { StoreOpening } from '../../task-state.js';
import type { CacheBudget } from '../../cache-budget.js';

/** What of a store besides its entries must survive: kept on disk beside the changelog offset. */
export interface StoreProgress {
  /** Next changelog offset; -1: none. */
  offset: number;
  /** Highest time put, ms; -1: none. */
  streamTime: number;
  /** Highest row ever written; rows above need not be looked for. -1: none. */
  highestRow: number;
  /** Last sequence number given to a duplicate. */
  sequence: number;
  /** Of a session store: the longest session ever put, ms. */
  longest: number;
}

/** Of a store that nothing was ever put into. */
export const NO_PROGRESS: Readonly<StoreProgress> = {
  offset: -1,
  streamTime: -1,
  highestRow: -1,
  sequence: 0,
  longest: 0,
};

export interface StoreSite {
  readonly task: string;
  readonly home: StoreHome;
  readonly opening: StoreOpening;
  readonly backend: StateBackend;
  readonly budget: CacheBudget;
  readonly context: RecordContext;
  /** Ends long emissions, and has the rest of them finished later. */
  readonly turn: Turn;
  readonly clock: Clock;
  readonly partition: number;
  /** False: nothing goes to a changelog (there is none, or it is a source topic). */
  readonly logged: boolean;
  /** Prefix of all keys on disk; a wiped store gets another. The number after it is the store's too. */
  prefix: number;
  readonly progress: StoreProgress;
}

/** Bytes of {@link StoreSite.prefix} in front of every key on disk. */
export const PREFIX_BYTES = 4;
