/** The queries of an application: each is made questions for those who have the parts of the store, and their answers one answer. */
import { reasonOf } from '../errors/shown-value.js';
import { toMilliseconds, type Duration } from '../time/duration.js';
import type { AskOwner, HowToAsk } from './ask-owner.js';
import type { ChangeFeed } from './change-feed.js';
import { Position, type Offsets } from './position.js';
import { historyLimits, historyOf, type HistoryOptions, type KeyHistory, type ReadHistory } from './key-history.js';
import type { AskedOfAll, AskedOfKeys } from './queries.js';
import { QueryError } from './query-error.js';
import {
  MOST_KEYS,
  type Asked,
  type ByteRow,
  type Isolation,
  type Question,
  type QuestionAnswer,
  type RowsAnswer,
} from './question.js';
import { QueriedRows, type Walk } from './queried-rows.js';
import type { Answer } from './rows.js';
import { RoutedChanges, type FollowedKeys } from './routed-changes.js';
import { bytesOf, read, ready } from './store-bytes.js';
import type { StoreToAsk } from './store-to-ask.js';
import { TimeLimit } from './time-limit.js';

/** How a query is asked. */
export interface QueryOptions {
  /** How long it may take in all: asking, waiting for a rebalance or a position. Of a walk: each of its pages. Default 5 s. */
  readonly timeout?: Duration | undefined;
  /**
   * What the answer must have in it: the position of an earlier answer, or of a record that was written, as such or as its text.
   * Kafka Streams: `PositionBound`.
   */
  readonly atLeast?: Position | string | undefined;
  /**
   * `latest`: with all that is processed, committed or not; a crash may take some of that back until it is processed again.
   * `readCommitted`: as of the last commit. Default `latest`.
   */
  readonly isolation?: Isolation | undefined;
  /** Of keys that were written by another partitioner than the default one: their partition. */
  readonly partition?: number | undefined;
  /** Asks this instance alone, at once: what is not here is NOT_PRESENT. Default false. */
  readonly hereOnly?: boolean | undefined;
}

/** Of which changes one is told. */
export interface SubscribeOptions<K> {
  /** One key alone. */
  readonly key?: K | undefined;
  /** From a key to a key, both inclusive; null: open. Default: all keys. */
  readonly from?: K | null | undefined;
  readonly to?: K | null | undefined;
  /** Changes that may wait to be taken; those behind them are counted and left out. Default 1,000. */
  readonly most?: number | undefined;
  /** Those of this instance alone. Default false: those of all instances. */
  readonly hereOnly?: boolean | undefined;
}

const DEFAULT_WAITING = 1_000;
const DEFAULT_TIMEOUT_MS = 5_000;
/** Whose answer is a row, or null. */
const ONE_ROW: ReadonlySet<AskedOfKeys['kind']> = new Set(['key', 'window', 'session', 'version']);
/** Bytes of keys in one question. */
const KEY_BYTES = 256 * 1024;

interface Checked extends HowToAsk {
  readonly atLeast: Offsets;
  readonly isolation: Isolation;
  readonly partition: number | undefined;
}

/**
 * Follows what this instance has of a store.
 * @param all is told the partitions that are followed here, and says which are followed altogether
 */
type Follow = (
  store: string,
  keys: FollowedKeys,
  most: number,
  all?: (here: readonly number[]) => readonly number[],
) => ChangeFeed<unknown, unknown>;

export class StoreQueries {
  constructor(
    private readonly owners: AskOwner,
    /** @throws QueryError DOES_NOT_EXIST, NOT_ACTIVE */
    readonly storeToAsk: (name: string) => StoreToAsk,
    private readonly follow: Follow,
    private readonly readHistory: ReadHistory,
  ) {}

  /** @throws QueryError DOES_NOT_EXIST, NOT_ACTIVE, INVALID */
  subscribe(store: string, options: SubscribeOptions<unknown> = {}): ChangeFeed<unknown, unknown> {
    const { from = null, to = null, most = DEFAULT_WAITING, hereOnly = false } = options;
    if (!Number.isInteger(most) || most < 1)
      throw new QueryError('INVALID', 'most must be a whole number of 1 or more', { store });
    const keys = 'key' in options && options.key !== undefined ? { key: options.key } : { from, to };
    try {
      return hereOnly ? this.follow(store, keys, most) : this.followAll(store, keys, most);
    } catch (cause) {
      if (cause instanceof QueryError) throw cause;
      throw new QueryError('INVALID', `the serde of store ${store} refuses the key: ${reasonOf(cause)}`, {
        store,
        cause,
      });
    }
  }

