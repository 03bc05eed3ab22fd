/** What stands in front of the value of an entry with a start in its row on disk. */
import type { StoreFormat } from '../../spec.js';
import type { RowBytesReader, RowBytesWriter } from '../bytes/row-bytes.js';
import type { SlotFormat } from './row-files.js';
import { StartSlot, type StartRow } from './start-row.js';

export class StartSlotFormat implements SlotFormat<StartSlot, StartRow> {
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

  write(slot: StartSlot, rowStart: number, writer: RowBytesWriter): void {
    writer.signed(slot.start - rowStart);
    if (this.duplicates) writer.varint(slot.sequence);
    if (this.timestamped) writer.signed(slot.timestamp - slot.start);
  }

  read(row: StartRow, rowStart: number, reader: RowBytesReader): StartSlot {
    const start = rowStart + reader.signed();
    const sequence = this.duplicates ? reader.varint() : 0;
    const slot = new StartSlot(row, row.text, start, sequence);
    if (this.timestamped) slot.timestamp = start + reader.signed();
    return slot;
  }

  compare(left: StartSlot, right: StartSlot): number {
    return left.start - right.start || left.sequence - right.sequence;
  }
}
