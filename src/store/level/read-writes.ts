/** Writes that are in a log of LevelDB and not in its tables yet. */
import { LevelBytes } from './level-bytes.js';
import type { WrittenKey } from './read-table.js';

/** Number of the first write (8 bytes) and how many there are (4). */
const HEAD_BYTES = 12;
const DELETION = 0;

/** What the logs hold, by key as one character a byte: the last write of each. */
export type WrittenLast = Map<string, WrittenKey>;

/** Adds the writes of one record of a log; false when they cannot be read. */
export function addWrites(record: Buffer, last: WrittenLast): boolean {
  if (record.length < HEAD_BYTES) return false;
  const reader = new LevelBytes(record);
  const head = reader.take(HEAD_BYTES);
  let sequence = head.readUInt32LE(0) + head.readUInt32LE(4) * 0x1_0000_0000;
  while (!reader.done) {
    const kind = reader.take(1)[0];
    const key = reader.text();
    const value = kind === DELETION ? null : reader.text();
    if (reader.broken) return false;
    last.set(key.toString('latin1'), { key, sequence, value });
    sequence += 1;
  }
  return !reader.broken;
}
