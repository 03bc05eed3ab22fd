import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLogger } from '../../../src/observe/logger.js';
import { StateFolder } from '../../../src/worker/state/state-folder.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'state-folder-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('keeps the id of the instance however often the process is killed', async () => {
  const ids = new Set<string>();
  const note = join(folder, 'app', 'process', 'millrace-use.json');
  for (let life = 0; life < 4; life++) {
    const state = new StateFolder(folder, 'app', silentLogger);
    ids.add(await state.lock());
    const asOpen = readFileSync(note);
    await state.unlock();
    // As a kill leaves it.
    writeFileSync(note, asOpen);
  }
  expect(ids.size).toBe(1);
});

it('has a folder for each store of the user’s own making, empty at its opening and gone at its end', async () => {
  const state = new StateFolder(folder, 'app', silentLogger);
  await state.lock();
  const folders = state.stores('0_1');
  const path = folders.make('trie');
  expect(path).toBe(join(folder, 'app', 'stores', '0_1', 'trie'));
  writeFileSync(join(path, 'rows'), 'x');
  expect(folders.make('trie')).toBe(path);
  expect(readdirSync(path)).toEqual([]);
  const other = state.stores('0_2').make('trie');
  folders.remove('trie');
  expect([existsSync(path), existsSync(other), state.tasks()]).toEqual([false, true, []]);
  // As a kill leaves it.
  await state.unlock();
  await state.lock();
  expect(existsSync(other)).toBe(false);
  await state.unlock();
});
