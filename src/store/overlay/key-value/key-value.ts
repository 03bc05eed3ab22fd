/** The plain key-value store of the Processor API: a value a key, without a timestamp. */
import { checkedTime } from '../bytes/checked-time.js';
import type { KeyValueStore } from '../../key-value-store.js';
import type { StoreScan } from '../../scan.js';
import type { Serde } from '../../../serde/serde.js';
import { EntryTable } from '../entries/entry-table.js';
import type { StoreSite } from '../epoch/store-site.js';

/** Changelog records carry the timestamp of the record that was processed. */
export class OverlayKeyValueStore<K, V> extends EntryTable implements KeyValueStore<K, V> {
  readonly kind = 'keyValue';
  readonly format = 'plain';

  constructor(site: StoreSite) {
    super(site, 'plain');
  }

  get(key: K): V | null {
    const held = this.find(this.keys.text(key)).value;
    return held === null ? null : (this.values.give(held) as V);
  }

  put(key: K, value: V | null): void {
    this.set(
      this.keys.text(key),
      value === null ? null : this.holdValue(value),
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
    return this.scanKeys<K, V>(from, to, false, this.giveHeld);
  }

  reverseRange(from: K | null, to: K | null): StoreScan<readonly [K, V]> {
    return this.scanKeys<K, V>(from, to, true, this.giveHeld);
  }

  all(): StoreScan<readonly [K, V]> {
    return this.scanKeys<K, V>(null, null, false, this.giveHeld);
  }

  reverseAll(): StoreScan<readonly [K, V]> {
    return this.scanKeys<K, V>(null, null, true, this.giveHeld);
  }

  prefixScan<P>(prefix: P, serde: Serde<P>): StoreScan<readonly [K, V]> {
    return this.scanPrefix<K, V>(serde.serialize(prefix, this.name), this.giveHeld);
  }

  protected override emit(): void {
    // Nobody can listen to a plain store: it holds nothing back.
  }

  private readonly giveHeld = (held: unknown): V => this.values.give(held) as V;
}
