import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { StateSize } from '../../../src/worker/state/state-size.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-size-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('adds up the files of all folders, once a minute', async () => {
  mkdirSync(join(folder, '0_0'));
  writeFileSync(join(folder, '0_0', '000001.ldb'), Buffer.alloc(1_000));
  writeFileSync(join(folder, 'process'), Buffer.alloc(24));
  let now = 5;
  const size = new StateSize(folder, { now: () => now });
  expect(size.bytes).toBeNull();
  size.poll();
  await size.idle();
  expect(size.bytes).toBe(1_024);

  writeFileSync(join(folder, '0_0', '000002.ldb'), Buffer.alloc(76));
  now += 59_000;
  size.poll();
  await size.idle();
  expect(size.bytes).toBe(1_024);
  now += 1_000;
  size.poll();
  await size.idle();
  expect(size.bytes).toBe(1_100);
});

it('takes a folder that is not there for empty', async () => {
  const size = new StateSize(join(folder, 'missing'), { now: () => 0 });
  size.poll();
  await size.idle();
  expect(size.bytes).toBe(0);
});
