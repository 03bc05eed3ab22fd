/** The rows of one table of LevelDB, read from its bytes: for who looks at a folder without opening it. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { contentOf, Damage, FOOTER_BYTES, footerOf, handle, TRAILER_BYTES, type Handle } from './check-table.js';
import { LevelBytes } from './level-bytes.js';

/** What LevelDB puts behind each key: the number of the write, and what it did. */
const TAIL_BYTES = 8;
const DELETION = 0;

/** A key as one write left it. */
export interface WrittenKey {
  readonly key: Buffer;
  /** The higher of two is the later one. */
  readonly sequence: number;
  /** Null: deleted. */
  readonly value: Buffer | null;
}

/** The key itself, without what LevelDB puts behind it. */
export function userKey(internal: Buffer): Buffer {
  return internal.subarray(0, internal.length - TAIL_BYTES);
}

/**
 * From the first key that is not before `from`, by key; of one key the latest write first.
 * @throws Damage when the bytes are not what was written
 */
export function* writtenKeys(table: Buffer, from: Buffer): Generator<WrittenKey, void> {
  const { footer, index } = footerOf(table);
  for (const [last, place] of entriesOf(contentOf(table, index, footer))) {
    if (Buffer.compare(userKey(last), from) < 0) continue;
    const block = new LevelBytes(place);
    const found = handle(block);
    if (block.broken) throw new Damage('a list of its blocks cannot be read');
    for (const [internal, value] of entriesOf(contentOf(table, found, footer))) {
      const key = userKey(internal);
      if (Buffer.compare(key, from) < 0) continue;
      const tail = key.length;
      const isDeletion = internal[tail] === DELETION;
      const sequence = internal.readUInt32LE(tail + 1) + internal.readUIntLE(tail + 5, 3) * 0x1_0000_0000;
      yield { key, sequence, value: isDeletion ? null : value };
    }
  }
}

/**
 * Bytes of the blocks that hold keys from `gte` to before `lt`, some of others at either end included. Only the list of blocks is read.
 * @throws Damage
 */
export function bytesBetween(path: string, gte: Buffer, lt: Buffer): number {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    if (size < FOOTER_BYTES) throw new Damage('its end is missing');
    const { index } = footerOf(readPart(file, { offset: size - FOOTER_BYTES, size: FOOTER_BYTES }));
    const stored = readPart(file, { offset: index.offset, size: index.size + TRAILER_BYTES });
    let bytes = 0;
    let isPast = false;
    for (const [last, place] of entriesOf(contentOf(stored, { offset: 0, size: index.size }, stored.length))) {
      if (isPast) break;
      if (Buffer.compare(userKey(last), gte) >= 0) bytes += handle(new LevelBytes(place)).size;
      isPast = Buffer.compare(userKey(last), lt) >= 0;
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}

function readPart(file: number, { offset, size }: Handle): Buffer {
  const bytes = Buffer.alloc(size);
  if (readSync(file, bytes, 0, size, offset) < size) throw new Damage('its end is missing');
  return bytes;
}

/** Keys of a block are written without what they share with the one before. */
function* entriesOf(content: Buffer): Generator<readonly [key: Buffer, value: Buffer], void> {
  const restarts = content.length < 4 ? 0 : content.readUInt32LE(content.length - 4);
  const end = content.length - 4 - restarts * 4;
  if (end < 0) throw new Damage('a block of it cannot be read');
  const reader = new LevelBytes(content.subarray(0, end));
  let key: Buffer = Buffer.alloc(0);
  while (!reader.done) {
    const same = reader.varint();
    const rest = reader.varint();
    const size = reader.varint();
    key = Buffer.concat([key.subarray(0, same), reader.take(rest)]);
    const value = reader.take(size);
    if (reader.broken || key.length < TAIL_BYTES) throw new Damage('a block of it cannot be read');
    yield [key, value];
  }
}
