/** The store behind tables and aggregates: a value and the time of its last update for each key. */
import { checkedTime } from '../bytes/checked-time.js';
import type { Serde } from '../../../serde/serde.js';
import type { FlushListener, OperatorKeyValueStore } from '../../key-value-store.js';
import type { StoreScan } from '../../scan.js';
import type { ValueAndTimestamp } from '../../state-store.js';
import type { Pending } from '../epoch/cell.js';
import type { Entry } from '../entries/entry.js';
import { EntryTable } from '../entries/entry-table.js';
import type { StoreSite } from '../epoch/store-site.js';
import { give, giveCell, peekAt } from '../epoch/value-and-timestamp.js';

export class OverlayTimestampedKeyValueStore<K, V> extends EntryTable implements OperatorKeyValueStore<K, V> {
  readonly kind = 'keyValue';
  readonly format = 'timestamped';
  private listener: FlushListener<K, V> | null = null;

  constructor(site: StoreSite) {
    super(site, 'timestamped');
  }

  setFlushListener(listener: FlushListener<K, V>, sendOldValues: boolean): void {
    this.listener = listener;
    this.listen(sendOldValues);
  }

  get(key: K): ValueAndTimestamp<V> | null {
    return giveCell(this.find(this.keys.text(key)), this.values);
  }

  peek(key: K): ValueAndTimestamp<V> | null {
    return peekAt(this.find(this.keys.text(key)), this.values);
  }

  put(key: K, value: V | null, timestamp: number): void {
    this.set(this.keys.text(key), value === null ? null : this.holdValue(value), checkedTime(timestamp, this.name));
  }

  putIfAbsent(key: K, value: V, timestamp: number): ValueAndTimestamp<V> | null {
    const found = this.find(this.keys.text(key));
    if (found.value !== null) return giveCell(found, this.values);
    this.put(key, value, timestamp);
    return null;
  }

  delete(key: K, timestamp: number): ValueAndTimestamp<V> | null {
    const found = this.find(this.keys.text(key));
    const given = giveCell<V>(found, this.values);
    this.put(key, null, timestamp);
    return given;
  }

  range(from: K | null, to: K | null): StoreScan<readonly [K, ValueAndTimestamp<V>]> {
    return this.scanKeys<K, ValueAndTimestamp<V>>(from, to, false, this.giveHeld);
  }

  reverseRange(from: K | null, to: K | null): StoreScan<readonly [K, ValueAndTimestamp<V>]> {
    return this.scanKeys<K, ValueAndTimestamp<V>>(from, to, true, this.giveHeld);
  }

  all(): StoreScan<readonly [K, ValueAndTimestamp<V>]> {
    return this.scanKeys<K, ValueAndTimestamp<V>>(null, null, false, this.giveHeld);
  }

  reverseAll(): StoreScan<readonly [K, ValueAndTimestamp<V>]> {
    return this.scanKeys<K, ValueAndTimestamp<V>>(null, null, true, this.giveHeld);
  }

  prefixScan<P>(prefix: P, serde: Serde<P>): StoreScan<readonly [K, ValueAndTimestamp<V>]> {
    return this.scanPrefix<K, ValueAndTimestamp<V>>(serde.serialize(prefix, this.name), this.giveHeld);
  }

  protected override emit(pending: Pending<Entry>, oldHeld: unknown): void {
    const key = this.keys.key(pending.cell.text) as K;
    const gone = pending.value === null;
    this.listener?.(
      key,
      gone ? null : (this.values.give(pending.value) as V),
      oldHeld === null ? null : (this.values.give(oldHeld) as V),
      gone ? pending.timestamp : pending.valueTimestamp,
    );
  }

  private readonly giveHeld = (held: unknown, timestamp: number): ValueAndTimestamp<V> =>
    give(held, timestamp, this.values);
}
