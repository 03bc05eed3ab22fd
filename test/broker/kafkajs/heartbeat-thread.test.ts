/** An instance joins its group once the thread has loaded: what it does not need must not cost a start its time. */
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const SRC = join(import.meta.dirname, '../../../src');
const IMPORT = /^(?:import|export) (?!type )[^;]*?from '(\.[^']+)\.js';/gms;

/** All files that are loaded with one, by their paths in `src`. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  const name = relative(SRC, file);
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const [, path] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
    loadedWith(join(dirname(file), `${path as string}.ts`), seen);
  }
  return seen;
}

test('the heartbeat thread loads nothing that reads or writes records', () => {
  const loaded = [...loadedWith(join(SRC, 'broker/kafkajs/heartbeat-thread.ts'))];
  expect(loaded).toContain('broker/wire/group/heartbeat.ts');
  expect(loaded.filter((file) => /wire\/(batch|compression|fetch|produce|admin|wire-client)/.test(file))).toEqual([]);
});
