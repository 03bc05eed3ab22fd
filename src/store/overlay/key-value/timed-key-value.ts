/** What stores of one value and time a key have in common, whether or not they keep headers too. */
import type { Serde } from '../../../serde/serde.js';
import type { FlushListener } from '../../key-value-store.js';
import type { StoreScan } from '../../scan.js';
import type { ValueAndTimestamp } from '../../state-store.js';
import type { Pending } from '../epoch/cell.js';
import type { Entry } from '../entries/entry.js';
import { EntryTable } from '../entries/entry-table.js';
import { peekAt } from '../epoch/value-and-timestamp.js';

/** `G`: what is given out of a row. */
export abstract class TimedKeyValueStore<K, V, G extends ValueAndTimestamp<V>> extends EntryTable {
  readonly kind = 'keyValue';
  private listener: FlushListener<K, V> | null = null;

  setFlushListener(listener: FlushListener<K, V>, sendOldValues: boolean): void {
    this.listener = listener;
    this.listen(sendOldValues);
  }

  get(key: K): G | null {
    const { value, timestamp } = this.find(this.keys.text(key));
    return value === null ? null : this.given(value, timestamp);
  }

  peek(key: K): ValueAndTimestamp<V> | null {
    return peekAt(this.find(this.keys.text(key)), this.values);
  }

  range(from: K | null, to: K | null): StoreScan<readonly [K, G]> {
    return this.scanKeys<K, G>(from, to, false, this.giveHeld);
  }

  reverseRange(from: K | null, to: K | null): StoreScan<readonly [K, G]> {
    return this.scanKeys<K, G>(from, to, true, this.giveHeld);
  }

  all(): StoreScan<readonly [K, G]> {
    return this.scanKeys<K, G>(null, null, false, this.giveHeld);
  }

  reverseAll(): StoreScan<readonly [K, G]> {
    return this.scanKeys<K, G>(null, null, true, this.giveHeld);
  }

  prefixScan<P>(prefix: P, serde: Serde<P>): StoreScan<readonly [K, G]> {
    return this.scanPrefix<K, G>(serde.serialize(prefix, this.name), this.giveHeld);
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

  /** Gives out a row: no part of the store. */
  protected abstract given(held: unknown, timestamp: number): G;

  private readonly giveHeld = (held: unknown, timestamp: number): G => this.given(held, timestamp);
}
