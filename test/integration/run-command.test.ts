/** `millrace run` starts a topology that a module exports, and ends it in good order. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { produce } from './application-fixture.js';
import { brokers, readValues, uniqueName } from './kafka.js';

const ROOT = join(import.meta.dirname, '../..');
mkdirSync(join(ROOT, '.cache'), { recursive: true });
const folder = mkdtempSync(join(ROOT, '.cache', 'run-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it('runs until SIGTERM, with lines where there is no terminal', async () => {
  const id = uniqueName('run');
  const file = join(folder, 'topology.ts');
  writeFileSync(
    file,
    `import { wordCount } from '../../templates/count/src/topology.js';
export const topology = wordCount({ lines: '${id}-lines', counts: '${id}-counts' });
`,
  );
  const args = ['run', file, '--application-id', id, '--brokers', brokers().join(',')];
  const more = ['--create-topics', '1', '--interval', '1', '--json', '--state-dir', join(folder, 'state')];
  const child = spawn(process.execPath, ['--import', 'tsx', join(ROOT, 'src/cli/main.ts'), ...args, ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const ended = new Promise((resolve) => child.once('close', resolve));
  try {
    await vi.waitFor(() => expect(out).toContain('"state":"RUNNING"'), { timeout: 50_000 });
    await produce(`${id}-lines`, [['k', 'mill']]);
    await vi.waitFor(() => expect(out).toMatch(/"processed":2,/), { timeout: 50_000 });
  } finally {
    child.kill('SIGTERM');
  }
  expect(await ended).toBe(0);
  expect(out.trimEnd().split('\n').at(-1)).toContain('"state":"NOT_RUNNING"');
  // Closing has committed the count.
  expect(await readValues(brokers(), `${id}-counts`, 1)).toHaveLength(1);
});
