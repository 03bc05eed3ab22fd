/** What a left or outer join of two streams still waits for: records that have found no partner and whose window is open. */
import type { StoreScan } from './scan.js';
import type { StateStore } from './state-store.js';

/** Where in the store a record is. */
export interface WaitingKey<K> {
  /** Of the record, ms. */
  readonly timestamp: number;
  /** Whether it came from the left stream. */
  readonly left: boolean;
  readonly key: K;
}

/** Is shown rows in the order of the store; false ends the walk. It may remove rows that it has been shown. */
export interface WaitingVisitor {
  /** `row` is good for reading the rest of the row from the store, for as long as the row is there. */
  visitWaiting(timestamp: number, left: boolean, row: string): boolean;
}

/**
 * Records by time, side (right before left) and the bytes of their key; several of the same time, side and key are a list.
 * Walked in that order without asking the disk for keys. Kafka Streams: the `...-shared-join-store`, a list-value store.
 */
export interface OuterJoinStore<K, V> extends StateStore {
  readonly kind: 'outerJoin';
  readonly format: 'plain';
  add(timestamp: number, left: boolean, key: K, value: V): void;
  /** Removes all of a time, side and key; nothing happens when there is none. */
  remove(timestamp: number, left: boolean, key: K): void;
  /** Returns false when the visitor has ended it. */
  walk(visitor: WaitingVisitor): boolean;
  keyOf(row: string): K;
  /** In the order in which they were added. */
  valuesOf(row: string): readonly V[];
  removeRow(row: string): void;
  all(): StoreScan<readonly [key: WaitingKey<K>, values: readonly V[]]>;
}
