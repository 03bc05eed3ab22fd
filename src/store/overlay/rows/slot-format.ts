/** What stands in front of the value of a window in its row on disk. */
import type { StoreFormat } from '../../spec.js';
import type { RowBytesReader, RowBytesWriter } from '../bytes/row-bytes.js';
import type { SlotFormat } from './row-files.js';
import { Slot, type Row } from './row.js';

export class WindowSlotFormat implements SlotFormat<Slot, Row> {
  /** Slots have a timestamp of their own. */
  private readonly timestamped: boolean;

  constructor(
    format: StoreFormat,
    /** Slots have a sequence number. */
    private readonly duplicates: boolean,
    readonly deletions: boolean,
  ) {
    this.timestamped = format !== 'plain';
  }

  write(slot: Slot, rowStart: number, writer: RowBytesWriter): void {
    writer.signed(slot.start - rowStart);
    if (this.duplicates) writer.varint(slot.sequence);
    if (this.timestamped) writer.signed(slot.timestamp - slot.start);
  }

  read(row: Row, rowStart: number, reader: RowBytesReader): Slot {
    const start = rowStart + reader.signed();
    const sequence = this.duplicates ? reader.varint() : 0;
    const slot = new Slot(row, row.text, start, sequence);
    if (this.timestamped) slot.timestamp = start + reader.signed();
    return slot;
  }

  compare(left: Slot, right: Slot): number {
    return left.start - right.start || left.sequence - right.sequence;
  }
}
