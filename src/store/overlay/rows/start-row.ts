/** Rows in which each entry has a start, and is sorted by it: of windows, and of the versions of a key. */
import { Row, RowSlot } from './row.js';

/** Memory of a slot, beside its value. */
const SLOT_BYTES = 150;

/** The value of one key and start. */
export class StartSlot extends RowSlot {
  constructor(
    readonly row: StartRow | null,
    readonly text: string,
    readonly start: number,
    /** Tells duplicates apart; 0 in other stores. */
    readonly sequence: number,
  ) {
    super(SLOT_BYTES);
  }
}

/** Slots by start, then sequence. */
export class StartRow extends Row<StartSlot> {
  /** The last of the slots, at hand because it is the one that is mostly asked for. */
  latest: StartSlot | null = null;

  /** The slot of a start; of duplicates the last one. */
  find(start: number): StartSlot | undefined {
    const { latest } = this;
    if (latest === null || latest.start < start) return undefined;
    if (latest.start === start) return latest;
    const slot = this.slots[this.firstAfter(start) - 1];
    return slot !== undefined && slot.start === start ? slot : undefined;
  }

  /** The slot of a start and sequence number. */
  findExact(start: number, sequence: number): StartSlot | undefined {
    for (let at = this.firstAfter(start) - 1; at >= 0; at -= 1) {
      const slot = this.slots[at] as StartSlot;
      if (slot.start !== start || slot.sequence < sequence) return undefined;
      if (slot.sequence === sequence) return slot;
    }
    return undefined;
  }

  insert(slot: StartSlot): void {
    if (this.latest === null || this.latest.start < slot.start) {
      this.slots.push(slot);
      this.latest = slot;
      return;
    }
    let at = this.firstAfter(slot.start);
    while (at > 0) {
      const before = this.slots[at - 1] as StartSlot;
      if (before.start !== slot.start || before.sequence <= slot.sequence) break;
      at -= 1;
    }
    this.slots.splice(at, 0, slot);
    this.noteLatest();
  }

  /** Takes a slot out; returns the memory given back. */
  remove(slot: StartSlot): number {
    this.slots.splice(this.slots.indexOf(slot), 1);
    this.thin(slot);
    this.noteLatest();
    this.size -= slot.size;
    return slot.size;
  }

  override measure(): number {
    this.noteLatest();
    return super.measure();
  }

  purge(first: number): number {
    let kept = 0;
    let freed = 0;
    for (const slot of this.slots) {
      if ((slot.value !== null && slot.start >= first) || slot.pending !== null) {
        this.slots[kept] = slot;
        kept += 1;
        continue;
      }
      freed += slot.size;
      this.thin(slot);
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
      if ((this.slots[middle] as StartSlot).start <= start) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
