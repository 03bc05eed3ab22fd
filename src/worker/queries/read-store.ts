/** Makes what asks a store of the application from outside, in the way of its kind. */
import { MillraceError } from '../../errors/error.js';
import type { Windowed } from '../../record/windowed.js';
import type { Serde } from '../../serde/serde.js';
import type { ReadOnlyKeyValueStore } from '../../store/key-value-store.js';
import type { ReadOnlySessionStore, SessionStoreWithHeaders } from '../../store/session-store.js';
import type { StoreSpec } from '../../store/spec.js';
import type { ValueTimestampHeaders } from '../../store/state-store.js';
import type { VersionedKeyValueStore, VersionedRecord } from '../../store/versioned-store.js';
import type { WindowEntry, WindowScans } from '../../store/window-store.js';
import { RowScan } from './row-scan.js';
import { StoreParts, type StorePart, type StoresOfInstance } from './store-parts.js';
import type { QueryableKind, QueryableStoreType } from './store-readers.js';

type AnyKeyValue = ReadOnlyKeyValueStore<unknown, unknown>;
type Stored = ValueTimestampHeaders<unknown>;

/** @throws MillraceError STORE_UNAVAILABLE when there is no such store, or it is of another kind */
export function readStore<Reader>(name: string, type: QueryableStoreType<Reader>, instance: StoresOfInstance): Reader {
  const parts = new StoreParts(name, instance);
  const { spec } = parts;
  const kinds = queryableKinds(spec);
  if (!kinds.includes(type.kind)) {
    const [kind] = kinds as [string];
    throw new MillraceError(
      'STORE_UNAVAILABLE',
      `store ${name} is of kind ${kind}, not ${type.kind}: ${kind in readers ? `ask for it as queryableStores.${kind}()` : 'it cannot be read'}`,
      { store: name },
    );
  }
  const storesTimes = spec.kind !== 'session' && spec.format !== 'plain';
  const shown = { time: type.kind.startsWith('timestamped'), headers: type.kind.endsWith('WithHeaders') };
  return readers[type.kind](new Asked(name, parts, shown, storesTimes)) as Reader;
}

/**
 * The kinds that a store can be asked as: first the one that gives all that it has, then those that give less. Stores that cannot be
 * read keep the name of their own.
 */
function queryableKinds({ kind, format }: StoreSpec): readonly string[] {
  if (format === 'plain') return [kind];
  if (kind === 'session') return ['sessionWithHeaders', kind];
  const timed = kind === 'window' ? 'timestampedWindow' : 'timestampedKeyValue';
  return format === 'headers' ? [`${timed}WithHeaders`, timed, kind] : [timed, kind];
}

/** The parts of one store, asked one after the other. */
class Asked {
  constructor(
    readonly name: string,
    private readonly parts: StoreParts,
    /** What rows are shown with, beside their value. */
    readonly shows: { readonly time: boolean; readonly headers: boolean },
    /** The store has timestamps, shown or not. */
    readonly storesTimes: boolean,
  ) {}

  /** The end of a window that starts then. */
  endOf(start: number): number {
    const { spec } = this.parts;
    return spec.kind === 'window' ? start + spec.windowSizeMs : start;
  }

  /** What is stored, as it is shown: a copy, which is frozen. */
  shown(stored: unknown): unknown {
    if (!this.storesTimes) return stored;
    return this.shows.time ? this.row({}, stored) : (stored as Stored).value;
  }

  row<Row extends object>(place: Row, stored: unknown): Row & { value: unknown; timestamp?: number } {
    if (!this.storesTimes) return Object.freeze({ ...place, value: stored });
    const { value, timestamp, headers } = stored as Stored;
    const { shows } = this;
    if (shows.headers) return Object.freeze({ ...place, value, timestamp, headers });
    return Object.freeze(shows.time ? { ...place, value, timestamp } : { ...place, value });
  }

  /**
   * What the part that has the key says of it; null where it says nothing, and the key would be here.
   * Asynchronous, though parts answer at once: other instances will be asked in the same way.
   */

  async one<S, T>(key: unknown, ask: (store: S) => T | null): Promise<T | null> {
    for (const { store } of this.parts.here()) {
      const found = ask(store as S);
      if (found !== null) return found;
    }
    this.parts.mustBeHereIfAnywhere(key);
    return null;
  }

  /** The same of several rows. */
  async some<S, T>(key: unknown, ask: (store: S) => readonly T[]): Promise<readonly T[]> {
    const rows = await this.one(key, (store: S) => {
      const found = ask(store);
      return found.length === 0 ? null : found;
    });
    return Object.freeze(rows ?? []);
  }

  scan<S, E, Row>(open: (store: S) => AsyncIterable<E>, row: (entry: E) => Row): RowScan<Row> {
    return new RowScan(
      () => this.parts.here(),
      async function* ({ store }: StorePart) {
        for await (const entry of open(store as S)) yield row(entry);
      },
    );
  }
}

