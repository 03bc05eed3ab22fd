/** Asks one part of a store a question of an instance, in the way of the store's kind: rows as bytes come back. */
import type { Headers } from '../../record/headers.js';
import { MOST_ROWS_OF_A_KEY, type Asked, type ByteRow } from '../../query/question.js';
import { QueryError } from '../../query/query-error.js';
import type { Windowed } from '../../record/windowed.js';
import { NotReady } from '../../serde/not-ready.js';
import type { ReadOnlyKeyValueStore } from '../../store/key-value-store.js';
import type { ReadOnlySessionStore, SessionStoreWithHeaders } from '../../store/session-store.js';
import type { StoreOpening } from '../../store/task-state.js';
import type { StateStore } from '../../store/state-store.js';
import type { VersionedKeyValueStore } from '../../store/versioned-store.js';
import type { WindowEntry, WindowScans } from '../../store/window-store.js';
import { keyPage, timePage, type ByteRows, type FoundRows, type Page, type Pause } from './row-pages.js';

type AnyKeyValue = ReadOnlyKeyValueStore<unknown, unknown>;
type AnySessions = ReadOnlySessionStore<unknown, unknown>;
type AnyVersions = VersionedKeyValueStore<unknown, unknown>;

interface AnyWindows extends WindowScans<unknown, unknown> {
  fetch(key: unknown, start: number): unknown;
  fetchRange(key: unknown, from: number, to: number): readonly WindowEntry<unknown>[];
}

/** What a store gives of a value, by its format. */
interface Stored {
  readonly value: unknown;
  readonly timestamp?: number;
  readonly headers?: Headers;
}

interface Times {
  readonly start: number;
  readonly end: number | null;
}

const NO_TIMES: Times = { start: 0, end: null };

const KINDS: Readonly<Record<Asked['kind'], StateStore['kind']>> = {
  ...{ keys: 'keyValue', range: 'keyValue', prefix: 'keyValue' },
  ...{ window: 'window', windows: 'window', windowRange: 'window' },
  ...{ session: 'session', sessions: 'session', sessionRange: 'session' },
  ...{ version: 'versioned', versions: 'versioned' },
};

const NOTHING: FoundRows = { rows: [], more: false };

export class StoreAsker {
  private readonly timed: boolean;

  constructor(
    private readonly store: StateStore,
    private readonly opening: StoreOpening,
  ) {
    this.timed = (store.kind === 'keyValue' || store.kind === 'window') && store.format !== 'plain';
  }

  /** What can be told at once; null: the question needs a walk. @throws QueryError UNKNOWN_QUERY_TYPE, INVALID, or what the store throws */
  now(asked: Asked): FoundRows | null {
    this.mustSuit(asked);
    switch (asked.kind) {
      case 'keys':
        return { rows: asked.keys.map((key) => this.ofKey(key)), more: false };
      case 'window':
        return one(this.window(asked.key, asked.start));
      case 'windows':
        return all(this.windows(asked.key, asked.from, asked.to), asked.reverse);
      case 'session':
        return one(this.session(asked.key, asked.start, asked.end));
      case 'sessions':
        return all(this.sessions(asked.key, asked.earliestEnd, asked.latestStart), false);
      case 'version': {
        const key = this.key(asked.key);
        const store = this.store as AnyVersions;
        const found = asked.asOf === null ? store.get(key) : store.getAsOf(key, asked.asOf);
        return found === null ? NOTHING : one(this.versionRow(asked.key, found));
      }
      case 'versions': {
        const found = (this.store as AnyVersions).versions(this.key(asked.key), asked.from, asked.to);
        return all(
          found.map((version) => this.versionRow(asked.key, version)),
          asked.reverse,
        );
      }
      default:
        return null;
    }
  }

