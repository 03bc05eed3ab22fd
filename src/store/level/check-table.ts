/** Whether a table of LevelDB is as it was written: every block of it has a checksum, which LevelDB's reads do not verify. */
import { crc32c, masked } from './crc32c.js';
import { LevelBytes } from './level-bytes.js';
import { unsnappy } from './snappy.js';

/** Behind a block: how it is compressed, and its checksum. */
export const TRAILER_BYTES = 5;
export const FOOTER_BYTES = 48;
const MAGIC = Buffer.from('57fb808b247547db', 'hex');
const PLAIN = 0;
const SNAPPY = 1;

/** Where a block is in its table. */
export interface Handle {
  readonly offset: number;
  readonly size: number;
}

export class Damage extends Error {}

/**
 * What is wrong with the bytes of a table, null when nothing is. The blocks lie one behind the other from the first byte to
 * the footer, so no byte can be wrong without being found, but the zeros that fill the footer up.
 */
export function damageOfTable(bytes: Buffer): string | null {
  try {
    check(bytes);
    return null;
  } catch (error) {
    if (error instanceof Damage) return error.message;
    throw error;
  }
}

function check(bytes: Buffer): void {
  const { footer, directory, index } = footerOf(bytes);
  const blocks = [
    ...handlesIn(contentOf(bytes, index, footer)),
    ...handlesIn(contentOf(bytes, directory, footer)),
    directory,
    index,
  ];
  let next = 0;
  for (const block of blocks) {
    if (block.offset !== next) throw new Damage(`its blocks leave a gap at byte ${String(next)}`);
    if (block !== directory && block !== index) verify(bytes, block, footer);
    next = block.offset + block.size + TRAILER_BYTES;
  }
  if (next !== footer) throw new Damage(`its blocks leave a gap at byte ${String(next)}`);
}

/** What the end of a table names: a list of blocks beside its rows, and the list of those that hold them. @throws Damage */
export function footerOf(bytes: Buffer): {
  readonly footer: number;
  readonly directory: Handle;
  readonly index: Handle;
} {
  const footer = bytes.length - FOOTER_BYTES;
  if (footer < 0 || !bytes.subarray(bytes.length - MAGIC.length).equals(MAGIC)) throw new Damage('its end is missing');
  const reader = new LevelBytes(bytes.subarray(footer));
  const directory = handle(reader);
  const index = handle(reader);
  if (reader.broken) throw new Damage('its end does not tell where its blocks are');
  return { footer, directory, index };
}

export function handle(reader: LevelBytes): Handle {
  return { offset: reader.varint(), size: reader.varint() };
}

function verify(bytes: Buffer, { offset, size }: Handle, footer: number): void {
  const end = offset + size;
  if (end + TRAILER_BYTES > footer) throw new Damage(`the block at byte ${String(offset)} reaches beyond its end`);
  // The checksum covers the kind of compression.
  if (masked(crc32c(bytes, offset, end + 1)) !== bytes.readUInt32LE(end + 1)) {
    throw new Damage(`the block at byte ${String(offset)} does not match its checksum`);
  }
}

/** The plain bytes of a block. @throws Damage when they are not what was written */
export function contentOf(bytes: Buffer, block: Handle, footer: number): Buffer {
  verify(bytes, block, footer);
  const end = block.offset + block.size;
  const stored = bytes.subarray(block.offset, end);
  const content = bytes[end] === PLAIN ? stored : bytes[end] === SNAPPY ? unsnappy(stored) : null;
  if (content === null) throw new Damage(`the block at byte ${String(block.offset)} is compressed in an unknown way`);
  return content;
}

/** The places that the entries of a block name: those of the blocks of the table. */
function handlesIn(content: Buffer): Handle[] {
  const restarts = content.length < 4 ? 0 : content.readUInt32LE(content.length - 4);
  const end = content.length - 4 - restarts * 4;
  if (end < 0) throw new Damage('a list of its blocks cannot be read');
  const reader = new LevelBytes(content.subarray(0, end));
  const handles: Handle[] = [];
  while (!reader.done) {
    // Bytes shared with the key before it; the rest of the key; the value.
    reader.varint();
    const rest = reader.varint();
    const size = reader.varint();
    reader.take(rest);
    const value = new LevelBytes(reader.take(size));
    const one = handle(value);
    if (reader.broken || value.broken) throw new Damage('a list of its blocks cannot be read');
    handles.push(one);
  }
  return handles;
}
