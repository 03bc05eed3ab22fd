/** One store of the application as this instance has it: the parts of all its running tasks. */
import { MillraceError } from '../errors/error.js';
import type { ReadOnlyKeyValueStore } from '../store/key-value-store.js';
import type { ReadOnlySessionStore, SessionEntry } from '../store/session-store.js';
import type { StateStore, ValueAndTimestamp } from '../store/state-store.js';
import type { VersionedKeyValueStore, VersionedRecord } from '../store/versioned-store.js';
import type { TimestampedWindowEntry, TimestampedWindowStore } from '../store/window-store.js';
import type { Task } from '../task/task.js';

/** Kafka Streams: what `KafkaStreams.store` returns; only keys whose partition is assigned to this instance are found. */
export interface ReadOnlyStore<K, V> {
  /** Key-value stores: the value of a key; versioned stores: its latest version. */
  get(key: K): ValueAndTimestamp<V> | null;
  /**
   * Versioned stores: the version of a key that was valid at a time, ms; null also where that is further back than the
   * history that is kept. @throws MillraceError STORE_UNAVAILABLE when the store is of another kind
   */
  getAsOf(key: K, timestamp: number): VersionedRecord<V> | null;
  /** Window stores: the windows of a key that start from `from` to `to`, inclusive, ms. */
  fetch(key: K, from: number, to: number): readonly TimestampedWindowEntry<V>[];
  /** Session stores: the value of a session with exactly these bounds, inclusive, ms. */
  fetchSession(key: K, start: number, end: number): V | null;
  /**
   * Session stores: the sessions of a key that end at `earliestEnd` or later and start at `latestStart` or earlier, by end.
   * Without bounds: all of them.
   */
  findSessions(key: K, earliestEnd?: number, latestStart?: number): readonly SessionEntry<V>[];
}

interface GlobalStoreFinder {
  find(name: string): StateStore | null;
}

/** @throws MillraceError STORE_UNAVAILABLE when this instance has no part of it */
export function readStore<K, V>(
  name: string,
  tasks: readonly Task[],
  globals: GlobalStoreFinder | null,
): ReadOnlyStore<K, V> {
  const global = globals?.find(name) ?? null;
  const parts =
    global === null ? tasks.flatMap((task) => task.state.stores.filter((store) => store.name === name)) : [global];
  if (parts.length === 0) {
    throw new MillraceError(
      'STORE_UNAVAILABLE',
      `no running task of this instance has a store ${name}; wait for RUNNING, ask another instance, or check the name`,
      { store: name },
    );
  }
  /** @throws MillraceError STORE_UNAVAILABLE when stores of this kind are not asked so */
  const check = (call: keyof ReadOnlyStore<K, V>, method: string = call): void => {
    const { kind } = parts[0] as StateStore;
    if (method in (parts[0] as StateStore)) return;
    throw new MillraceError('STORE_UNAVAILABLE', `store ${name} is of kind ${kind} and has no ${call}()`, {
      store: name,
    });
  };
  return {
    get: (key) => {
      check('get');
      for (const part of parts) {
        const value = (part as ReadOnlyKeyValueStore<K, ValueAndTimestamp<V>>).get(key);
        if (value !== null) return value;
      }
      return null;
    },
    getAsOf: (key, timestamp) => {
      for (const part of parts) {
        const version = versioned<K, V>(part).getAsOf(key, timestamp);
        if (version !== null) return version;
      }
      return null;
    },
    fetch: (key, from, to) => {
      check('fetch', 'fetchRange');
      for (const part of parts) {
        const entries = (part as TimestampedWindowStore<K, V>).fetchRange(key, from, to);
        if (entries.length > 0) return entries;
      }
      return [];
    },
    fetchSession: (key, start, end) => {
      check('fetchSession');
      for (const part of parts) {
        const value = (part as ReadOnlySessionStore<K, V>).fetchSession(key, start, end);
        if (value !== null) return value;
      }
      return null;
    },
    findSessions: (key, earliestEnd = 0, latestStart = Number.POSITIVE_INFINITY) => {
      check('findSessions');
      for (const part of parts) {
        const entries = (part as ReadOnlySessionStore<K, V>).findSessions(key, earliestEnd, latestStart);
        if (entries.length > 0) return entries;
      }
      return [];
    },
  };
}

function versioned<K, V>(store: StateStore): VersionedKeyValueStore<K, V> {
  if (store.kind === 'versioned') return store as VersionedKeyValueStore<K, V>;
  throw new MillraceError(
    'STORE_UNAVAILABLE',
    `store ${store.name} is of kind ${store.kind} and has no history; give the table the option versioned`,
    { store: store.name },
  );
}
