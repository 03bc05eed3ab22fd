/** The store of a left or outer stream-stream join: its keys in memory in the order of time, its values in memory or on disk. */
import type { OuterJoinStore, WaitingKey, WaitingVisitor } from '../../outer-join-store.js';
import type { StoreScan } from '../../scan.js';
import { keyCodec } from '../bytes/key-codec.js';
import { readInt64 } from '../bytes/int64.js';
import { EntryTable } from '../entries/entry-table.js';
import { PREFIX_BYTES, type StoreSite } from '../epoch/store-site.js';
import { TimeIndex } from '../walk/time-index.js';
import { valueCodec } from '../bytes/value-codec.js';
import { underPrefix } from '../walk/disk-entries.js';
import { readAll } from '../walk/read-all.js';
import { isLeft, SIDE_AT, timeOf, WaitingKeys, WaitingLists, WaitingValues } from './waiting-codecs.js';

/**
 * The index holds the keys of all rows, so that nothing but a row that is there is ever looked for on disk, and all that a
 * time has made final are found without a scan. Changelog records hold the whole list of a row.
 */
export class OverlayOuterJoinStore<K, V> extends EntryTable implements OuterJoinStore<K, V> {
  readonly kind = 'outerJoin';
  readonly format = 'plain';
  /** Side and key of each row, one character a byte. */
  private readonly index = new TimeIndex();
  private readonly rows: WaitingKeys;
  private readonly lists: WaitingLists;

  constructor(site: StoreSite) {
    const { key, value, rightValue = value, changelogTopic } = site.opening;
    const keys = new WaitingKeys(keyCodec(key, changelogTopic));
    const lists = new WaitingLists(
      valueCodec(value, changelogTopic, site.context),
      valueCodec(rightValue, changelogTopic, site.context),
    );
    super(site, 'plain', { keys, values: lists });
    this.rows = keys;
    this.lists = lists;
  }

  add(timestamp: number, left: boolean, key: K, value: V): void {
    const { rows, context } = this;
    const inner = rows.innerText(key);
    const held = this.holdValue(value, this.lists.of(left));
    const row = rows.row(timestamp, left, inner);
    if (this.index.add(timestamp, rows.sideAndKey(left, inner))) {
      this.setNew(row, new WaitingValues(left, [held]), context.timestamp);
    } else {
      const before = this.find(row).value as WaitingValues;
      this.set(row, new WaitingValues(left, [...before.held, held]), context.timestamp);
    }
  }

  remove(timestamp: number, left: boolean, key: K): void {
    if (!this.index.hasTime(timestamp)) return;
    const { rows } = this;
    const inner = rows.innerText(key);
    if (!this.index.delete(timestamp, rows.sideAndKey(left, inner))) return;
    this.set(rows.row(timestamp, left, inner), null, this.context.timestamp);
  }

  walk(visitor: WaitingVisitor): boolean {
    return this.index.walk(Number.POSITIVE_INFINITY, (time, sideAndKey) => {
      const row = this.rows.rowOf(time, sideAndKey);
      return visitor.visitWaiting(time, isLeft(row), row);
    });
  }

  keyOf(row: string): K {
    return this.rows.innerKey(row) as K;
  }

  valuesOf(row: string): readonly V[] {
    return this.lists.give(this.find(row).value) as readonly V[];
  }

  removeRow(row: string): void {
    const sideAndKey = this.rows.byteText(row).slice(SIDE_AT);
    if (this.index.delete(timeOf(row), sideAndKey)) this.set(row, null, this.context.timestamp);
  }

  all(): StoreScan<readonly [WaitingKey<K>, readonly V[]]> {
    return this.scanKeys<WaitingKey<K>, readonly V[]>(
      null,
      null,
      false,
      (held) => this.lists.give(held) as readonly V[],
    );
  }

  override prepare(): Promise<void> | void {
    this.index.clear();
    return readAll(this.site.backend, underPrefix(this.site.prefix), (key) => {
      this.index.add(readInt64(key, PREFIX_BYTES), key.toString('latin1', PREFIX_BYTES + SIDE_AT));
    });
  }

  protected override emit(): void {
    // Nobody can listen to it: it holds nothing back.
  }

  protected override forget(): void {
    super.forget();
    this.index.clear();
  }
}
