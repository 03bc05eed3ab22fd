/** The entries of one key in one stretch of time: what is read and written as a whole. */
import { Cell } from '../epoch/cell.js';
import type { FiledRow, FiledSlot } from './row-files.js';

/** Memory of an empty row, beside its key. */
const ROW_BYTES = 240;

/** One entry of a row. */
export abstract class RowSlot extends Cell implements FiledSlot {
  /** Null for one that came too late to be kept and is only logged. */
  abstract readonly row: Row<RowSlot> | null;
  chunk = -1;
  /** Put through a cache since it came into memory: found even when it has expired. */
  warm = false;
  private valueSize = 0;

  constructor(
    /** Memory, roughly. */
    public size: number,
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

export abstract class Row<S extends RowSlot> implements FiledRow<S> {
  /** By time, and then as the kind of row orders them. */
  readonly slots: S[] = [];
  /** The first epoch that changed a slot after the row was handed over to be written. */
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
    return this.slots.some(isPending);
  }

  /** Something of it may be seen that the disk does not tell of. */
  get warm(): boolean {
    return this.slots.some(isWarm) || this.holding;
  }

  /** Takes stock of the slots that were read from disk; returns by how much the row has grown. */
  measure(): number {
    let grown = 0;
    for (const slot of this.slots) grown += slot.size;
    this.size += grown;
    return grown;
  }

  /** Drops slots that nobody sees any more: deleted ones, and those before `first`. Returns the memory given back. */
  abstract purge(first: number): number;

  /** A slot leaves the row: what is on disk of it goes with the next write. */
  protected thin({ chunk }: S): void {
    if (chunk >= 0) (this.thinned ??= new Set()).add(chunk);
  }
}

export function isPending(slot: RowSlot): boolean {
  return slot.pending !== null;
}

function isWarm(slot: RowSlot): boolean {
  return slot.warm;
}
