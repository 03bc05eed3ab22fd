/** The plain window store: of stream-stream joins, where every record is an entry, and of the Processor API. */
import { checkedTime } from '../bytes/checked-time.js';
import type { WindowEntry, WindowStore, WindowVisitor } from '../../window-store.js';
import type { StartSlot } from '../rows/start-row.js';
import { WindowScanning } from './window-scan.js';

/** Changelog records carry the timestamp of the record that was processed. */
export class OverlayWindowStore<K, V> extends WindowScanning<K, V> implements WindowStore<K, V> {
  readonly kind = 'window';
  readonly format = 'plain';

  put(key: K, value: V | null, start: number): void {
    const held = value === null ? null : this.holdValue(value);
    const time = checkedTime(this.context.timestamp, this.name);
    this.set(this.keys.text(key), checkedTime(start, this.name), held, time);
  }

  fetch(key: K, start: number): V | null {
    if (this.duplicates) return null;
    const slot = this.findSlot(this.keys.text(key), start);
    return slot === undefined || slot.value === null ? null : (this.values.give(slot.value) as V);
  }

  fetchRange(key: K, from: number, to: number): readonly WindowEntry<V>[] {
    const slots = this.slotsBetween(this.keys.text(key), from, to);
    return slots.map((slot) => ({ start: slot.start, value: this.values.give(slot.value) as V }));
  }

  visitRange(key: K, from: number, to: number, visitor: WindowVisitor<V>): number {
    const text = this.keys.text(key);
    if (this.caching) return this.visitSlots(this.slotsBetween(text, from, to), visitor);
    const first = Math.max(from, this.firstFound, 0);
    const last = Math.min(to, this.streamTime);
    if (first > last) return 0;
    const lastRow = this.geometry.rowOf(last);
    let count = 0;
    for (let id = this.geometry.rowOf(first); id <= lastRow; id += 1) {
      const row = this.table.find(text, id);
      if (row === undefined || row.latest === null || row.latest.start < first) continue;
      const { slots } = row;
      for (let at = row.firstFrom(first); at < slots.length; at += 1) {
        const { start, value } = slots[at] as StartSlot;
        if (start > last) break;
        if (value === null) continue;
        count += 1;
        visitor.visitEntry(start, this.values.give(value) as V);
      }
    }
    return count;
  }

  private visitSlots(slots: readonly StartSlot[], visitor: WindowVisitor<V>): number {
    for (const { start, value } of slots) visitor.visitEntry(start, this.values.give(value) as V);
    return slots.length;
  }

  protected override giveFound(held: unknown): V {
    return this.values.give(held) as V;
  }

  protected override emit(): void {
    // Nobody can listen to a plain store: it holds nothing back.
  }
}