  private followAll(store: string, keys: FollowedKeys, most: number): ChangeFeed<unknown, unknown> {
    const { storeToAsk, owners } = this;
    const routed = new RoutedChanges({
      ...{ store, keys, storeToAsk },
      hostsOf: (tasks) => owners.hostsOf(tasks),
      open: (host, asked, signal) => owners.follow(host, asked, signal),
    });
    const feed = this.follow(store, keys, most, (here) => routed.with(here));
    routed.begin(feed);
    return feed;
  }

  /** What another instance asks of this one. Never rejects. */
  async answer(question: Question): Promise<QuestionAnswer> {
    return this.owners.answerHere(question);
  }

  /** @throws QueryError */
  query(name: string, query: AskedOfKeys | AskedOfAll, options?: QueryOptions): unknown {
    switch (query.kind) {
      case 'range':
      case 'prefix':
      case 'windowRange':
      case 'sessionRange':
        return this.scan(name, query, options);
      default:
        return this.ask(name, query, options);
    }
  }

  async ask(name: string, query: AskedOfKeys, options: QueryOptions = {}): Promise<Answer<unknown>> {
    const how = checked(options);
    const store = await this.store(name, how);
    if (query.kind === 'keys') return this.ofKeys(store, query.keys, how);
    const key = await bytesOf(store, query.key);
    const answer = await this.owners.ask(questionOf(store, taskFor(store, key, how), how, askedOf(query, key)), how);
    const rows = await Promise.all(answer.rows.map(async (row) => (row === null ? null : rowOf(store, row))));
    const isOne = ONE_ROW.has(query.kind);
    return { result: isOne ? (rows[0] ?? null) : Object.freeze(rows), position: Position.from(answer.position) };
  }

  /** Whoever is asked reads the changelog itself: nobody else has to be reached. @throws QueryError */
  async history(name: string, key: unknown, options: HistoryOptions = {}): Promise<KeyHistory<unknown, unknown>> {
    const { rows, before } = historyLimits(options);
    const how = checked({ timeout: options.timeout, partition: options.partition });
    const store = await this.store(name, how);
    const bytes = await bytesOf(store, key);
    const wanted = { store: name, key: bytes, partition: how.partition ?? null, before, rows, limit: how.limit };
    return historyOf(store, key, await this.readHistory(wanted));
  }

  /** Nothing is asked before the rows are walked over. @throws QueryError INVALID */
  scan(name: string, query: AskedOfAll, options: QueryOptions = {}): QueriedRows<unknown> {
    checked(options);
    return new QueriedRows(() => this.walk(name, query, options));
  }

  private async walk(name: string, query: AskedOfAll, options: QueryOptions): Promise<Walk<unknown>> {
    const first = checked(options);
    const store = await this.store(name, first);
    const bounds = await boundsOf(store, query);
    const tasks = first.partition === undefined ? store.tasks : [taskAt(store, first.partition)];
    return {
      reverse: 'order' in query && query.order === 'descending',
      byTime: query.kind === 'windowRange' ? 'start' : query.kind === 'sessionRange' ? 'end' : null,
      tasks,
      page: (task, after, limit) => {
        // Each page has the time that a query has.
        const how = checked(options);
        return this.owners.ask(questionOf(store, task, how, pageOf(query, bounds, after, limit)), how);
      },
      row: (row) => rowOf(store, row),
    };
  }

  private async ofKeys(store: StoreToAsk, keys: readonly unknown[], how: Checked): Promise<Answer<unknown>> {
    const shares = new Map<string | null, Share[]>();
    for (const [index, key] of keys.entries()) {
      const bytes = await bytesOf(store, key);
      const task = taskFor(store, bytes, how);
      const last = shares.get(task)?.at(-1);
      if (last !== undefined && last.keys.length < MOST_KEYS && last.bytes < KEY_BYTES) last.add(bytes, index);
      else shares.set(task, [...(shares.get(task) ?? []), new Share(bytes, index)]);
    }
    const rows: unknown[] = keys.map(() => null);
    let position = Position.EMPTY;
    await Promise.all(
      [...shares].flatMap(([task, parts]) =>
        parts.map(async (share) => {
          const asked: Asked = { kind: 'keys', keys: share.keys };
          const answer: RowsAnswer = await this.owners.ask(questionOf(store, task, how, asked), how);
          position = position.merged(Position.from(answer.position));
          for (const [at, index] of share.indexes.entries()) {
            const row = answer.rows[at] ?? null;
            if (row !== null) rows[index] = await rowOf(store, row);
          }
        }),
      ),
    );
    return { result: Object.freeze(rows), position };
  }

  /** Waits until the tasks are known, which they are not right after the start. */
  private async store(name: string, { limit, hereOnly }: HowToAsk): Promise<StoreToAsk> {
    for (;;) {
      try {
        return this.storeToAsk(name);
      } catch (error) {
        if (hereOnly || !(error instanceof QueryError) || !error.passes || !(await limit.wait())) throw error;
      }
    }
  }
}

