/** The rows of a store: in memory by number and key, else on disk. */
import type { WriteBatch } from '../../write-batch.js';
import { Changes } from '../epoch/changes.js';
import { ClockHand } from '../epoch/clock-hand.js';
import type { Evictor, Ledger } from '../epoch/ledger.js';
import { ROWS_AT_ONCE, type Sealing } from '../epoch/overlay-store.js';
import type { StoreProgress } from '../epoch/store-site.js';
import type { ValueCodec } from '../bytes/value-codec.js';
import { ExpiredRows } from './expired-rows.js';
import type { Row, RowSlot } from './row.js';
import type { RowFiles } from './row-files.js';
import { WrittenRows } from './written-rows.js';

export interface RowTableParts<S extends RowSlot, R extends Row<S>> {
  readonly ledger: Ledger;
  readonly progress: StoreProgress;
  readonly files: RowFiles<S, R>;
  readonly values: ValueCodec;
  /** Rows may hold something that is still to be emitted, or that is seen after it has expired. */
  readonly caching: boolean;
  readonly newRow: (text: string, id: number) => R;
}

export class RowTable<S extends RowSlot, R extends Row<S>> implements Evictor {
  /** Number of the first row that is still live. */
  firstRow = 0;
  private readonly ledger: Ledger;
  private readonly progress: StoreProgress;
  private readonly files: RowFiles<S, R>;
  private readonly values: ValueCodec;
  private readonly caching: boolean;
  private readonly newRow: (text: string, id: number) => R;
  /** By row number, then key. */
  private readonly rows = new Map<number, Map<string, R>>();
  /** The row number that was used last, and its keys. */
  private hotId = -1;
  private hot: Map<string, R> | null = null;
  /** The row of the last access: a put mostly follows the search for its key. */
  private last: R | null = null;
  /** No row in memory has a lower number. */
  private lowestRow = Number.POSITIVE_INFINITY;
  private readonly changes: Changes<R>;
  private readonly expired: ExpiredRows;
  private readonly onDisk: WrittenRows;
  private readonly hand: ClockHand<R>;

  constructor({ ledger, progress, files, values, caching, newRow }: RowTableParts<S, R>) {
    this.ledger = ledger;
    this.progress = progress;
    this.files = files;
    this.values = values;
    this.caching = caching;
    this.newRow = newRow;
    this.changes = new Changes(ledger);
    this.expired = new ExpiredRows(files, 0);
    this.onDisk = new WrittenRows(progress.highestRow);
    this.hand = new ClockHand(
      ledger.budget,
      () => this.all(),
      (row) => this.mustStay(row),
      (row) => this.drop(row),
    );
  }

  /** Something was changed since the last seal. */
  get changed(): boolean {
    return !this.changes.none;
  }

  /** The row from memory or disk. A row that was looked for on disk in vain is there too, empty. */
  find(text: string, id: number): R | undefined {
    const last = this.last;
    if (last !== null && last.id === id && last.text === text) return last;
    if (id !== this.hotId || this.hot === null) this.enter(id);
    const found = this.hot?.get(text);
    if (found !== undefined) {
      found.referenced = true;
      this.last = found;
      return found;
    }
    if (id > this.progress.highestRow || id < this.firstRow || !this.onDisk.has(text, id)) return undefined;
    const row = this.insert(text, id);
    if (this.files.read(row)) this.ledger.grow(row.measure());
    return row;
  }

  /** The row to put into. */
  ensure(text: string, id: number): R {
    return this.find(text, id) ?? this.insert(text, id);
  }

  /** Numbers of the rows in memory, ascending. */
  inMemory(first: number, last: number): number[] {
    return [...this.rows.keys()].filter((id) => id >= first && id <= last).sort((left, right) => left - right);
  }

  /** Numbers of the rows that there may be, ascending: time may have jumped far without anything written since. */
  existing(first: number, last: number): number[] {
    const ids = new Set(this.inMemory(first, last));
    const lastOnDisk = Math.min(last, this.progress.highestRow);
    for (let id = Math.max(first, this.firstRow); id <= lastOnDisk; id += 1) ids.add(id);
    return [...ids].sort((left, right) => left - right);
  }

