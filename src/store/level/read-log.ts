/** Reads LevelDB's logs, of writes and of tables: records in blocks of 32 KiB, each part of a record with a checksum. */
import { crc32c, masked } from './crc32c.js';

const BLOCK_BYTES = 32 * 1024;
/** Checksum, length and kind of a part. */
const HEAD_BYTES = 7;
const WHOLE = 1;
const FIRST = 2;
const MIDDLE = 3;
const LAST = 4;

export interface LogContent {
  readonly records: readonly Buffer[];
  /** What cannot have come from a write that was cut off, null when all is well up to the end. */
  readonly damage: string | null;
  /** The last write is not whole: the process or the machine stopped in the middle of it, or the end was lost. */
  readonly endsEarly: boolean;
}

export function readLog(bytes: Buffer): LogContent {
  const records: Buffer[] = [];
  let parts: Buffer[] | null = null;
  let at = 0;
  const ended = (damage: string | null, endsEarly: boolean): LogContent => ({ records, damage, endsEarly });
  for (;;) {
    const room = BLOCK_BYTES - (at % BLOCK_BYTES);
    if (room < HEAD_BYTES) {
      at += room;
      continue;
    }
    if (at >= bytes.length) return ended(null, parts !== null);
    if (at + HEAD_BYTES > bytes.length || isEmpty(bytes, at)) return ended(null, true);
    const length = bytes.readUInt16LE(at + 4);
    const kind = bytes[at + 6] as number;
    const end = at + HEAD_BYTES + length;
    const where = `at byte ${String(at)}`;
    if (HEAD_BYTES + length > room) return ended(`the record ${where} is longer than its block`, false);
    if (end > bytes.length) return ended(null, true);
    if (masked(crc32c(bytes, at + 6, end)) !== bytes.readUInt32LE(at)) {
      return ended(`the record ${where} does not match its checksum`, false);
    }
    const begins = kind === WHOLE || kind === FIRST;
    if (kind < WHOLE || kind > LAST || begins !== (parts === null)) {
      return ended(`the record ${where} is not the one that belongs there`, false);
    }
    const part = bytes.subarray(at + HEAD_BYTES, end);
    parts = begins ? [part] : [...(parts ?? []), part];
    if (kind !== FIRST && kind !== MIDDLE) {
      records.push(parts.length === 1 ? part : Buffer.concat(parts));
      parts = null;
    }
    at = end;
  }
}

/** Nothing but zeros from here on: room that a file system gave for a write that never came. */
function isEmpty(bytes: Buffer, from: number): boolean {
  for (let at = from; at < bytes.length; at += 1) if (bytes[at] !== 0) return false;
  return true;
}