/** Keys that are asked in one question, with their places in the answer. */
class Share {
  readonly keys: Buffer[] = [];
  readonly indexes: number[] = [];
  bytes = 0;

  constructor(key: Buffer, index: number) {
    this.add(key, index);
  }

  add(key: Buffer, index: number): void {
    this.keys.push(key);
    this.indexes.push(index);
    this.bytes += key.length;
  }
}

function checked({ timeout, atLeast, isolation = 'latest', partition, hereOnly = false }: QueryOptions): Checked {
  const milliseconds = timeout === undefined ? DEFAULT_TIMEOUT_MS : toMilliseconds(timeout, 'query.timeout');
  const position = typeof atLeast === 'string' ? Position.parse(atLeast) : (atLeast ?? Position.EMPTY);
  return { limit: new TimeLimit(milliseconds), hereOnly, isolation, partition, atLeast: position.toJSON() };
}

function questionOf(store: StoreToAsk, task: string | null, how: Checked, asked: Asked): Question {
  const { isolation, atLeast } = how;
  return { store: store.name, task, isolation, atLeast, asked };
}

function taskFor(store: StoreToAsk, key: Buffer, { partition }: Checked): string | null {
  return partition === undefined ? store.taskOf(key) : taskAt(store, partition);
}

function taskAt({ name, tasks, whole }: StoreToAsk, partition: number): string | null {
  const task = whole ? null : tasks[partition];
  if (task !== undefined) return task;
  throw new QueryError(
    'DOES_NOT_EXIST',
    `store ${name} has ${String(tasks.length)} partitions, and none ${String(partition)}`,
    {
      store: name,
    },
  );
}

function askedOf(query: Exclude<AskedOfKeys, { kind: 'keys' }>, key: Buffer): Asked {
  switch (query.kind) {
    case 'key':
      return { kind: 'keys', keys: [key] };
    case 'windows':
    case 'versions':
      return { kind: query.kind, key, from: query.from, to: query.to, reverse: query.order === 'descending' };
    case 'window':
      return { kind: query.kind, key, start: query.start };
    case 'session':
      return { kind: query.kind, key, start: query.start, end: query.end };
    case 'sessions':
      return { kind: query.kind, key, earliestEnd: query.earliestEnd, latestStart: query.latestStart };
    case 'version':
      return { kind: query.kind, key, asOf: query.asOf };
  }
}

/** Keys that bound a walk; null: open. */
interface Bounds {
  readonly from: Buffer | null;
  readonly to: Buffer | null;
}

async function boundsOf(store: StoreToAsk, query: AskedOfAll): Promise<Bounds> {
  const bound = (key: unknown): Promise<Buffer> | null => (key === null ? null : bytesOf(store, key));
  switch (query.kind) {
    case 'range':
      return { from: await bound(query.from), to: await bound(query.to) };
    case 'windowRange':
      return { from: await bound(query.fromKey), to: await bound(query.toKey) };
    case 'prefix':
      return { from: await ready(store, () => query.serde.serialize(query.prefix, store.topic)), to: null };
    case 'sessionRange':
      return { from: null, to: null };
  }
}

function pageOf(query: AskedOfAll, { from, to }: Bounds, after: ByteRow | null, limit: number): Asked {
  const behind = (time: 'start' | 'end' | null): { after: { key: Buffer; time: number; start: number } | null } => {
    if (after === null) return { after };
    const { key, start, end } = after;
    return { after: { key, time: time === null ? 0 : time === 'start' ? start : (end ?? 0), start } };
  };
  switch (query.kind) {
    case 'range':
      return { kind: 'range', from, to, reverse: query.order === 'descending', limit, ...behind(null) };
    case 'prefix':
      return { kind: 'prefix', prefix: from ?? Buffer.alloc(0), limit, ...behind(null) };
    case 'windowRange': {
      const reverse = query.order === 'descending';
      const times = { from: query.from, to: query.to, fromKey: from, toKey: to };
      return { kind: 'windowRange', ...times, reverse, limit, ...behind('start') };
    }
    case 'sessionRange': {
      const { earliestEnd, latestEnd } = query;
      return { kind: 'sessionRange', earliestEnd, latestEnd, limit, ...behind('end') };
    }
  }
}

async function rowOf(store: StoreToAsk, row: ByteRow): Promise<unknown> {
  const key = await read(store, store.key, row.key);
  const value = await read(store, store.value, row.value);
  const { timestamp, headers, start, end } = row;
  switch (store.kind) {
    case 'versioned':
      return Object.freeze({ key, value, timestamp, validTo: end });
    case 'keyValue':
      return Object.freeze({ key, value, timestamp, headers });
    default:
      return Object.freeze({ key, value, timestamp, headers, start, end });
  }
}
