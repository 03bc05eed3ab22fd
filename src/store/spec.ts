/** How a store is described before it exists: plain data, written by the DSL, carried by the topology, opened by a task. */
import type { Serde } from '../serde/serde.js';

/**
 * - `keyValue`, `timestampedKeyValue`: one value a key (the latter with the timestamp of its last update);
 * - `window`, `timestampedWindow`: one value a key and window start (with `retainDuplicates`: several);
 * - `session`: one value a key and session; `versioned`: the history of a key;
 * - `suppressBuffer`: changes that are held back, one a key;
 * - `joinBuffer`: records of a stream that wait for late updates of a table;
 * - `outerJoin`: the records of a left or outer stream-stream join that wait for a partner;
 * - `subscription`: what the right side of a foreign-key join remembers of the left one.
 */
export type StoreKind =
  | 'keyValue'
  | 'timestampedKeyValue'
  | 'window'
  | 'timestampedWindow'
  | 'session'
  | 'versioned'
  | 'suppressBuffer'
  | 'joinBuffer'
  | 'outerJoin'
  | 'subscription';

/** `level`: LevelDB on disk. `memory`: on the heap; rebuilt from the changelog at every start. */
export type StoreEngine = 'level' | 'memory';

export interface StoreSpec {
  readonly name: string;
  readonly kind: StoreKind;
  /** Undefined: the application's default serde. */
  readonly key: Serde<unknown> | undefined;
  readonly value: Serde<unknown> | undefined;
  /** Stores of outer joins: serde of the values of the right stream, `value` being that of the left one. */
  readonly rightValue?: Serde<unknown> | undefined;
  readonly engine: StoreEngine;
  /** Nobody said where it lives: the application's `dslStores` comes before `engine`. */
  readonly engineOpen?: true;
  /** Hold updates back until commit, one emission a key. */
  readonly caching: boolean;
  /** False: no changelog. Else configuration of the changelog topic over Kafka Streams' own. */
  readonly logging: false | Readonly<Record<string, string>>;
  /** Window, session, versioned: how long entries are kept behind the store's stream time, ms. */
  readonly retentionMs?: number;
  /** Window stores: length of a window, ms. */
  readonly windowSizeMs?: number;
  /** Session stores: the inactivity gap, ms. It decides how sessions are laid together, not what they are. */
  readonly sessionGapMs?: number;
  /** Window stores of joins: keep every entry of a key and time. */
  readonly retainDuplicates?: boolean;
  /** Key-value stores in memory: how many keys they hold; the one used longest ago makes room. */
  readonly maxEntries?: number;
  /** Window and session stores: windows stay at hand, whatever the retention, until an operator has taken them as closed. */
  readonly keepsClosed?: boolean;
  /** Length of a segment, ms; default max(retention / 2, 60 s). */
  readonly segmentIntervalMs?: number;
  /** Changelog records carry the headers of the record that was processed (the stores of stream-stream joins). */
  readonly logHeaders?: boolean;
  /** A topic that serves as the changelog in place of one of the application's own. */
  readonly sourceTopic?: string;
}
