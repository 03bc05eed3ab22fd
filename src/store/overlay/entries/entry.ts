/** One key of a key-value store in memory. */
import { Cell } from '../epoch/cell.js';

/** Memory of an entry beside its key and a value that is more than a number: object, slot in the Map, string header. */
const ENTRY_BYTES = 160;

export class Entry extends Cell {
  /** Used again since it came, or since the last round of eviction: what is used once only goes first. */
  referenced = false;
  /** The epoch before which there was no value, where that is known; a deletion in the same epoch leaves nothing to write. */
  bornIn = 0;
  /** Memory, roughly. */
  size: number;
  private valueSize = 0;

  constructor(readonly text: string) {
    super();
    this.size = ENTRY_BYTES + text.length;
  }

  /** Notes the size of a new value; returns by how much the entry has grown. */
  resize(valueSize: number): number {
    const grown = valueSize - this.valueSize;
    this.valueSize = valueSize;
    this.size += grown;
    return grown;
  }
}