const readers: Readonly<Record<QueryableKind, (asked: Asked) => object>> = {
  keyValue: keyed,
  timestampedKeyValue: keyed,
  window: windowed,
  timestampedWindow: windowed,
  session: sessions,
  timestampedKeyValueWithHeaders: keyed,
  timestampedWindowWithHeaders: windowed,
  sessionWithHeaders: sessionsWithHeaders,
  versioned: versions,
};

function keyed(asked: Asked): object {
  const row = ([key, stored]: readonly [unknown, unknown]): object => asked.row({ key }, stored);
  return {
    name: asked.name,
    get: (key: unknown) =>
      asked.one(key, (store: AnyKeyValue) => {
        const stored = store.get(key);
        return stored === null ? null : asked.shown(stored);
      }),
    all: () => asked.scan((store: AnyKeyValue) => store.all(), row),
    range: (from: unknown, to: unknown) => asked.scan((store: AnyKeyValue) => store.range(from, to), row),
    prefix: (prefix: unknown, serde: Serde<unknown>) =>
      asked.scan((store: AnyKeyValue) => store.prefixScan(prefix, serde), row),
  };
}

/** What window stores of both kinds have. */
interface AnyWindows extends WindowScans<unknown, unknown> {
  fetch(key: unknown, start: number): unknown;
  fetchRange(key: unknown, from: number, to: number): readonly WindowEntry<unknown>[];
}

function windowed(asked: Asked): object {
  const row = ([{ key, window }, stored]: readonly [Windowed<unknown>, unknown]): object =>
    asked.row({ key, start: window.start, end: window.end }, stored);
  return {
    name: asked.name,
    get: (key: unknown, start: number) =>
      asked.one(key, (store: AnyWindows) => {
        const stored = store.fetch(key, start);
        return stored === null ? null : asked.shown(stored);
      }),
    fetch: (key: unknown, from: number, to: number) =>
      asked.some(key, (store: AnyWindows) =>
        store.fetchRange(key, from, to).map((entry) => {
          const { start } = entry;
          // Of stores with timestamps, such an entry has its time itself.
          return asked.row({ key, start, end: asked.endOf(start) }, asked.storesTimes ? entry : entry.value);
        }),
      ),
    fetchAll: (from: number, to: number) => asked.scan((store: AnyWindows) => store.fetchAll(from, to), row),
    range: (fromKey: unknown, toKey: unknown, from: number, to: number) =>
      asked.scan((store: AnyWindows) => store.fetchKeys(fromKey, toKey, from, to), row),
    all: () => asked.scan((store: AnyWindows) => store.all(), row),
  };
}

type AnySessions = ReadOnlySessionStore<unknown, unknown>;

function sessions(asked: Asked): object {
  const row = ([{ key, window }, value]: readonly [Windowed<unknown>, unknown]): object =>
    asked.row({ key, start: window.start, end: window.end }, value);
  return {
    name: asked.name,
    get: (key: unknown, start: number, end: number) =>
      asked.one(key, (store: AnySessions) => store.fetchSession(key, start, end)),
    fetch: (key: unknown, earliestEnd = 0, latestStart = Number.POSITIVE_INFINITY) =>
      asked.some(key, (store: AnySessions) =>
        store
          .findSessions(key, earliestEnd, latestStart)
          .map(({ start, end, value }) => asked.row({ key, start, end }, value)),
      ),
    fetchAll: (earliestEnd: number, latestEnd: number) =>
      asked.scan((store: AnySessions) => store.findSessionsByEnd(earliestEnd, latestEnd), row),
    range: (fromKey: unknown, toKey: unknown) =>
      asked.scan((store: AnySessions) => store.fetchKeys(fromKey, toKey), row),
    all: () => asked.scan((store: AnySessions) => store.all(), row),
  };
}

type HeadedSessions = SessionStoreWithHeaders<unknown, unknown>;

function sessionsWithHeaders(asked: Asked): object {
  return {
    name: asked.name,
    get: (key: unknown, start: number, end: number) =>
      asked.one(key, (store: HeadedSessions) => {
        const found = store.fetchSessionWithHeaders(key, start, end);
        return found === null ? null : Object.freeze({ value: found.value, headers: found.headers });
      }),
    fetch: (key: unknown, earliestEnd = 0, latestStart = Number.POSITIVE_INFINITY) =>
      asked.some(key, (store: HeadedSessions) =>
        store
          .findSessions(key, earliestEnd, latestStart)
          .map(({ start, end, value, headers }) => Object.freeze({ key, start, end, value, headers })),
      ),
  };
}

type AnyVersions = VersionedKeyValueStore<unknown, unknown>;

function versions(asked: Asked): object {
  const copy = (version: VersionedRecord<unknown> | null): VersionedRecord<unknown> | null => {
    if (version === null) return null;
    const { value, timestamp, validTo } = version;
    return Object.freeze({ value, timestamp, validTo });
  };
  return {
    name: asked.name,
    get: (key: unknown) => asked.one(key, (store: AnyVersions) => copy(store.get(key))),
    getAsOf: (key: unknown, timestamp: number) =>
      asked.one(key, (store: AnyVersions) => copy(store.getAsOf(key, timestamp))),
  };
}
