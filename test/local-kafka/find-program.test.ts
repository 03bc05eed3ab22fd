import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { findProgram } from '../../src/local-kafka/find-program.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-find-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function program(path: string, mode = 0o755): string {
  const file = join(folder, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, '');
  chmodSync(file, mode);
  return file;
}

it('takes the first along PATH', async () => {
  const first = program('a/tool');
  program('b/tool');
  vi.stubEnv('PATH', [join(folder, 'none'), join(folder, 'a'), join(folder, 'b')].join(delimiter));
  expect(await findProgram('tool')).toBe(first);
});

it('prefers the home that a variable names', async () => {
  program('a/tool');
  const home = program('home/bin/tool');
  vi.stubEnv('PATH', join(folder, 'a'));
  vi.stubEnv('TOOL_HOME', join(folder, 'home'));
  expect(await findProgram('tool', ['TOOL_HOME'])).toBe(home);
});

it('passes over files that cannot be run, and gives nothing when there is no other', async () => {
  program('a/tool', 0o644);
  vi.stubEnv('PATH', join(folder, 'a'));
  expect(await findProgram('tool')).toBeUndefined();
});
