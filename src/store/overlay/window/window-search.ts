/** Searches of a window store for the windows of one key. */
import type { RowTable } from '../rows/row-table.js';
import type { StartRow, StartSlot } from '../rows/start-row.js';
import type { WindowGeometry } from './window-geometry.js';
import type { WindowSight } from './window-scan.js';

export class WindowSearch {
  constructor(
    private readonly geometry: WindowGeometry,
    private readonly table: RowTable<StartSlot, StartRow>,
    private readonly sight: WindowSight,
  ) {}

  /** Slots of a key that start in `[from, to]` and may be seen, in order. */
  between(text: string, from: number, to: number): StartSlot[] {
    const found: StartSlot[] = [];
    const first = Math.max(from, this.sight.firstFound, 0);
    const last = Math.min(to, this.sight.streamTime);
    if (first > last) return found;
    const lastRow = this.geometry.rowOf(last);
    let id = this.geometry.rowOf(first);
    const { firstRow } = this.table;
    if (id < firstRow) {
      for (const expired of this.expiredRows(id, lastRow)) this.addSlots(found, text, expired, first, last);
      id = firstRow;
    }
    for (; id <= lastRow; id += 1) this.addSlots(found, text, id, first, last);
    return found;
  }

  /** The slot of a key that starts last in `[from, to]` and may be seen. */
  latest(text: string, from: number, to: number): StartSlot | null {
    const first = Math.max(from, this.sight.firstFound, 0);
    const last = Math.min(to, this.sight.streamTime);
    if (first > last) return null;
    const firstRow = this.geometry.rowOf(first);
    const lastRow = this.geometry.rowOf(last);
    const firstLiveRow = this.table.firstRow;
    for (let id = lastRow; id >= firstRow && id >= firstLiveRow; id -= 1) {
      const slot = this.latestInRow(text, id, first, last);
      if (slot !== null) return slot;
    }
    if (firstRow >= firstLiveRow) return null;
    for (const id of this.expiredRows(firstRow, lastRow).reverse()) {
      const slot = this.latestInRow(text, id, first, last);
      if (slot !== null) return slot;
    }
    return null;
  }

  private addSlots(found: StartSlot[], text: string, id: number, first: number, last: number): void {
    const row = this.table.find(text, id);
    if (row === undefined) return;
    const { slots } = row;
    for (let at = row.firstFrom(first); at < slots.length; at += 1) {
      const slot = slots[at] as StartSlot;
      if (slot.start > last) return;
      if (slot.value !== null && this.sight.sees(slot)) found.push(slot);
    }
  }

  private latestInRow(text: string, id: number, first: number, last: number): StartSlot | null {
    const row = this.table.find(text, id);
    if (row === undefined) return null;
    const { slots } = row;
    for (let at = row.firstFrom(last + 1) - 1; at >= 0; at -= 1) {
      const slot = slots[at] as StartSlot;
      if (slot.start < first) return null;
      if (slot.value !== null && this.sight.sees(slot)) return slot;
    }
    return null;
  }

  /** Numbers of the rows that have expired as a whole and are still in memory, ascending. */
  private expiredRows(first: number, last: number): number[] {
    return this.table.inMemory(first, Math.min(last, this.table.firstRow - 1));
  }
}
