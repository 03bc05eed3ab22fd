/** Beside the state of a task: what its place on disk holds, read by who has no topology. Nothing is written. */
import type { Headers } from '../../record/headers.js';
import { RecordContext } from '../../record/record-context.js';
import { Turn } from '../../record/turn.js';
import { bytes } from '../../serde/bytes.js';
import { systemClock } from '../../time/clock.js';
import type { KeyRange, StateBackend } from '../backend.js';
import { CacheBudget } from '../cache-budget.js';
import type { StoreKind } from '../spec.js';
import { NO_HOME } from '../store-home.js';
import type { ChangelogRow } from '../task-state.js';
import { readInt64, writeInt64 } from './bytes/int64.js';
import { Catalog, type ListedStore } from './epoch/catalog.js';
import { NO_PROGRESS, PREFIX_BYTES } from './epoch/store-site.js';
import { openStore } from './open-store.js';
import { readShape, specOfShape, type StoredShape } from './stored-shape.js';

export interface StoredStore extends ListedStore {
  /** Null: it is kept in a way that this version does not know. */
  readonly is: StoredShape | null;
}

/** One row, with its key and value as the serdes of the store wrote them. */
export interface StoredBytes {
  readonly key: Buffer;
  readonly value: Buffer;
  /** Of the last update, ms; null where the store keeps none. */
  readonly timestamp: number | null;
  readonly headers: Headers;
  /** First moment of the window or session, ms; null in stores without. */
  readonly start: number | null;
  /** Last moment of the session, ms; null in stores without. */
  readonly end: number | null;
  /** As the changelog has it. */
  readonly logged: ChangelogRow;
}

/** Which keys, as their bytes; null: no bound. */
export interface KeyBounds {
  /** Inclusive. */
  readonly from: Buffer | null;
  /** Exclusive. */
  readonly before: Buffer | null;
}

/** Behind the keys of changelog records: the start and a number of windows, end and start of sessions. */
const WINDOW_TAIL = 12;
const SESSION_TAIL = 16;

/** The stores in a backend, and what was last committed of the inputs of their task; empty: that is not known. */
export function storedStores(backend: StateBackend): {
  readonly stores: readonly StoredStore[];
  readonly mark: string;
} {
  const catalog = new Catalog(backend);
  return { stores: catalog.listed().map((one) => ({ ...one, is: readShape(one.shape) })), mark: catalog.mark };
}

/** What a store takes of a backend. */
export function storedRange({ prefix }: StoredStore): Pick<KeyRange, 'gte' | 'lt'> {
  const gte = Buffer.allocUnsafe(PREFIX_BYTES);
  const lt = Buffer.allocUnsafe(PREFIX_BYTES);
  gte.writeUInt32BE(prefix, 0);
  lt.writeUInt32BE(prefix + 2, 0);
  return { gte, lt };
}

/** Whether the rows of a store are what a user has put: other kinds keep what their operators need. */
export function hasRows({ is }: Pick<StoredStore, 'is'>): boolean {
  return is !== null && (is.kind === 'keyValue' || is.kind === 'session' || (is.kind === 'window' && !is.duplicates));
}

/** The rows of a store for which `hasRows`: of one value a key by their bytes, else by time, then by their bytes. */
export async function* storedRows(
  backend: StateBackend,
  store: StoredStore,
  bounds: KeyBounds,
): AsyncGenerator<StoredBytes, void> {
  const spec = specOfShape(store.name, store.shape);
  if (spec === null || !hasRows(store)) throw new RangeError(`store ${store.name} has no rows of its own`);
  const context = new RecordContext();
  const place = spec.kind === 'keyValue' ? new Narrowed(backend, store.prefix, bounds) : backend;
  const opened = openStore({
    opening: { spec, key: bytes(), value: bytes(), changelogTopic: store.name },
    backend: place,
    budget: new CacheBudget(0),
    context,
    turn: new Turn(context),
    clock: systemClock,
    task: '',
    home: NO_HOME,
    partition: 0,
    logged: false,
    prefix: store.prefix,
    progress: { ...NO_PROGRESS },
  });
  try {
    for await (const row of opened.changelogRows() ?? []) {
      const one = partsOf(row, store);
      if (isWithin(one.key, bounds)) yield one;
    }
  } finally {
    opened.close();
  }
}

/** The key that a row has in its changelog: the inverse of what `storedRows` takes it apart into. */
export function loggedKey(kind: StoreKind, key: Buffer, start: number, end: number): Buffer {
  const tail = Buffer.alloc(kind === 'window' ? WINDOW_TAIL : kind === 'session' ? SESSION_TAIL : 0);
  if (kind === 'window') writeInt64(tail, start, 0);
  if (kind === 'session') {
    writeInt64(tail, end, 0);
    writeInt64(tail, start, 8);
  }
  return Buffer.concat([key, tail]);
}

function partsOf(logged: ChangelogRow, { is }: StoredStore): StoredBytes {
  const { key, value, headers } = logged;
  const isTimed = is?.kind !== 'session' && is?.format !== 'plain';
  const common = { value, headers, logged, timestamp: isTimed ? logged.timestamp : null };
  if (is?.kind === 'window') {
    const tail = key.length - WINDOW_TAIL;
    return { ...common, key: key.subarray(0, tail), start: readInt64(key, tail), end: null };
  }
  if (is?.kind === 'session') {
    const tail = key.length - SESSION_TAIL;
    return { ...common, key: key.subarray(0, tail), start: readInt64(key, tail + 8), end: readInt64(key, tail) };
  }
  return { ...common, key, start: null, end: null };
}

function isWithin(key: Buffer, { from, before }: KeyBounds): boolean {
  return (from === null || Buffer.compare(key, from) >= 0) && (before === null || Buffer.compare(key, before) < 0);
}

/** Shows of one store what lies between two keys: a look-up reads no more than it needs. */
class Narrowed implements StateBackend {
  readonly persistent = true;
  readonly scanSync = null;

  constructor(
    private readonly whole: StateBackend,
    private readonly prefix: number,
    private readonly bounds: KeyBounds,
  ) {}

  get location(): string {
    return this.whole.location;
  }

  getSync(key: Buffer): Buffer | undefined {
    return this.whole.getSync(key);
  }

  scan({ gte, lt, reverse }: KeyRange): ReturnType<StateBackend['scan']> {
    const { from, before } = this.bounds;
    return this.whole.scan({
      gte: from === null ? gte : this.inStore(from),
      lt: before === null ? lt : this.inStore(before),
      reverse,
    });
  }

  write(): never {
    throw new RangeError(`${this.location} is only read`);
  }

  async close(): Promise<void> {
    // It is the caller's.
  }

  destroy(): never {
    throw new RangeError(`${this.location} is only read`);
  }

  private inStore(key: Buffer): Buffer {
    const stored = Buffer.allocUnsafe(PREFIX_BYTES + key.length);
    stored.writeUInt32BE(this.prefix, 0);
    key.copy(stored, PREFIX_BYTES);
    return stored;
  }
}
