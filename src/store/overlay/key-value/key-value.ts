/** The plain key-value store of the Processor API: a value a key, without a timestamp. */
import type { Serde } from '../../../serde/serde.js';
import type { KeyValueStore } from '../../key-value-store.js';
import type { StoreScan } from '../../scan.js';
import { checkedTime } from '../bytes/checked-time.js';
import { EntryScan } from '../entries/entry-scan.js';
import type { EntryTable } from '../entries/entry-table.js';
import { StoreFace } from '../epoch/store-face.js';
import type { OverlayParts } from '../epoch/store-parts.js';

/** Changelog records carry the timestamp of the record that was processed. */
export class OverlayKeyValueStore<K, V> extends StoreFace implements KeyValueStore<K, V> {
  readonly kind = 'keyValue';
  readonly format = 'plain';
  private readonly scans: EntryScan<K>;

  constructor(
    parts: OverlayParts,
    private readonly table: EntryTable,
  ) {
    super(parts);
    this.scans = new EntryScan(parts, table);
  }

  get(key: K): V | null {
    const held = this.table.find(this.keys.text(key)).value;
    return held === null ? null : (this.values.give(held) as V);
  }

  put(key: K, value: V | null): void {
    this.table.set(
      this.keys.text(key),
      value === null ? null : this.kept.hold(value),
      checkedTime(this.context.timestamp, this.name),
    );
  }

  putIfAbsent(key: K, value: V): V | null {
    const found = this.get(key);
    if (found === null) this.put(key, value);
    return found;
  }

  delete(key: K): V | null {
    const found = this.get(key);
    this.put(key, null);
    return found;
  }

  range(from: K | null, to: K | null): StoreScan<readonly [K, V]> {
    return this.scans.between(from, to, false, this.give);
  }

  reverseRange(from: K | null, to: K | null): StoreScan<readonly [K, V]> {
    return this.scans.between(from, to, true, this.give);
  }

  all(): StoreScan<readonly [K, V]> {
    return this.range(null, null);
  }

  reverseAll(): StoreScan<readonly [K, V]> {
    return this.reverseRange(null, null);
  }

  prefixScan<P>(prefix: P, serde: Serde<P>): StoreScan<readonly [K, V]> {
    return this.scans.underPrefix(serde.serialize(prefix, this.name), this.give);
  }

  private readonly give = (held: unknown): V => this.values.give(held) as V;
}
