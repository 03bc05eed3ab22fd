/** Which interface a store has by its kind and format: the one list that the state of a task and its operators find stores by. */
import type { JoinBuffer } from './join-buffer.js';
import type { KeyValueStore, OperatorKeyValueStore, TimestampedKeyValueStoreWithHeaders } from './key-value-store.js';
import type { OuterJoinStore } from './outer-join-store.js';
import type { SessionStore, SessionStoreWithHeaders } from './session-store.js';
import type { SubscriptionStore } from './subscription-store.js';
import type { SuppressBuffer } from './suppress-buffer.js';
import type { VersionedKeyValueStore } from './versioned-store.js';
import type { OperatorWindowStore, TimestampedWindowStoreWithHeaders, WindowStore } from './window-store.js';

/**
 * Finds a store by its kind, its name and its format, which is `plain` unless said otherwise. One that keeps headers is also found
 * as what it would be without them.
 */
export interface GetStore {
  /** @throws MillraceError STORE_UNAVAILABLE when there is no such store, or it is of another kind or format */
  <K, V>(kind: 'keyValue', name: string): KeyValueStore<K, V>;
  <K, V>(kind: 'keyValue', name: string, format: 'timestamped'): OperatorKeyValueStore<K, V>;
  <K, V>(kind: 'keyValue', name: string, format: 'headers'): TimestampedKeyValueStoreWithHeaders<K, V>;
  <K, V>(kind: 'window', name: string): WindowStore<K, V>;
  <K, V>(kind: 'window', name: string, format: 'timestamped'): OperatorWindowStore<K, V>;
  <K, V>(kind: 'window', name: string, format: 'headers'): TimestampedWindowStoreWithHeaders<K, V>;
  <K, V>(kind: 'session', name: string): SessionStore<K, V>;
  <K, V>(kind: 'session', name: string, format: 'headers'): SessionStoreWithHeaders<K, V>;
  <K, V>(kind: 'versioned', name: string): VersionedKeyValueStore<K, V>;
  <K, V>(kind: 'suppressBuffer', name: string): SuppressBuffer<K, V>;
  <K, V>(kind: 'joinBuffer', name: string): JoinBuffer<K, V>;
  <K, V>(kind: 'outerJoin', name: string): OuterJoinStore<K, V>;
  (kind: 'subscription', name: string): SubscriptionStore;
}
