/** Which files a LevelDB consists of, as its manifest tells. */
import { LevelBytes } from './level-bytes.js';

const COMPARATOR = 1;
const LOG = 2;
const NEXT_FILE = 3;
const LAST_SEQUENCE = 4;
const COMPACT_POINTER = 5;
const DELETED_TABLE = 6;
const NEW_TABLE = 7;
const PREVIOUS_LOG = 9;

/** A table, with the first and the last of the keys that it may hold, as LevelDB orders its own keys. */
export interface LiveTable {
  readonly bytes: number;
  readonly first: Buffer;
  readonly last: Buffer;
}

export interface LiveFiles {
  /** By number. */
  readonly tables: ReadonlyMap<number, LiveTable>;
  /** Number of the oldest log of writes that are not in tables; 0 before there was one. */
  readonly firstLog: number;
}

/** Adds up the changes that a manifest lists; null when they cannot be read. */
export function liveFiles(edits: readonly Buffer[]): LiveFiles | null {
  const tables = new Map<number, LiveTable>();
  let firstLog = 0;
  for (const edit of edits) {
    const reader = new LevelBytes(edit);
    while (!reader.done) {
      const tag = reader.varint();
      switch (tag) {
        case COMPARATOR:
          reader.text();
          break;
        case LOG:
          firstLog = reader.varint();
          break;
        case NEXT_FILE:
        case LAST_SEQUENCE:
        case PREVIOUS_LOG:
          reader.varint();
          break;
        case COMPACT_POINTER:
          reader.varint();
          reader.text();
          break;
        case DELETED_TABLE:
          reader.varint();
          tables.delete(reader.varint());
          break;
        case NEW_TABLE: {
          reader.varint();
          const number = reader.varint();
          tables.set(number, { bytes: reader.varint(), first: reader.text(), last: reader.text() });
          break;
        }
        default:
          return null;
      }
    }
    if (reader.broken) return null;
  }
  return { tables, firstLog };
}
