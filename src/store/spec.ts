/** How a store is described before it exists: plain data, written by the DSL, carried by the topology, opened by a task. */
import type { Serde } from '../serde/serde.js';
import type { CustomStore, CustomStoreContext } from './custom-store.js';
import type { EngineSupplier } from './engine-supplier.js';

/** `level`: LevelDB on disk. `memory`: on the heap; rebuilt from the changelog at every start. Or an engine of the user's own. */
export type StoreEngine = 'level' | 'memory' | EngineSupplier;

/**
 * What stands in front of the values of a store: nothing (`plain`), the time of the last update (`timestamped`), or headers
 * (`headers`; but in session stores behind the time). On disk they are bytes in front of the value; in the changelog they are the
 * time and the headers of the record, so that a store of one format restores from what another has written.
 */
export type StoreFormat = 'plain' | 'timestamped' | 'headers';

/** What the description of every store has. */
export interface CommonSpec {
  readonly name: string;
  /** Undefined: the application's default serde. */
  readonly key: Serde<unknown> | undefined;
  readonly value: Serde<unknown> | undefined;
  readonly engine: StoreEngine;
  /** Nobody said where it lives: the application's `dslStores` comes before `engine`. */
  readonly engineOpen?: true;
  /** Nobody said what stands in front of its values: on disk the application's `dslStoreFormat` comes before `format`. */
  readonly formatOpen?: true;
  /** Hold updates back until commit, one emission a key. */
  readonly caching: boolean;
  /** False: no changelog. Else configuration of the changelog topic over Kafka Streams' own. */
  readonly logging: false | Readonly<Record<string, string>>;
  /** A topic that serves as the changelog in place of one of the application's own. */
  readonly sourceTopic?: string;
}

/** What stores have that forget by time. */
interface ForgettingSpec extends CommonSpec {
  /** How long entries are kept behind the store's stream time, ms. */
  readonly retentionMs: number;
  /** Length of a segment, ms. Default: by the retention. */
  readonly segmentIntervalMs?: number;
}

/** One value a key. */
export interface KeyValueSpec extends CommonSpec {
  readonly kind: 'keyValue';
  readonly format: StoreFormat;
  /** Plain stores in memory: how many keys they hold; the one used longest ago makes room. */
  readonly maxEntries?: number;
}

/** One value a key and window start. */
export interface WindowSpec extends ForgettingSpec {
  readonly kind: 'window';
  readonly format: StoreFormat;
  /** Length of a window, ms. */
  readonly windowSizeMs: number;
  /** Stores of joins: keep every entry of a key and time. */
  readonly retainDuplicates?: boolean;
  /** Windows stay at hand, whatever the retention, until an operator has taken them as closed. */
  readonly keepsClosed?: boolean;
  /** Changelog records carry the headers of the record that was processed (the stores of stream-stream joins). */
  readonly logHeaders?: boolean;
}

/** One value a key and session. */
export interface SessionSpec extends ForgettingSpec {
  readonly kind: 'session';
  readonly format: 'plain' | 'headers';
  /** The inactivity gap, ms. It decides how sessions are laid together, not what they are. */
  readonly sessionGapMs?: number;
  /** As of windows. */
  readonly keepsClosed?: boolean;
}

/** The history of a key. */
export interface VersionedSpec extends ForgettingSpec {
  readonly kind: 'versioned';
  readonly format: 'plain';
}

/** Changes that are held back, one a key. */
export interface SuppressBufferSpec extends CommonSpec {
  readonly kind: 'suppressBuffer';
  readonly format: 'plain' | 'headers';
}

/** Records of a stream that wait for late updates of a table. */
export interface JoinBufferSpec extends CommonSpec {
  readonly kind: 'joinBuffer';
  readonly format: 'plain';
  /** How long a record waits behind the buffer's stream time, ms. */
  readonly retentionMs: number;
}

/** The records of a left or outer stream-stream join that wait for a partner. */
export interface OuterJoinSpec extends CommonSpec {
  readonly kind: 'outerJoin';
  readonly format: 'plain';
  /** Serde of the values of the right stream, `value` being that of the left one. */
  readonly rightValue: Serde<unknown> | undefined;
}

/** What the right side of a foreign-key join remembers of the left one. */
export interface SubscriptionSpec extends CommonSpec {
  readonly kind: 'subscription';
  readonly format: 'plain';
}

/** What the user has made of it: its keys and values are bytes, its engine is `memory`. */
export interface CustomSpec extends CommonSpec {
  readonly kind: 'custom';
  readonly format: 'plain';
  readonly open: (context: CustomStoreContext) => CustomStore;
}

export type StoreSpec =
  | KeyValueSpec
  | WindowSpec
  | SessionSpec
  | VersionedSpec
  | SuppressBufferSpec
  | JoinBufferSpec
  | OuterJoinSpec
  | SubscriptionSpec
  | CustomSpec;

/** What a store is. What stands in front of its values is its {@link StoreFormat}. */
export type StoreKind = StoreSpec['kind'];
