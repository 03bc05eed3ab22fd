/** What a LevelDB holds, read from its files: nothing is written, locked or repaired, and whoever has it open is not disturbed. */
import { readFileSync } from 'node:fs';
import { MillraceError } from '../../errors/error.js';
import type { BackendEntry, KeyRange, StateBackend } from '../backend.js';
import { Damage } from './check-table.js';
import { bytesBetween, userKey, writtenKeys, type WrittenKey } from './read-table.js';
import type { WrittenLast } from './read-writes.js';

/** Entries given at once. */
const SCAN_BATCH = 1000;
/** Tables kept in memory for the next question, 2 MiB each. */
const KEPT_TABLES = 8;

export interface SnapshotTable {
  readonly path: string;
  /** Of LevelDB's own keys. */
  readonly first: Buffer;
  readonly last: Buffer;
}

/** The state at the moment when its lists of files were read. */
export class LevelSnapshot implements StateBackend {
  readonly persistent = true;
  private readonly tables: readonly SnapshotTable[];
  private readonly inLogs: readonly WrittenKey[];
  private readonly kept = new Map<string, Buffer>();

  constructor(
    readonly location: string,
    tables: readonly SnapshotTable[],
    private readonly last: WrittenLast,
  ) {
    this.tables = [...tables].sort((a, b) => Buffer.compare(userKey(a.first), userKey(b.first)));
    this.inLogs = [...last.values()].sort((a, b) => Buffer.compare(a.key, b.key));
  }

  getSync(key: Buffer): Buffer | undefined {
    let newest = this.last.get(key.toString('latin1'));
    if (newest === undefined) {
      for (const table of this.tables) {
        if (Buffer.compare(userKey(table.first), key) > 0) break;
        if (Buffer.compare(userKey(table.last), key) < 0) continue;
        const found = this.readTable(table, key).next().value ?? null;
        if (found === null || !found.key.equals(key)) continue;
        if (newest === undefined || found.sequence > newest.sequence) newest = found;
      }
    }
    return newest === undefined || newest.value === null ? undefined : Buffer.from(newest.value);
  }

  /** Roughly how many bytes of tables and logs a range takes. */
  bytesOf({ gte, lt }: Pick<KeyRange, 'gte' | 'lt'>): number {
    let bytes = 0;
    for (const { path, first, last } of this.tables) {
      if (Buffer.compare(userKey(first), lt) >= 0 || Buffer.compare(userKey(last), gte) < 0) continue;
      bytes += this.reading(path, () => bytesBetween(path, gte, lt));
    }
    for (const { key, value } of fromKey(this.inLogs, gte)) {
      if (Buffer.compare(key, lt) >= 0) break;
      bytes += key.length + (value?.length ?? 0);
    }
    return bytes;
  }

  write(): never {
    throw new MillraceError('STATE_INVALID', `state folder ${this.location} is only read`);
  }

  scan(range: KeyRange): AsyncIterator<readonly BackendEntry[]> {
    const batches = this.scanSync(range);
    return {
      next: () => Promise.resolve(batches.next()),
      return: () => Promise.resolve(batches.return()),
    };
  }

  readonly scanSync = (range: KeyRange): Generator<readonly BackendEntry[], void> => {
    return range.reverse ? this.backwards(range) : this.batches(range);
  };

  close(): Promise<void> {
    this.kept.clear();
    return Promise.resolve();
  }

  destroy(): never {
    throw new MillraceError('STATE_INVALID', `state folder ${this.location} is only read`);
  }

