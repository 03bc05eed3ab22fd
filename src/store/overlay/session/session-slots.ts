/** How the sessions of a store come and go within its rows: the slot of one that leaves no trace is used for the next. */
import type { KeptValues } from '../bytes/kept-values.js';
import type { Ledger } from '../epoch/ledger.js';
import type { RowTable } from '../rows/row-table.js';
import { SessionSlot, type SessionRow } from './session-row.js';

export class SessionSlots {
  private spare: SessionSlot | null = null;

  constructor(
    private readonly table: RowTable<SessionSlot, SessionRow>,
    private readonly kept: KeptValues,
    private readonly ledger: Ledger,
  ) {}

  /** @param row null for a session that came too late to be kept */
  add(row: SessionRow | null, text: string, start: number, end: number): SessionSlot {
    let slot = this.spare;
    if (slot === null) slot = new SessionSlot(row, text, start, end);
    else {
      this.spare = null;
      slot.row = row;
      slot.text = text;
      slot.start = start;
      slot.end = end;
      // It may be among the changes of this epoch already, but the row may be another.
      if (row !== null && slot.epoch === this.ledger.epoch) this.table.mark(row);
    }
    if (row === null) return slot;
    row.insert(slot);
    this.table.grow(row, slot.size);
    return slot;
  }

  setValue(slot: SessionSlot, held: unknown): void {
    if (this.kept.headed !== null) slot.headers = this.kept.loggedHeaders(held);
    this.table.setValue(slot, held);
  }

  /** On disk it goes with this epoch, whether or not there is anybody to tell. */
  bury(slot: SessionSlot, row: SessionRow): void {
    row.detach(slot);
    row.gone.push(slot);
    this.table.mark(row);
  }

  /** Nobody has heard of it: its slot is free for the next session. */
  free(slot: SessionSlot, row: SessionRow): void {
    row.detach(slot);
    this.setValue(slot, null);
    this.table.grow(row, -slot.size);
    slot.row = null;
    this.spare = slot;
  }

  /** The store was wiped. */
  forget(): void {
    this.spare = null;
  }
}
