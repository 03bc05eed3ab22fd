/** The store behind windowed aggregates: a value and the time of its last update for each key and window. */
import { checkedTime } from '../bytes/checked-time.js';
import type { ValueAndTimestamp } from '../../state-store.js';
import type { OperatorWindowStore, TimestampedWindowEntry, WindowFlushListener } from '../../window-store.js';
import type { Pending } from '../epoch/cell.js';
import { give, giveCell, peekAt } from '../epoch/value-and-timestamp.js';
import type { Slot } from '../rows/row.js';
import { WindowScanning } from './window-scan.js';

export class OverlayTimestampedWindowStore<K, V>
  extends WindowScanning<K, ValueAndTimestamp<V>>
  implements OperatorWindowStore<K, V>
{
  readonly kind = 'window';
  readonly format = 'timestamped';
  private listener: WindowFlushListener<K, V> | null = null;

  setFlushListener(listener: WindowFlushListener<K, V>, sendOldValues: boolean): void {
    this.listener = listener;
    this.listen(sendOldValues);
  }

  put(key: K, value: V | null, start: number, timestamp: number): void {
    const held = value === null ? null : this.holdValue(value);
    const time = checkedTime(timestamp, this.name);
    this.set(this.keys.text(key), checkedTime(start, this.name), held, time);
  }

  fetch(key: K, start: number): ValueAndTimestamp<V> | null {
    const slot = this.findSlot(this.keys.text(key), start);
    return slot === undefined ? null : giveCell(slot, this.values);
  }

  peek(key: K, start: number): ValueAndTimestamp<V> | null {
    const slot = this.findSlot(this.keys.text(key), start);
    return slot === undefined ? null : peekAt(slot, this.values);
  }

  fetchRange(key: K, from: number, to: number): readonly TimestampedWindowEntry<V>[] {
    const slots = this.slotsBetween(this.keys.text(key), from, to);
    return slots.map((slot) => ({
      start: slot.start,
      value: this.values.give(slot.value) as V,
      timestamp: slot.timestamp,
    }));
  }

  fetchLatest(key: K, from: number, to: number): TimestampedWindowEntry<V> | null {
    const slot = this.latestSlot(this.keys.text(key), from, to);
    if (slot === null) return null;
    return { start: slot.start, value: this.values.give(slot.value) as V, timestamp: slot.timestamp };
  }

  takeClosed(upTo: number, visit: ((key: K, start: number, value: V, timestamp: number) => boolean) | null): boolean {
    const index = this.closing?.index;
    const all = index?.walk(upTo, (start, byteText) => {
      index.delete(start, byteText);
      if (visit === null) return true;
      const text = this.keys.fromByteText(byteText);
      const slot = this.findKept(text, start);
      if (slot === undefined || slot.value === null) return true;
      return visit(this.keys.key(text) as K, start, this.values.give(slot.value) as V, slot.timestamp);
    });
    if (all === false) return false;
    this.expireRows();
    return true;
  }

  protected override giveFound(held: unknown, timestamp: number): ValueAndTimestamp<V> {
    return give(held, timestamp, this.values);
  }

  protected override emit(pending: Pending<Slot>, oldHeld: unknown): void {
    const slot = pending.cell;
    const gone = pending.value === null;
    this.listener?.(
      this.keys.key(slot.text) as K,
      slot.start,
      gone ? null : (this.values.give(pending.value) as V),
      oldHeld === null ? null : (this.values.give(oldHeld) as V),
      gone ? pending.timestamp : pending.valueTimestamp,
    );
  }
}
