/** The image of the windowed count, as far as it can be had without Docker: what its Dockerfile copies is enough to build it. */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const TIMEOUT_MS = 240_000;

/** The lines of the stage that builds. */
const BUILDING = readFileSync(join(ROOT, 'examples/02-windowed-count/Dockerfile'), 'utf8')
  .split(/^FROM /m)[1]
  ?.split('\n') as string[];

/** Arguments of all lines that begin with a word. */
function linesOf(word: string): string[] {
  return BUILDING.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
}

it('the Dockerfile copies what its build needs', { timeout: TIMEOUT_MS }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-image-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  for (const line of linesOf('COPY')) {
    const names = line.split(' ');
    for (const name of names.slice(0, -1)) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  }
  // In place of `npm ci`.
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const builds = linesOf('RUN').filter((line) => line.includes('npm run build'));
  expect(builds).toHaveLength(1);
  const command = (builds[0] as string).replaceAll('/app', folder);
  await promisify(execFile)('sh', ['-ec', command], { cwd: folder, timeout: TIMEOUT_MS });
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(folder, 'compiled/02-windowed-count/service.js'), '--help'],
    { timeout: TIMEOUT_MS },
  );
  expect(stdout).toContain('Counts and sums orders per user');
});
