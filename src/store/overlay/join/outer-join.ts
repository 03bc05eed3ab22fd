/** The store of a left or outer stream-stream join: its keys in memory in the order of time, its values in memory or on disk. */
import type { OuterJoinStore, WaitingKey, WaitingVisitor } from '../../outer-join-store.js';
import type { StoreScan } from '../../scan.js';
import { keyCodec } from '../bytes/key-codec.js';
import { readInt64 } from '../bytes/int64.js';
import { EntryScan } from '../entries/entry-scan.js';
import type { Codecs, OverlayParts } from '../epoch/store-parts.js';
import { PREFIX_BYTES, type StoreSite } from '../epoch/store-site.js';
import { valueCodec } from '../bytes/value-codec.js';
import { IndexedEntries } from './indexed-entries.js';
import { isLeft, SIDE_AT, timeOf, WaitingKeys, WaitingLists, WaitingValues } from './waiting-codecs.js';

/** How the rows of such a store are kept. */
export interface WaitingCodecs extends Codecs {
  readonly keys: WaitingKeys;
  readonly values: WaitingLists;
}

export function waitingCodecs({ opening, context }: StoreSite): WaitingCodecs {
  const { key, value, rightValue = value, changelogTopic } = opening;
  return {
    keys: new WaitingKeys(keyCodec(key, changelogTopic, opening.spec.name)),
    values: new WaitingLists(
      valueCodec(value, changelogTopic, context),
      valueCodec(rightValue, changelogTopic, context),
    ),
  };
}

/**
 * The index holds the keys of all rows, so that nothing but a row that is there is ever looked for on disk, and all that a
 * time has made final are found without a scan. Changelog records hold the whole list of a row.
 */
export class OverlayOuterJoinStore<K, V> extends IndexedEntries implements OuterJoinStore<K, V> {
  readonly kind = 'outerJoin';
  private readonly scans: EntryScan<WaitingKey<K>>;
  private readonly rows: WaitingKeys;
  private readonly lists: WaitingLists;

  constructor(parts: OverlayParts, { keys, values }: WaitingCodecs) {
    super(parts);
    this.scans = new EntryScan(parts, this.table);
    this.rows = keys;
    this.lists = values;
  }

  add(timestamp: number, left: boolean, key: K, value: V): void {
    const { rows, context } = this;
    const inner = rows.innerText(key);
    const held = this.kept.hold(value, this.lists.of(left));
    const row = rows.row(timestamp, left, inner);
    if (this.index.add(timestamp, rows.sideAndKey(left, inner))) {
      this.table.setNew(row, new WaitingValues(left, [held]), context.timestamp);
    } else {
      const before = this.table.find(row).value as WaitingValues;
      this.table.set(row, new WaitingValues(left, [...before.held, held]), context.timestamp);
    }
  }

  remove(timestamp: number, left: boolean, key: K): void {
    if (!this.index.hasTime(timestamp)) return;
    const { rows } = this;
    const inner = rows.innerText(key);
    if (!this.index.delete(timestamp, rows.sideAndKey(left, inner))) return;
    this.table.set(rows.row(timestamp, left, inner), null, this.context.timestamp);
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
    return this.lists.give(this.table.find(row).value) as readonly V[];
  }

  removeRow(row: string): void {
    const sideAndKey = this.rows.byteText(row).slice(SIDE_AT);
    if (this.index.delete(timeOf(row), sideAndKey)) this.table.set(row, null, this.context.timestamp);
  }

  all(): StoreScan<readonly [WaitingKey<K>, readonly V[]]> {
    return this.scans.between(null, null, false, (held) => this.lists.give(held) as readonly V[]);
  }

  /** Side and key of each row, one character a byte. */
  protected override addToIndex(key: Buffer): void {
    this.index.add(readInt64(key, PREFIX_BYTES), key.toString('latin1', PREFIX_BYTES + SIDE_AT));
  }
}
