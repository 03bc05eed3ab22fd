/** Stores of users' own, for processors: what to keep, where, and how it is backed up. */
import { MillraceError } from '../errors/error.js';
import { bytes } from '../serde/bytes.js';
import type { Serde } from '../serde/serde.js';
import type { AnyStore } from '../store/any-store.js';
import type { CustomStore, CustomStoreContext } from '../store/custom-store.js';
import type {
  KeyValueStore,
  TimestampedKeyValueStore,
  TimestampedKeyValueStoreWithHeaders,
} from '../store/key-value-store.js';
import type { SessionStore, SessionStoreWithHeaders } from '../store/session-store.js';
import type { CommonSpec, StoreEngine, StoreSpec, WindowSpec } from '../store/spec.js';
import type { StoreBuilder } from '../store/store-builder.js';
import type { VersionedKeyValueStore } from '../store/versioned-store.js';
import type { TimestampedWindowStore, TimestampedWindowStoreWithHeaders, WindowStore } from '../store/window-store.js';
import { toMilliseconds, type Duration } from '../time/duration.js';
import { checkName } from '../topology/names.js';
import { checkFunction, checkOptions } from './check-options.js';

/** What every store of one's own is told. */
export interface StoreOptions<K, V> {
  /** Its changelog topic is named after it. Required. */
  readonly name: string;
  /** Default: the application's `defaultKeySerde`. */
  readonly key?: Serde<K> | undefined;
  /** Default: the application's `defaultValueSerde`. */
  readonly value?: Serde<V> | undefined;
  /** Back it by a changelog topic; as an object: with this topic configuration. Default: true. */
  readonly logging?: boolean | Readonly<Record<string, string>> | undefined;
  /** Where it lives: `level`, on disk, `memory`, or an engine of your own. Default: `level`. */
  readonly engine?: StoreEngine | undefined;
}

/** Options of stores that can hold updates back; without an operator that listens this changes nothing. */
export interface CachingStoreOptions<K, V> extends StoreOptions<K, V> {
  /** Default: false. */
  readonly caching?: boolean | undefined;
}

/** Options of stores that forget by time. */
export interface SessionStoreOptions<K, V> extends CachingStoreOptions<K, V> {
  /** How long entries are kept behind the highest time put. Required. */
  readonly retention: Duration;
}

export interface WindowStoreOptions<K, V> extends SessionStoreOptions<K, V> {
  /** Length of a window. Required; at most `retention`. */
  readonly windowSize: Duration;
  /** Keep every entry of a key and time, not only the last. Default: false. */
  readonly retainDuplicates?: boolean | undefined;
}

export interface VersionedStoreOptions<K, V> extends Omit<StoreOptions<K, V>, 'engine'> {
  /** How long old versions are kept, and how late a record may come. Required. */
  readonly historyRetention: Duration;
  /** Length of a segment of the history. Default: a part of the retention, 2 s at least. */
  readonly segmentInterval?: Duration | undefined;
}

export interface LruOptions<K, V> extends Omit<StoreOptions<K, V>, 'engine'> {
  /** How many keys it holds. Required. */
  readonly maxEntries: number;
}

/** Options of stores of the user's own making. */
export interface CustomStoreOptions<S extends CustomStore> extends Pick<
  StoreOptions<unknown, unknown>,
  'name' | 'logging'
> {
  /**
   * Opens an empty store for a task, synchronously; another one in each call. Called before anything is restored, and again whenever
   * the task begins anew. Kafka Streams: `StoreBuilder.build` with `StateStore.init`.
   */
  readonly open: (context: CustomStoreContext) => S;
}

const STORE = ['name', 'key', 'value', 'logging', 'engine'] as const satisfies readonly (keyof StoreOptions<
  unknown,
  unknown
>)[];
const CACHING = [...STORE, 'caching'] as const;
const SESSION = [...CACHING, 'retention'] as const;
const WINDOW = [...SESSION, 'windowSize', 'retainDuplicates'] as const;
const VERSIONED = ['name', 'key', 'value', 'logging', 'historyRetention', 'segmentInterval'] as const;
const LRU = ['name', 'key', 'value', 'logging', 'maxEntries'] as const;
const CUSTOM = ['name', 'logging', 'open'] as const satisfies readonly (keyof CustomStoreOptions<CustomStore>)[];