  private *batches({ gte, lt }: KeyRange): Generator<readonly BackendEntry[], void> {
    let batch: BackendEntry[] = [];
    for (const entry of this.entries(gte, lt)) {
      if (batch.push(entry) < SCAN_BATCH) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }

  private *backwards({ gte, lt }: KeyRange): Generator<readonly BackendEntry[], void> {
    const all = [...this.entries(gte, lt)].reverse();
    for (let at = 0; at < all.length; at += SCAN_BATCH) yield all.slice(at, at + SCAN_BATCH);
  }

  /** Merges tables and logs: of each key what was written last, unless it was deleted. */
  private *entries(gte: Buffer, lt: Buffer): Generator<BackendEntry, void> {
    const waiting = this.tables.filter(
      ({ first, last }) => Buffer.compare(userKey(first), lt) < 0 && Buffer.compare(userKey(last), gte) >= 0,
    );
    const open: Cursor[] = [];
    const logs = Cursor.of(fromKey(this.inLogs, gte));
    if (logs !== null) open.push(logs);
    let next = 0;
    for (;;) {
      let least = leastOf(open);
      for (let table = waiting[next]; table !== undefined; table = waiting[next]) {
        if (least !== null && Buffer.compare(userKey(table.first), least) > 0) break;
        next += 1;
        const cursor = Cursor.of(this.readTable(table, gte));
        if (cursor === null) continue;
        open.push(cursor);
        least = leastOf(open);
      }
      if (least === null || Buffer.compare(least, lt) >= 0) return;
      let newest: WrittenKey | null = null;
      for (let at = open.length - 1; at >= 0; at -= 1) {
        const cursor = open[at] as Cursor;
        let done = false;
        while (!done && cursor.head.key.equals(least)) {
          if (newest === null || cursor.head.sequence > newest.sequence) newest = cursor.head;
          done = !cursor.advance();
        }
        if (done) open.splice(at, 1);
      }
      if (newest !== null && newest.value !== null) yield [least, newest.value];
    }
  }

  private *readTable({ path }: SnapshotTable, from: Buffer): Generator<WrittenKey, void> {
    let bytes = this.kept.get(path);
    if (bytes === undefined) {
      bytes = this.reading(path, () => readFileSync(path));
      const [oldest] = this.kept.keys();
      if (this.kept.size >= KEPT_TABLES && oldest !== undefined) this.kept.delete(oldest);
      this.kept.set(path, bytes);
    }
    try {
      yield* writtenKeys(bytes, from);
    } catch (error) {
      throw this.explained(path, error);
    }
  }

  private reading<T>(path: string, read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw this.explained(path, error);
    }
  }

  private explained(path: string, error: unknown): unknown {
    if (error instanceof Damage) return damaged(this.location, `${path}: ${error.message}`);
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? new FilesChanged(this.location, error) : error;
  }
}

/** What the folder's next owner does about it. */
export function damaged(folder: string, what: string): MillraceError {
  return new MillraceError(
    'STORE_CORRUPT',
    `state folder ${folder} cannot be read: ${what}. The next start sets it aside and rebuilds it from the changelogs`,
  );
}

/** LevelDB has removed a file of the list that was read: it has another list by now. */
export class FilesChanged extends MillraceError {
  constructor(folder: string, cause: unknown) {
    super('STORE_FAILED', `state folder ${folder} changed while it was read; read it again once its owner is stopped`, {
      cause,
    });
  }
}

/** A place in one table, or in the logs. */
class Cursor {
  private constructor(
    public head: WrittenKey,
    private readonly rest: Iterator<WrittenKey, void>,
  ) {}

  static of(keys: Iterator<WrittenKey, void>): Cursor | null {
    const first = keys.next();
    return first.done === true ? null : new Cursor(first.value, keys);
  }

  /** False at the end. */
  advance(): boolean {
    const next = this.rest.next();
    if (next.done === true) return false;
    this.head = next.value;
    return true;
  }
}

function leastOf(cursors: readonly Cursor[]): Buffer | null {
  let least: Buffer | null = null;
  for (const { head } of cursors) if (least === null || Buffer.compare(head.key, least) < 0) least = head.key;
  return least;
}

function* fromKey(sorted: readonly WrittenKey[], from: Buffer): Generator<WrittenKey, void> {
  for (const one of sorted) if (Buffer.compare(one.key, from) >= 0) yield one;
}