  /** The next rows of a walk. @param pause lets other work have its turn; throws when the store is not here any more */
  async page(asked: Asked, pause: Pause): Promise<FoundRows> {
    switch (asked.kind) {
      case 'range':
      case 'prefix':
        return keyPage(this.entries(asked), asked, pause);
      case 'windowRange':
      case 'sessionRange': {
        const { stretchMs } = this.store as AnyWindows | AnySessions;
        const page: Page = { ...asked, reverse: asked.kind === 'windowRange' && asked.reverse };
        const walk = asked.kind === 'sessionRange' ? this.sessionRange(asked) : this.windowRange(asked);
        return timePage(walk, page, stretchMs, pause);
      }
      default:
        return NOTHING;
    }
  }

  private mustSuit({ kind }: Asked): void {
    const { store, opening } = this;
    const wanted = KINDS[kind];
    if (store.kind !== wanted) {
      throw new QueryError(
        'UNKNOWN_QUERY_TYPE',
        `store ${store.name} is of kind ${store.kind}, and ${kind} asks stores of kind ${wanted}`,
        {
          store: store.name,
        },
      );
    }
    const { spec } = opening;
    if (spec.kind !== 'window' || spec.retainDuplicates !== true || kind === 'windows') return;
    throw new QueryError(
      'UNKNOWN_QUERY_TYPE',
      `store ${store.name} keeps several values a key and time: ask for the windows of a key`,
      {
        store: store.name,
      },
    );
  }

  private ofKey(bytes: Buffer): ByteRow | null {
    const stored = (this.store as AnyKeyValue).get(this.key(bytes));
    return stored === null ? null : this.row(bytes, stored, NO_TIMES);
  }

  private window(bytes: Buffer, start: number): ByteRow | null {
    const stored = (this.store as AnyWindows).fetch(this.key(bytes), start);
    return stored === null ? null : this.row(bytes, stored, this.windowAt(start));
  }

  private windows(bytes: Buffer, from: number, to: number): ByteRow[] {
    const found = (this.store as AnyWindows).fetchRange(this.key(bytes), from, to);
    // Of stores with timestamps, such an entry has its time itself.
    return found.map((entry) => this.row(bytes, this.timed ? entry : entry.value, this.windowAt(entry.start)));
  }

  private session(bytes: Buffer, start: number, end: number): ByteRow | null {
    const { value, headers } = this.sessionAt(this.key(bytes), start, end);
    return value === null ? null : this.bytesOf(bytes, { value, ...headers }, { start, end });
  }

  private sessions(bytes: Buffer, earliestEnd: number, latestStart: number): ByteRow[] {
    const found = (this.store as AnySessions).findSessions(this.key(bytes), earliestEnd, latestStart);
    return found.map((entry) => this.bytesOf(bytes, entry, entry));
  }

  /** Walks give values alone: the headers beside them are looked up. */
  private sessionAt(key: unknown, start: number, end: number): { value: unknown; headers: { headers?: Headers } } {
    const { store } = this;
    if (store.format !== 'headers') return { value: (store as AnySessions).fetchSession(key, start, end), headers: {} };
    const found = (store as SessionStoreWithHeaders<unknown, unknown>).fetchSessionWithHeaders(key, start, end);
    return found === null ? { value: null, headers: {} } : { value: found.value, headers: { headers: found.headers } };
  }

  private versionRow(
    bytes: Buffer,
    { value, timestamp, validTo }: { value: unknown; timestamp: number; validTo: number | null },
  ): ByteRow {
    return this.bytesOf(bytes, { value, timestamp }, { start: timestamp, end: validTo });
  }

  private async *entries(asked: Extract<Asked, { kind: 'range' | 'prefix' }>): ByteRows {
    const store = this.store as AnyKeyValue;
    const { after } = asked;
    const isPrefix = asked.kind === 'prefix';
    const from = isPrefix ? asked.prefix : asked.from;
    const to = isPrefix ? null : asked.to;
    const reverse = !isPrefix && asked.reverse;
    // What begins with the prefix stands together: behind a row that was given it goes on as a range.
    const walk =
      isPrefix && after === null
        ? store.prefixScan(asked.prefix, RAW)
        : reverse
          ? store.reverseRange(this.bound(from), this.bound(after?.key ?? to))
          : store.range(this.bound(after?.key ?? from), this.bound(to));
    for await (const [key, stored] of walk) {
      const bytes = this.keyBytes(key);
      if (isPrefix && !bytes.subarray(0, asked.prefix.length).equals(asked.prefix)) return;
      yield { key: bytes, time: 0, start: 0, row: () => this.row(bytes, stored, NO_TIMES) };
    }
  }

