/** The plain window store: of stream-stream joins, where every record is an entry, and of the Processor API. */
import type { WindowEntry, WindowStore, WindowVisitor } from '../../window-store.js';
import { askedTime, checkedTime } from '../bytes/checked-time.js';
import type { StartSlot } from '../rows/start-row.js';
import { WindowFace } from './window-face.js';

/** Changelog records carry the timestamp of the record that was processed. */
export class OverlayWindowStore<K, V> extends WindowFace<K, V> implements WindowStore<K, V> {
  readonly format = 'plain';

  put(key: K, value: V | null, start: number): void {
    const held = value === null ? null : this.kept.hold(value);
    const time = checkedTime(this.context.timestamp, this.name);
    this.entries.set(this.keys.text(key), checkedTime(start, this.name), held, time);
  }

  fetch(key: K, start: number): V | null {
    if (this.entries.duplicates) return null;
    const slot = this.entries.find(this.keys.text(key), askedTime(start, this.name));
    return slot === undefined || slot.value === null ? null : this.given(slot.value);
  }

  fetchRange(key: K, from: number, to: number): readonly WindowEntry<V>[] {
    askedTime(from, this.name);
    askedTime(to, this.name);
    const slots = this.entries.search.between(this.keys.text(key), from, to);
    return slots.map((slot) => ({ start: slot.start, value: this.given(slot.value) }));
  }

  visitRange(key: K, from: number, to: number, visitor: WindowVisitor<V>): number {
    const text = this.keys.text(key);
    const { entries } = this;
    if (this.caching) return this.visitSlots(entries.search.between(text, from, to), visitor);
    const { geometry, table } = entries;
    const first = Math.max(from, entries.firstFound, 0);
    const last = Math.min(to, entries.streamTime);
    if (first > last) return 0;
    const lastRow = geometry.rowOf(last);
    let count = 0;
    for (let id = geometry.rowOf(first); id <= lastRow; id += 1) {
      const row = table.find(text, id);
      if (row === undefined || row.latest === null || row.latest.start < first) continue;
      const { slots } = row;
      for (let at = row.firstFrom(first); at < slots.length; at += 1) {
        const { start, value } = slots[at] as StartSlot;
        if (start > last) break;
        if (value === null) continue;
        count += 1;
        visitor.visitEntry(start, this.given(value));
      }
    }
    return count;
  }

  protected override given(held: unknown): V {
    return this.values.give(held) as V;
  }

  private visitSlots(slots: readonly StartSlot[], visitor: WindowVisitor<V>): number {
    for (const { start, value } of slots) visitor.visitEntry(start, this.given(value));
    return slots.length;
  }
}
