import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');

it('ends in silence when nobody reads on, as behind head', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-main-'));
  const told = ['create', join(folder, 'demo'), '--no-install', '--json'];
  const command = spawn(process.execPath, ['--import', 'tsx', MAIN, ...told], { stdio: ['ignore', 'pipe', 'pipe'] });
  command.stdout.destroy();
  let errors = '';
  command.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  expect(await once(command, 'close')).toEqual([0, null]);
  expect(errors).toBe('');
  rmSync(folder, { recursive: true });
});
