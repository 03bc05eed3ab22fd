/** Searches of a session store for the sessions of one key. */
import type { StoreProgress } from '../epoch/store-site.js';
import type { RowTable } from '../rows/row-table.js';
import type { SessionGeometry } from './session-geometry.js';
import type { SessionRow, SessionSlot } from './session-row.js';
import type { SessionSight } from './session-scan.js';

/** Above, the rows to look through are listed first. */
const MANY_ROWS = 64;

export class SessionSearch {
  constructor(
    private readonly progress: StoreProgress,
    private readonly geometry: SessionGeometry,
    private readonly table: RowTable<SessionSlot, SessionRow>,
    private readonly sight: SessionSight,
  ) {}

  /** Slots of a key with `end >= earliestEnd` and `start <= latestStart`, by end, then start. */
  slotsOf(text: string, earliestEnd: number, latestStart: number): SessionSlot[] {
    const found: SessionSlot[] = [];
    const first = this.sight.firstWanted(earliestEnd);
    const last = Math.min(latestStart + this.progress.longest, this.sight.highestEnd);
    if (first > last) return found;
    const firstRow = this.geometry.rowOf(first);
    const lastRow = this.geometry.rowOf(last);
    if (lastRow - firstRow > MANY_ROWS) {
      for (const id of this.table.existing(firstRow, lastRow)) this.addSlots(found, text, id, first, latestStart);
    } else {
      for (let id = firstRow; id <= lastRow; id += 1) this.addSlots(found, text, id, first, latestStart);
    }
    return found;
  }

  private addSlots(found: SessionSlot[], text: string, id: number, first: number, latestStart: number): void {
    const row = this.table.find(text, id);
    if (row === undefined) return;
    const { slots } = row;
    for (let at = row.firstFrom(first); at < slots.length; at += 1) {
      const slot = slots[at] as SessionSlot;
      if (slot.start <= latestStart && this.sight.sees(slot)) found.push(slot);
    }
  }
}
