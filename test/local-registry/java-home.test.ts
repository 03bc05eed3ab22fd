import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { javaVersion } from '../../src/local-registry/java-home.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-java-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function program(says: string): string {
  const path = join(folder, 'java');
  writeFileSync(path, `#!/bin/sh\necho '${says}' >&2\n`);
  chmodSync(path, 0o755);
  return path;
}

it.each([
  ['openjdk version "25.0.2" 2026-01-20', 25],
  ['openjdk version "17.0.18" 2026-01-20', 17],
  ['java version "1.8.0_402"', 8],
  ['something else', null],
])('reads the version of %s', async (says, version) => {
  expect(await javaVersion(program(says))).toBe(version);
});

it('takes what does not run for no Java', async () => {
  expect(await javaVersion(join(folder, 'missing'))).toBeNull();
});
