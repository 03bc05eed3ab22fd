/** What the right side of a foreign-key join remembers: which rows of the left table want the value of which key. */
import type { StoreScan } from './scan.js';
import type { StateStore, ValueAndTimestamp } from './state-store.js';

/**
 * Subscriptions by foreign key, those of one key in the order of their primary keys, all as serialized bytes: unlike other
 * stores it can be walked within a foreign key while a record is processed, on disk too.
 *
 * Its changelog is that of a key-value store with the key: length of the foreign key (4 bytes), foreign key, primary key.
 * Kafka Streams: the store of `SubscriptionStoreFactory`.
 */
export interface SubscriptionStore extends StateStore {
  readonly kind: 'subscription';
  readonly format: 'plain';
  /** Copies what it is given. `timestamp`, ms, is that of the changelog record. */
  put(foreignKey: Buffer, primaryKey: Buffer, value: Buffer, timestamp: number): void;
  delete(foreignKey: Buffer, primaryKey: Buffer, timestamp: number): void;
  /** Visits the subscriptions of a foreign key; the Buffers are only good during the call, which must not change the store. */
  visit(foreignKey: Buffer, visitor: (primaryKey: Buffer, value: Buffer) => void): void;
  /** Everything, by its changelog keys, in their order. For tests and inspection: it is read before the first entry comes. */
  all(): StoreScan<readonly [key: Buffer, value: ValueAndTimestamp<Buffer>]>;
}