/**
 * Describes stores for `addStateStore`, for the `stores` of a processor's supplier and for global stores. Changelogs are on
 * and caching is off unless said otherwise, unlike in the stores of operators. Kafka Streams: `Stores`.
 *
 * All throw MillraceError CONFIG_INVALID or NAME_INVALID for options that are wrong.
 */
export const stores = {
  /** One value a key. Kafka Streams: `keyValueStoreBuilder` of `persistentKeyValueStore` or `inMemoryKeyValueStore`. */
  keyValue<K, V>(options: CachingStoreOptions<K, V>): StoreBuilder<KeyValueStore<K, V>> {
    return builder<KeyValueStore<K, V>>({
      ...common('stores.keyValue()', options, CACHING),
      kind: 'keyValue',
      format: 'plain',
    });
  },

  /** One value a key, with the time of its last update. Kafka Streams: `timestampedKeyValueStoreBuilder`. */
  timestampedKeyValue<K, V>(options: CachingStoreOptions<K, V>): StoreBuilder<TimestampedKeyValueStore<K, V>> {
    return builder<TimestampedKeyValueStore<K, V>>({
      ...common('stores.timestampedKeyValue()', options, CACHING),
      kind: 'keyValue',
      format: 'timestamped',
    });
  },

  /**
   * One value a key, with the time of its last update and headers. Kafka Streams: `timestampedKeyValueStoreWithHeadersBuilder`.
   */
  timestampedKeyValueWithHeaders<K, V>(
    options: CachingStoreOptions<K, V>,
  ): StoreBuilder<TimestampedKeyValueStoreWithHeaders<K, V>> {
    return builder<TimestampedKeyValueStoreWithHeaders<K, V>>({
      ...common('stores.timestampedKeyValueWithHeaders()', options, CACHING),
      kind: 'keyValue',
      format: 'headers',
    });
  },

  /**
   * One value a key, in memory, for a number of keys: the one that was neither read nor written for longest makes room, with a
   * tombstone in the changelog. Kafka Streams: `keyValueStoreBuilder` of `lruMap`.
   */
  lruMap<K, V>(options: LruOptions<K, V>): StoreBuilder<KeyValueStore<K, V>> {
    const { maxEntries, ...rest } = options;
    if (!Number.isInteger(maxEntries) || maxEntries < 1) {
      throw invalid(
        'maxEntries',
        `maxEntries of stores.lruMap() must be a whole number of at least 1, not ${String(maxEntries)}`,
      );
    }
    return builder<KeyValueStore<K, V>>({
      ...common('stores.lruMap()', { ...rest, engine: 'memory' }, [...LRU, 'engine']),
      kind: 'keyValue',
      format: 'plain',
      maxEntries,
    });
  },

  /** One value a key and window start. Kafka Streams: `windowStoreBuilder`. */
  window<K, V>(options: WindowStoreOptions<K, V>): StoreBuilder<WindowStore<K, V>> {
    const call = 'stores.window()';
    return builder<WindowStore<K, V>>({
      ...common(call, options, WINDOW),
      kind: 'window',
      format: 'plain',
      ...windowTimes(call, options),
      ...(options.retainDuplicates === true ? { retainDuplicates: true } : {}),
    });
  },

  /** One value a key and window start, with the time of its last update. Kafka Streams: `timestampedWindowStoreBuilder`. */
  timestampedWindow<K, V>(
    options: Omit<WindowStoreOptions<K, V>, 'retainDuplicates'>,
  ): StoreBuilder<TimestampedWindowStore<K, V>> {
    const call = 'stores.timestampedWindow()';
    const allowed = WINDOW.filter((option) => option !== 'retainDuplicates');
    return builder<TimestampedWindowStore<K, V>>({
      ...common(call, options, allowed),
      kind: 'window',
      format: 'timestamped',
      ...windowTimes(call, options),
    });
  },

  /** The same with headers. Kafka Streams: `timestampedWindowStoreWithHeadersBuilder`. */
  timestampedWindowWithHeaders<K, V>(
    options: Omit<WindowStoreOptions<K, V>, 'retainDuplicates'>,
  ): StoreBuilder<TimestampedWindowStoreWithHeaders<K, V>> {
    const call = 'stores.timestampedWindowWithHeaders()';
    const allowed = WINDOW.filter((option) => option !== 'retainDuplicates');
    return builder<TimestampedWindowStoreWithHeaders<K, V>>({
      ...common(call, options, allowed),
      kind: 'window',
      format: 'headers',
      ...windowTimes(call, options),
    });
  },

  /** One value a key and session. Kafka Streams: `sessionStoreBuilder`. */
  session<K, V>(options: SessionStoreOptions<K, V>): StoreBuilder<SessionStore<K, V>> {
    const call = 'stores.session()';
    return builder<SessionStore<K, V>>({
      ...common(call, options, SESSION),
      kind: 'session',
      format: 'plain',
      retentionMs: required(call, 'retention', options.retention),
    });
  },

  /** The same with headers. Kafka Streams: `sessionStoreWithHeadersBuilder`. */
  sessionWithHeaders<K, V>(options: SessionStoreOptions<K, V>): StoreBuilder<SessionStoreWithHeaders<K, V>> {
    const call = 'stores.sessionWithHeaders()';
    return builder<SessionStoreWithHeaders<K, V>>({
      ...common(call, options, SESSION),
      kind: 'session',
      format: 'headers',
      retentionMs: required(call, 'retention', options.retention),
    });
  },

  /** The history of each key. Kafka Streams: `versionedKeyValueStoreBuilder` of `persistentVersionedKeyValueStore`. */
  versioned<K, V>(options: VersionedStoreOptions<K, V>): StoreBuilder<VersionedKeyValueStore<K, V>> {
    const { segmentInterval } = options;
    const call = 'stores.versioned()';
    return builder<VersionedKeyValueStore<K, V>>({
      ...common(call, options, VERSIONED),
      kind: 'versioned',
      format: 'plain',
      retentionMs: required(call, 'historyRetention', options.historyRetention),
      ...(segmentInterval === undefined
        ? {}
        : { segmentIntervalMs: toMilliseconds(segmentInterval, 'segmentInterval of stores.versioned()') }),
    });
  },

  /**
   * A store of one's own making: whatever `open` gives is what processors get. It is backed by a changelog topic of what it logs, and
   * restored from the start of that. It can be connected to processors, but neither filled from a topic (`addGlobalStore`,
   * `addReadOnlyStateStore`) nor queried. Kafka Streams: a `StoreBuilder` of one's own.
   */
  custom<S extends CustomStore>(options: CustomStoreOptions<S>): StoreBuilder<S> {
    const call = 'stores.custom()';
    const { name, logging } = options;
    checkOptions(call, options, CUSTOM);
    checkFunction(call, 'open', options.open);
    return builder<S>({
      ...common(call, { name, logging, key: bytes(), value: bytes() }, STORE),
      engine: 'memory',
      kind: 'custom',
      format: 'plain',
      open: options.open,
    });
  },
} as const;

