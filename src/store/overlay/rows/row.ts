/** The windows of one key in one stretch of time, sorted: what is read and written as a whole. */
import { Cell } from '../epoch/cell.js';

/** Memory of a slot and of an empty row, beside value and key. */
const SLOT_BYTES = 150;
const ROW_BYTES = 240;

/** The value of one key and window start. */
export class Slot extends Cell {
  /** Part of the row that it was last written with, -1: none yet. See `RowFiles`. */
  chunk = -1;
  /** Put through a cache since it came into memory: found even when it has expired. */
  warm = false;
  /** Memory, roughly. */
  size = SLOT_BYTES;
  private valueSize = 0;

  constructor(
    /** Null for a slot that came too late to be kept and is only logged. */
    readonly row: Row | null,
    readonly text: string,
    readonly start: number,
    /** Tells duplicates apart; 0 in other stores. */
    readonly sequence: number,
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

export class Row {
  /** By start, then sequence. */
  readonly slots: Slot[] = [];
  /** The last of the slots, at hand because it is the one that is mostly asked for. */
  latest: Slot | null = null;
  /** The last epoch that changed a slot. */
  epoch = 0;
  /** As `Entry.referenced`. */
  referenced = false;
  /** Memory, roughly. */
  size: number;
  /** Parts on disk; 0: all slots are in the head. */
  chunks = 0;
  /** Bytes in the last part. */
  lastChunkBytes = 0;
  /** Parts that have lost slots since they were written. */
  thinned: Set<number> | null = null;

  constructor(
    readonly text: string,
    readonly id: number,
  ) {
    this.size = ROW_BYTES + text.length;
  }

  /** The slot of a start; of duplicates the last one. */
  find(start: number): Slot | undefined {
    const { latest } = this;
    if (latest === null || latest.start < start) return undefined;
    if (latest.start === start) return latest;
    const slot = this.slots[this.firstAfter(start) - 1];
    return slot !== undefined && slot.start === start ? slot : undefined;
  }

  /** The slot of a start and sequence number. */
  findExact(start: number, sequence: number): Slot | undefined {
    for (let at = this.firstAfter(start) - 1; at >= 0; at -= 1) {
      const slot = this.slots[at] as Slot;
      if (slot.start !== start || slot.sequence < sequence) return undefined;
      if (slot.sequence === sequence) return slot;
    }
    return undefined;
  }

  insert(slot: Slot): void {
    if (this.latest === null || this.latest.start < slot.start) {
      this.slots.push(slot);
      this.latest = slot;
      return;
    }
    let at = this.firstAfter(slot.start);
    while (at > 0) {
      const before = this.slots[at - 1] as Slot;
      if (before.start !== slot.start || before.sequence <= slot.sequence) break;
      at -= 1;
    }
    this.slots.splice(at, 0, slot);
    this.noteLatest();
  }

  /** Takes a slot out; returns the memory given back. */
  remove(slot: Slot): number {
    this.slots.splice(this.slots.indexOf(slot), 1);
    if (slot.chunk >= 0) (this.thinned ??= new Set()).add(slot.chunk);
    this.noteLatest();
    this.size -= slot.size;
    return slot.size;
  }

  /** Takes stock of the slots that were read from disk; returns by how much the row has grown. */
  measure(): number {
    this.noteLatest();
    let grown = 0;
    for (const slot of this.slots) grown += slot.size;
    this.size += grown;
    return grown;
  }

  /** Drops slots that nobody sees any more: deleted ones, and those before `firstVisible`. Returns the memory given back. */
  purge(firstVisible: number): number {
    let kept = 0;
    let freed = 0;
    for (const slot of this.slots) {
      if ((slot.value !== null && slot.start >= firstVisible) || slot.pending !== null) {
        this.slots[kept] = slot;
        kept += 1;
        continue;
      }
      freed += slot.size;
      if (slot.chunk >= 0) (this.thinned ??= new Set()).add(slot.chunk);
    }
    this.slots.length = kept;
    this.noteLatest();
    this.size -= freed;
    return freed;
  }

  /** Index of the first slot with a start of at least `start`. */
  firstFrom(start: number): number {
    return this.firstAfter(start - 1);
  }

  private noteLatest(): void {
    this.latest = this.slots[this.slots.length - 1] ?? null;
  }

  /** Index of the first slot with a start above `start`. */
  private firstAfter(start: number): number {
    let low = 0;
    let high = this.slots.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.slots[middle] as Slot).start <= start) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