  /** Rows in memory that may be seen otherwise than they are on disk. */
  *newer(): Generator<R, void> {
    const { caching, ledger } = this;
    for (const rows of this.rows.values()) {
      for (const row of rows.values()) if (row.epoch > ledger.written || (caching && row.warm)) yield row;
    }
  }

  /** Gives a slot a held value, null for none. */
  setValue(slot: S, held: unknown): void {
    slot.value = held;
    // The size of a slot counts a number in.
    if (typeof held === 'number' || slot.row === null) return;
    const grown = slot.resize(held === null ? 0 : this.values.size(held));
    if (grown !== 0) this.grow(slot.row, grown);
  }

  /** Counts what a row has grown by. */
  grow(row: Row<RowSlot>, bytes: number): void {
    row.size += bytes;
    this.ledger.grow(bytes);
    if (row.epoch > this.ledger.handedOver) this.ledger.growDirty(bytes);
  }

  /** The row is to be written with this epoch, or with the later one that this one waits for. */
  mark(row: R): void {
    if (row.epoch > this.ledger.handedOver) return;
    this.changes.add(row);
    this.ledger.growDirty(row.size);
  }

  /** Rows below have expired; returns whether there are more of them than before. They stay in memory until they are dropped. */
  expireBelow(id: number): boolean {
    if (id <= this.firstRow) return false;
    this.firstRow = id;
    return true;
  }

  /** Some of the rows in memory may have expired. */
  get keepsExpired(): boolean {
    return this.lowestRow < this.firstRow;
  }

  dropExpired(): void {
    const { firstRow } = this;
    for (const [id, rows] of this.rows) {
      if (id >= firstRow) continue;
      for (const row of rows.values()) this.ledger.grow(-row.size);
      this.rows.delete(id);
    }
    this.lowestRow = firstRow;
    this.last = null;
    if (this.hotId < firstRow) this.hot = null;
  }

  evict(steps: number): boolean {
    return this.hand.evict(steps);
  }

  /**
   * Writes what was changed, without what nobody sees any more.
   * @param first time before which slots are not seen
   * @param purgesExpired expired rows that were changed are still in memory, and are purged there
   */
  *seal(batch: WriteBatch, first: number, purgesExpired: boolean): Sealing {
    const { progress, firstRow, ledger } = this;
    let sealed = 0;
    for (const row of this.changes.all) {
      if (sealed % ROWS_AT_ONCE === 0) yield;
      sealed += 1;
      const expired = row.id < firstRow;
      if (expired && !purgesExpired) continue;
      ledger.grow(-row.purge(first));
      if (expired) continue;
      this.files.write(row, ledger.handedOver, batch);
      this.onDisk.add(row.text, row.id);
      if (row.id > progress.highestRow) progress.highestRow = row.id;
    }
    this.expired.removeBelow(firstRow, batch);
    this.changes.clear();
  }

  /** The store was wiped. */
  forget(): void {
    this.rows.clear();
    this.hand.restart();
    this.hotId = -1;
    this.hot = null;
    this.last = null;
    this.lowestRow = Number.POSITIVE_INFINITY;
    this.changes.clear();
    this.firstRow = 0;
    this.expired.forget();
    this.onDisk.forget();
  }

  private insert(text: string, id: number): R {
    this.ledger.makeRoom();
    if (id !== this.hotId || this.hot === null) this.enter(id);
    if (this.hot === null) {
      this.hot = new Map();
      this.rows.set(id, this.hot);
      if (id < this.lowestRow) this.lowestRow = id;
    }
    const row = this.newRow(text, id);
    this.hot.set(text, row);
    this.ledger.grow(row.size);
    this.last = row;
    return row;
  }

  private enter(id: number): void {
    this.hotId = id;
    this.hot = this.rows.get(id) ?? null;
  }

  private mustStay(row: R): boolean {
    // Its time may have ended while the hand was in the middle of it.
    return !this.rows.has(row.id) || row.epoch > this.ledger.written || (this.caching && row.holding);
  }

  private drop(row: R): true {
    this.rows.get(row.id)?.delete(row.text);
    if (this.last === row) this.last = null;
    this.ledger.grow(-row.size);
    return true;
  }

  private *all(): Generator<R, void> {
    for (const [id, rows] of this.rows) {
      yield* rows.values();
      if (rows.size === 0 && id !== this.hotId) this.rows.delete(id);
    }
  }
}