  private async *windowRange(asked: Extract<Asked, { kind: 'windowRange' }>): ByteRows {
    const store = this.store as AnyWindows;
    const { after, reverse } = asked;
    const from = reverse ? asked.from : Math.max(asked.from, after?.time ?? asked.from);
    const to = reverse ? Math.min(asked.to, after?.time ?? asked.to) : asked.to;
    const keys = [this.bound(asked.fromKey), this.bound(asked.toKey)] as const;
    const walk = reverse ? store.backwardFetchKeys(...keys, from, to) : store.fetchKeys(...keys, from, to);
    for await (const [{ key, window }, stored] of walk) {
      const { start, end } = window;
      const bytes = this.keyBytes(key);
      yield { key: bytes, time: start, start, row: () => this.row(bytes, stored, { start, end }) };
    }
  }

  private async *sessionRange(asked: Extract<Asked, { kind: 'sessionRange' }>): ByteRows {
    const store = this.store as AnySessions;
    const from = Math.max(asked.earliestEnd, asked.after?.time ?? asked.earliestEnd);
    for await (const [windowed, value] of store.findSessionsByEnd(from, asked.latestEnd)) {
      const { key, window } = windowed;
      const bytes = this.keyBytes(key);
      const row = (): ByteRow => this.bytesOf(bytes, this.storedSession(windowed, value), window);
      yield { key: bytes, time: window.end, start: window.start, row };
    }
  }

  private storedSession({ key, window }: Windowed<unknown>, value: unknown): Stored {
    if (this.store.format !== 'headers') return { value };
    const found = this.sessionAt(key, window.start, window.end);
    return found.value === null ? { value } : { value: found.value, ...found.headers };
  }

  private row(key: Buffer, stored: unknown, times: Times): ByteRow {
    return this.bytesOf(key, this.timed ? (stored as Stored) : { value: stored }, times);
  }

  private bytesOf(key: Buffer, { value, timestamp, headers }: Stored, { start, end }: Times): ByteRow {
    const { value: serde, changelogTopic } = this.opening;
    const { format } = this.store;
    return {
      key,
      value: serde.serialize(value, changelogTopic),
      timestamp: timestamp ?? null,
      headers: format === 'headers' ? (headers ?? []).map(([name, bytes]) => [name, asBuffer(bytes)]) : null,
      start,
      end,
    };
  }

  private windowAt(start: number): Times {
    const { spec } = this.opening;
    return { start, end: spec.kind === 'window' ? start + spec.windowSizeMs : start };
  }

  private bound(bytes: Buffer | null): unknown {
    return bytes === null ? null : this.key(bytes);
  }

  private key(bytes: Buffer): unknown {
    try {
      return this.opening.key.deserialize(bytes, this.opening.changelogTopic);
    } catch (cause) {
      if (cause instanceof NotReady) throw cause;
      const { name } = this.store;
      throw new QueryError('INVALID', `these bytes are no key of store ${name}`, { store: name, cause });
    }
  }

  private keyBytes(key: unknown): Buffer {
    return this.opening.key.serialize(key, this.opening.changelogTopic);
  }
}

/** Prefixes come as bytes. */
const RAW = { serialize: (bytes: Buffer) => bytes, deserialize: (bytes: Buffer) => bytes };

function asBuffer(bytes: Uint8Array | null): Buffer | null {
  return bytes === null || Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes);
}

function one(row: ByteRow | null): FoundRows {
  return row === null ? NOTHING : { rows: [row], more: false };
}

function all(rows: ByteRow[], reverse: boolean): FoundRows {
  if (rows.length > MOST_ROWS_OF_A_KEY) {
    throw new QueryError(
      'INVALID',
      `the key has ${String(rows.length)} rows in that time, more than the ${String(MOST_ROWS_OF_A_KEY)} of one answer: ask for less time`,
    );
  }
  return { rows: reverse ? rows.reverse() : rows, more: false };
}
