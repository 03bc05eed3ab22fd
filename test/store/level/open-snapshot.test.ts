/** What is read from the files of a LevelDB is what LevelDB itself gives, whoever has it open. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MillraceError } from '../../../src/errors/error.js';
import type { KeyRange, StateBackend } from '../../../src/store/backend.js';
import { holderOf, openLevelBackend } from '../../../src/store/level/open-level.js';
import { openSnapshot } from '../../../src/store/level/open-snapshot.js';
import { WriteBatch } from '../../../src/store/write-batch.js';

const KEYS = 20_000;
let root: string;
let folder: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'millrace-snapshot-'));
  folder = join(root, '0_0');
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function open(): Promise<StateBackend> {
  return openLevelBackend({
    folder,
    identity: 'app 0_0',
    writeBufferBytes: 64 * 1024,
    cacheBytes: 64 * 1024,
    warn: (message) => {
      throw new Error(message);
    },
  });
}

function keyOf(number: number): Buffer {
  return Buffer.from(`\0\0\0\x02key ${String(number).padStart(6, '0')}`, 'latin1');
}

/** Spread over the levels of the database: written, written over, deleted, and some of it still in the log. */
async function fill(backend: StateBackend): Promise<void> {
  for (let round = 0; round < 6; round += 1) {
    for (let from = 0; from < KEYS; from += 4_000) {
      const batch = new WriteBatch();
      for (let number = from + round; number < from + 4_000; number += round * round + 1) {
        if (round === 3) batch.delete(keyOf(number));
        else batch.put(keyOf(number), Buffer.from(`round ${String(round)} of ${String(number)}`));
      }
      await backend.write(batch);
    }
  }
}

async function contentOf(backend: StateBackend, range: KeyRange): Promise<string[]> {
  const content: string[] = [];
  const batches = backend.scan(range);
  for (let next = await batches.next(); next.done !== true; next = await batches.next()) {
    for (const [key, value] of next.value) content.push(`${key.toString('latin1')}=${value.toString('latin1')}`);
  }
  return content;
}

/** LevelDB may still be at work on its files: what it removes meanwhile is told, and looked for again. */
async function steadily(look: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await look();
      return;
    } catch (error) {
      if (!MillraceError.is(error) || error.code !== 'STORE_FAILED') throw error;
    }
  }
}

const ALL = { gte: keyOf(0), lt: keyOf(KEYS), reverse: false };

it('reads what LevelDB holds, whole, in part and backwards, while it is open and after', async () => {
  const backend = await open();
  await fill(backend);
  expect(readdirSync(folder).filter((name) => name.endsWith('.ldb')).length).toBeGreaterThan(3);
  const ranges = [ALL, { ...ALL, reverse: true }, { gte: keyOf(17_003), lt: keyOf(17_103), reverse: false }];
  const expected = await Promise.all(ranges.map((range) => contentOf(backend, range)));
  const some = [0, 1, 3, 17, 9_999, KEYS - 1];
  const single = some.map((number) => backend.getSync(keyOf(number))?.toString());

  const look = async (): Promise<void> => {
    const opened = await openSnapshot(folder);
    if (opened === null) throw new Error('there is nothing');
    expect(opened.marker).toEqual({ format: 1, identity: 'app 0_0' });
    for (const [index, range] of ranges.entries())
      expect(await contentOf(opened.backend, range)).toEqual(expected[index]);
    expect(some.map((number) => opened.backend.getSync(keyOf(number))?.toString())).toEqual(single);
    expect(opened.backend.getSync(keyOf(KEYS + 1))).toBeUndefined();
    expect(opened.backend.bytesOf(ALL)).toBeGreaterThan(100_000);
    expect(opened.backend.bytesOf({ gte: keyOf(KEYS + 1), lt: keyOf(KEYS + 2) })).toBeLessThan(10_000);
    expect(() => opened.backend.write()).toThrow('is only read');
  };
  await steadily(look);
  expect(await holderOf(folder)).toMatch(/^process \d+ on .* \(this one\), since /);
  await backend.close();
  const files = readdirSync(folder).sort();
  await look();
  expect(readdirSync(folder).sort()).toEqual(files);
  expect(await holderOf(folder)).toBeNull();
});

it('finds nothing where there is no database, and says what is damaged', async () => {
  expect(await openSnapshot(root)).toBeNull();
  const backend = await open();
  await fill(backend);
  await backend.close();
  const table = readdirSync(folder).find((name) => name.endsWith('.ldb')) ?? '';
  truncateSync(join(folder, table), readFileSync(join(folder, table)).length - 10);
  const reading = async (): Promise<unknown> => {
    const opened = await openSnapshot(folder);
    return opened === null ? null : contentOf(opened.backend, { ...ALL, gte: Buffer.alloc(0) });
  };
  await expect(reading()).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  await expect(reading()).rejects.toThrow(`${table}: its end is missing`);
});
