/** Flipped bits, cut and missing files of a LevelDB: found before it is opened, wherever they are. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { damageOf, endsOf, type Ends } from '../../../src/store/level/check-folder.js';
import { fc } from '../../property.js';

const ROWS = 2000;
let root: string;
/** Tables of two levels, some of them compacted and partly deleted, and a log of more than one block. */
let folder: string;
let closed: Ends | null;
let copies = 0;

/** Values that can be compressed, and some that cannot. */
function valueOf(row: number): Buffer {
  if (row % 3 > 0) return Buffer.alloc(row % 90, row & 0xff);
  return Buffer.from(Array.from({ length: 40 }, (_, at) => (row * 7919 * (at + 1) * 31) >>> (at % 9)));
}

async function fill(db: Level<Buffer, Buffer>, round: number): Promise<void> {
  for (let from = 0; from < ROWS; from += 100) {
    const batch = db.batch();
    for (let row = from; row < from + 100; row += 1) {
      const key = Buffer.from(`user-${String(row).padStart(6, '0')}`);
      if (round > 0 && row % 5 === 0) batch.del(key);
      else batch.put(key, valueOf(row + round));
    }
    await batch.write();
  }
}

function open(path: string, writeBufferSize = 32 * 1024): Promise<Level<Buffer, Buffer>> {
  const db = new Level<Buffer, Buffer>(path, {
    keyEncoding: 'buffer',
    valueEncoding: 'buffer',
    writeBufferSize,
    // LevelDB's least is a megabyte: tables are as large as what is written at once.
    maxFileSize: 1024 * 1024,
  });
  return db.open().then(() => db);
}

function copy(): string {
  copies += 1;
  const path = join(root, `copy-${String(copies)}`);
  cpSync(folder, path, { recursive: true });
  return path;
}

const filesOf = (pattern: RegExp): string[] => readdirSync(folder).filter((name) => pattern.test(name));

/** What is found after one bit of a file was changed. */
async function foundAfterFlip(name: string, at: number, bit: number): Promise<string | null> {
  const bytes = readFileSync(join(folder, name));
  const flipped = Buffer.from(bytes);
  flipped[at] = (flipped[at] as number) ^ (1 << bit);
  writeFileSync(join(folder, name), flipped);
  const found = await damageOf(folder, closed);
  writeFileSync(join(folder, name), bytes);
  return found;
}

async function everyFlipIsFound(pattern: RegExp, numRuns: number, harmless: (name: string, at: number) => boolean) {
  const files = filesOf(pattern).map((name) => [name, readFileSync(join(folder, name)).length] as const);
  expect(files.length).toBeGreaterThan(0);
  const place = fc.constantFrom(...files).chain(([name, length]) => fc.tuple(fc.constant(name), fc.nat(length - 1)));
  await fc.assert(
    fc.asyncProperty(place, fc.nat(7), async ([name, at], bit) => {
      const found = await foundAfterFlip(name, at, bit);
      if (found === null && !harmless(name, at)) throw new Error(`not found: bit ${String(bit)} of byte ${String(at)}`);
    }),
    { numRuns },
  );
}

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'millrace-check-'));
  folder = join(root, 'whole');
  const db = await open(folder);
  await fill(db, 0);
  await fill(db, 1);
  await db.close();
  // No more compactions, and nothing left of earlier ones: each file counts.
  const again = await open(folder, 4 * 1024 * 1024);
  await fill(again, 2);
  await again.close();
  closed = await endsOf(folder);
});

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('damageOf', () => {
  it('finds nothing in a folder as it was left, nor in one that is not there yet', async () => {
    expect(filesOf(/\.ldb$/).length).toBeGreaterThan(3);
    expect(closed?.logBytes).toBeGreaterThan(32 * 1024);
    expect(await damageOf(folder, closed)).toBeNull();
    expect(await damageOf(folder, null)).toBeNull();
    expect(await damageOf(mkdtempSync(join(root, 'empty-')), null)).toBeNull();
  });

  it('finds nothing in a folder while it is open, as a killed process leaves it', async () => {
    const path = copy();
    const db = await open(path);
    await fill(db, 3);
    // Compactions that are under way end with the database; until then files come and go.
    const left = join(root, 'killed');
    await db.close();
    cpSync(path, left, { recursive: true });
    expect(await damageOf(left, null)).toBeNull();
  });

  it('finds every flipped bit of a table', async () => {
    // The footer is filled up with zeros that nobody reads.
    const padding = (name: string, at: number): boolean => {
      const bytes = readFileSync(join(folder, name));
      return at >= bytes.length - 48 && at < bytes.length - 8 && bytes[at] === 0;
    };
    await everyFlipIsFound(/\.ldb$/, 150, padding);
  });

  it('finds every flipped bit of the log, the manifest and CURRENT', async () => {
    await everyFlipIsFound(/\.log$|^MANIFEST|^CURRENT/, 150, () => false);
  });

  it('finds every file that is cut', async () => {
    for (const name of filesOf(/\.ldb$|\.log$|^MANIFEST|^CURRENT/)) {
      const { length } = readFileSync(join(folder, name));
      for (const size of [0, 1, Math.floor(length / 2), Math.floor(length / 32_768) * 32_768, length - 1]) {
        if (size === length) continue;
        const path = copy();
        truncateSync(join(path, name), size);
        expect(await damageOf(path, closed), `${name} cut to ${String(size)}`).not.toBeNull();
        rmSync(path, { recursive: true });
      }
    }
  });

  it('finds every file that is missing', async () => {
    const path = copy();
    for (const name of filesOf(/\.ldb$|\.log$|^MANIFEST|^CURRENT/)) {
      const bytes = readFileSync(join(path, name));
      rmSync(join(path, name));
      expect(await damageOf(path, closed), name).toMatch(/missing|cannot be read/);
      writeFileSync(join(path, name), bytes);
    }
    expect(await damageOf(path, closed)).toBeNull();
  });

  it('takes what is left of the last write for one that was cut off, unless the folder was closed', async () => {
    const path = copy();
    const [log] = filesOf(/\.log$/) as [string];
    truncateSync(join(path, log), (closed?.logBytes ?? 0) - 3);
    expect(await damageOf(path, null)).toBeNull();
    expect(await damageOf(path, closed)).toContain('its end is missing');
  });

  it('does not look at tables that a compaction has left unfinished', async () => {
    const path = copy();
    writeFileSync(join(path, '999999.ldb'), 'half a table');
    expect(await damageOf(path, closed)).toBeNull();
  });

  it('knows nothing of how a folder was left that another version has used since', async () => {
    const path = copy();
    const db = await open(path);
    await db.put(Buffer.from('a'), Buffer.from('b'));
    await db.close();
    expect(await damageOf(path, closed)).toBeNull();
  });
});
