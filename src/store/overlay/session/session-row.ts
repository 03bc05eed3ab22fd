/** The sessions of one key that ended in one stretch of time, sorted: what is read and written as a whole. */
import type { RowBytesReader, RowBytesWriter } from '../bytes/row-bytes.js';
import { isPending, Row, RowSlot } from '../rows/row.js';
import type { SlotFormat } from '../rows/row-files.js';

/** Memory of a slot, beside its value. */
const SLOT_BYTES = 160;

/** One session. Its bounds change only when it is used anew for another one. */
export class SessionSlot extends RowSlot {
  /** The changelog knows of it, so that its end has to be told. */
  known = false;

  constructor(
    public row: SessionRow | null,
    public text: string,
    public start: number,
    public end: number,
  ) {
    super(SLOT_BYTES);
  }
}

/** Slots by end, then start. */
export class SessionRow extends Row<SessionSlot> {
  /** Removed ones, of which the changelog or downstream is still to be told. */
  readonly gone: SessionSlot[] = [];

  override get holding(): boolean {
    return super.holding || this.gone.some(isPending);
  }

  find(start: number, end: number): SessionSlot | undefined {
    const { slots } = this;
    for (let at = this.firstFrom(end); at < slots.length; at += 1) {
      const slot = slots[at] as SessionSlot;
      if (slot.end !== end || slot.start > start) return undefined;
      if (slot.start === start) return slot;
    }
    return undefined;
  }

  findGone(start: number, end: number): SessionSlot | undefined {
    const { gone } = this;
    for (let at = gone.length - 1; at >= 0; at -= 1) {
      const slot = gone[at] as SessionSlot;
      if (slot.start === start && slot.end === end) return slot;
    }
    return undefined;
  }

  insert(slot: SessionSlot): void {
    const { slots } = this;
    let at = slots.length;
    while (at > 0 && bySession(slots[at - 1] as SessionSlot, slot) > 0) at -= 1;
    if (at === slots.length) slots.push(slot);
    else slots.splice(at, 0, slot);
  }

  /** Takes a slot out; what is on disk of it goes with the next write. */
  detach(slot: SessionSlot): void {
    const { slots } = this;
    if (slots[slots.length - 1] === slot) slots.pop();
    else slots.splice(slots.indexOf(slot), 1);
    this.thin(slot);
    slot.chunk = -1;
  }

  /** A removed session is put again. */
  revive(slot: SessionSlot): void {
    this.gone.splice(this.gone.indexOf(slot), 1);
    this.insert(slot);
  }

  /** Drops what was removed and told, too, and keeps what is warm. */
  purge(first: number): number {
    const before = this.size;
    let kept = 0;
    for (const slot of this.gone) {
      if (slot.pending === null) this.size -= slot.size;
      else this.gone[kept++] = slot;
    }
    this.gone.length = kept;
    kept = 0;
    for (const slot of this.slots) {
      if (slot.end >= first || slot.warm || slot.pending !== null) {
        this.slots[kept++] = slot;
        continue;
      }
      this.size -= slot.size;
      this.thin(slot);
    }
    this.slots.length = kept;
    return before - this.size;
  }

  /** Index of the first slot with an end of at least `end`. */
  firstFrom(end: number): number {
    let low = 0;
    let high = this.slots.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.slots[middle] as SessionSlot).end < end) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** In a row on disk a session stands as its end, counted from the row's start, and its length. */
export const sessionSlotFormat: SlotFormat<SessionSlot, SessionRow> = {
  deletions: false,
  write(slot: SessionSlot, rowStart: number, writer: RowBytesWriter): void {
    writer.signed(slot.end - rowStart);
    writer.signed(slot.end - slot.start);
  },
  read(row: SessionRow, rowStart: number, reader: RowBytesReader): SessionSlot {
    const end = rowStart + reader.signed();
    const slot = new SessionSlot(row, row.text, end - reader.signed(), end);
    slot.known = true;
    return slot;
  },
  compare: bySession,
};

/** By end, then start. */
export function bySession(
  left: { readonly start: number; readonly end: number },
  right: { readonly start: number; readonly end: number },
): number {
  return left.end - right.end || left.start - right.start;
}