interface AnyOptions {
  readonly name: string;
  readonly key?: unknown;
  readonly value?: unknown;
  readonly logging?: boolean | Readonly<Record<string, string>> | undefined;
  readonly engine?: StoreEngine | undefined;
  readonly caching?: boolean | undefined;
}

function builder<S extends AnyStore>(spec: StoreSpec): StoreBuilder<S> {
  return Object.freeze<StoreBuilder<S>>(spec);
}

function common(call: string, options: AnyOptions, allowed: readonly string[]): CommonSpec {
  checkOptions(call, options, allowed);
  checkName(options.name, `the name of ${call}`);
  const { logging = true } = options;
  return {
    name: options.name,
    key: options.key as Serde<unknown> | undefined,
    value: options.value as Serde<unknown> | undefined,
    engine: options.engine ?? 'level',
    caching: options.caching ?? false,
    logging: logging === true ? {} : logging === false ? false : { ...logging },
  };
}

function windowTimes(
  call: string,
  options: { readonly retention: Duration; readonly windowSize: Duration },
): Pick<WindowSpec, 'retentionMs' | 'windowSizeMs'> {
  const retentionMs = required(call, 'retention', options.retention);
  const windowSizeMs = required(call, 'windowSize', options.windowSize);
  if (windowSizeMs > retentionMs) {
    throw invalid(
      'retention',
      `the retention of ${call} is ${String(retentionMs)} ms, less than its windowSize of ${String(windowSizeMs)} ms; give it at least that`,
    );
  }
  return { retentionMs, windowSizeMs };
}

function required(call: string, option: string, value: Duration | undefined): number {
  if (value === undefined) throw invalid(option, `${call} needs the option ${option}`);
  return toMilliseconds(value, `${option} of ${call}`);
}

function invalid(option: string, message: string): MillraceError {
  return new MillraceError('CONFIG_INVALID', message, { option });
}
