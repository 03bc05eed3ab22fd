/** What is told of the puts into a store, as they are made. */

/** One put. Plain data, no part of the store. */
export interface StoreChange {
  readonly key: unknown;
  /** Null: it is gone. */
  readonly value: unknown;
  /** Of the update, ms; -1 where the store keeps none. */
  readonly timestamp: number;
  /** Of windows, sessions and versions, ms; -1 elsewhere. `end`: of sessions alone. */
  readonly start: number;
  readonly end: number;
  /** Of the record that is processed; null: a timer put it. */
  readonly topic: string | null;
  readonly partition: number;
  readonly offset: number;
}

export type ChangeListener = (change: StoreChange) => void;

/** Whose changes are told: those of a key, or of the keys between two, both inclusive; null: open. */
export type WatchedKeys = { readonly key: unknown } | { readonly from: unknown; readonly to: unknown };
