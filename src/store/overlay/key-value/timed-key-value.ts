/** What stores of one value and time a key have in common, whether or not they keep headers too. */
import type { Serde } from '../../../serde/serde.js';
import type { FlushListener } from '../../key-value-store.js';
import type { StoreScan } from '../../scan.js';
import type { ValueAndTimestamp } from '../../state-store.js';
import { EntryScan } from '../entries/entry-scan.js';
import type { EntryTable } from '../entries/entry-table.js';
import { StoreFace } from '../epoch/store-face.js';
import type { OverlayParts } from '../epoch/store-parts.js';
import { peekAt } from '../epoch/value-and-timestamp.js';

/** `G`: what is given out of a row. */
export abstract class TimedKeyValueStore<K, V, G extends ValueAndTimestamp<V>> extends StoreFace {
  readonly kind = 'keyValue';
  private readonly scans: EntryScan<K>;

  constructor(
    parts: OverlayParts,
    protected readonly table: EntryTable,
  ) {
    super(parts);
    this.scans = new EntryScan(parts, table);
  }

  setFlushListener(listener: FlushListener<K, V>, sendOldValues: boolean): void {
    const { values } = this;
    this.table.emissions?.listen(({ cell, value, valueTimestamp, timestamp }, old) => {
      const gone = value === null;
      listener(
        this.keys.key(cell.text) as K,
        gone ? null : (values.give(value) as V),
        old === null ? null : (values.give(old) as V),
        gone ? timestamp : valueTimestamp,
      );
    }, sendOldValues);
  }

  get(key: K): G | null {
    const { value, timestamp } = this.table.find(this.keys.text(key));
    return value === null ? null : this.given(value, timestamp);
  }

  peek(key: K): ValueAndTimestamp<V> | null {
    return peekAt(this.table.find(this.keys.text(key)), this.values);
  }

  range(from: K | null, to: K | null): StoreScan<readonly [K, G]> {
    return this.scans.between(from, to, false, this.give);
  }

  reverseRange(from: K | null, to: K | null): StoreScan<readonly [K, G]> {
    return this.scans.between(from, to, true, this.give);
  }

  all(): StoreScan<readonly [K, G]> {
    return this.range(null, null);
  }

  reverseAll(): StoreScan<readonly [K, G]> {
    return this.reverseRange(null, null);
  }

  prefixScan<P>(prefix: P, serde: Serde<P>): StoreScan<readonly [K, G]> {
    return this.scans.underPrefix(serde.serialize(prefix, this.name), this.give);
  }

  /** Gives out a row: no part of the store. */
  protected abstract given(held: unknown, timestamp: number): G;

  private readonly give = (held: unknown, timestamp: number): G => this.given(held, timestamp);
}
