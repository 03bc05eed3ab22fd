/** The sessions of one key that ended in one stretch of time, sorted: what is read and written as a whole. */
import type { RowBytesReader, RowBytesWriter } from '../bytes/row-bytes.js';
import { Cell } from '../epoch/cell.js';
import type { FiledRow, FiledSlot, SlotFormat } from '../rows/row-files.js';

/** Memory of a slot and of an empty row, beside value and key. */
const SLOT_BYTES = 160;
const ROW_BYTES = 240;

/** One session. Its bounds change only when it is used anew for another one. */
export class SessionSlot extends Cell implements FiledSlot {
  chunk = -1;
  /** The changelog knows of it, so that its end has to be told. */
  known = false;
  /** Put through a cache since the task was opened: seen beyond the retention. */
  warm = false;
  /** Memory, roughly. */
  size = SLOT_BYTES;
  private valueSize = 0;

  constructor(
    /** Null for a session that came too late to be kept and is only logged. */
    public row: SessionRow | null,
    public text: string,
    public start: number,
    public end: number,
  ) {
    super();
  }

  /** Notes the size of a new value; returns by how much the slot has grown. */
  resize(valueSize: number): number {
    const grown = valueSize - this.valueSize;
    this.valueSize = valueSize;
    this.size += grown;
    return grown;
  }
}

export class SessionRow implements FiledRow<SessionSlot> {
  /** By end, then start. */
  readonly slots: SessionSlot[] = [];
  /** Removed ones, of which the changelog or downstream is still to be told. */
  readonly gone: SessionSlot[] = [];
  /** The last epoch that changed a slot. */
  epoch = 0;
  /** As `Entry.referenced`. */
  referenced = false;
  /** Memory, roughly. */
  size: number;
  chunks = 0;
  lastChunkBytes = 0;
  thinned: Set<number> | null = null;

  constructor(
    readonly text: string,
    readonly id: number,
  ) {
    this.size = ROW_BYTES + text.length;
  }

  /** Something of it is to be emitted. */
  get holding(): boolean {
    return this.slots.some(isPending) || this.gone.some(isPending);
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
    if (slot.chunk < 0) return;
    (this.thinned ??= new Set()).add(slot.chunk);
    slot.chunk = -1;
  }

  /** A removed session is put again. */
  revive(slot: SessionSlot): void {
    this.gone.splice(this.gone.indexOf(slot), 1);
    this.insert(slot);
  }

  /** Takes stock of the slots that were read from disk; returns by how much the row has grown. */
  measure(): number {
    let grown = 0;
    for (const slot of this.slots) grown += slot.size;
    this.size += grown;
    return grown;
  }

  /** Drops what nobody sees any more: what was removed and told, and what ended before `first`, unless it is warm. Returns the memory given back. */
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
      if (slot.chunk >= 0) (this.thinned ??= new Set()).add(slot.chunk);
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

function isPending(slot: SessionSlot): boolean {
  return slot.pending !== null;
}
