import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { GuardedProcess } from '../../src/local-kafka/guarded-process.js';
import { untilStopped } from '../../src/local-kafka/stopped-process.js';

let folder: string;
let guarded: GuardedProcess;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-guarded-'));
  guarded = new GuardedProcess({ what: 'the sleeper', name: 'millrace-test', folder, log: 'out.log' });
});
afterEach(async () => {
  await guarded.remove();
  rmSync(folder, { recursive: true, force: true });
});

const SLEEPER = ['-c', 'echo "runs in $PWD"; exec sleep 300'];
function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

it('runs the program in its folder, writes down what it says, and runs it again after its end', async () => {
  const first = await guarded.start('sh', SLEEPER);
  expect([guarded.isRunning(), first()]).toEqual([true, true]);
  await vi.waitFor(async () => expect(await guarded.logText()).toMatch(/runs in .*millrace-guarded-/));
  await guarded.end('SIGTERM');
  expect([guarded.isRunning(), first()]).toEqual([false, false]);
  const second = await guarded.start('sh', SLEEPER);
  expect([second(), first()]).toEqual([true, false]);
});

it('knows that the program ended by itself', async () => {
  const goesOn = await guarded.start('sh', ['-c', 'exit 3']);
  await vi.waitFor(() => expect([guarded.isRunning(), goesOn()]).toEqual([false, false]));
  expect(guarded.signal('SIGSTOP')).toBeUndefined();
  await guarded.end('SIGKILL');
});

it('stops and goes on by signals', async () => {
  await guarded.start('sh', SLEEPER);
  const pid = guarded.signal('SIGSTOP') as number;
  await untilStopped(pid, 10_000);
  expect(guarded.signal('SIGCONT')).toBe(pid);
  await guarded.end('SIGTERM');
});

it('ends with its folder, once', async () => {
  await guarded.start('sh', SLEEPER);
  const pid = guarded.signal('SIGCONT') as number;
  await Promise.all([guarded.remove(), guarded.remove()]);
  expect([existsSync(folder), guarded.isRunning(), guarded.isRemoved()]).toEqual([false, false, true]);
  await vi.waitFor(() => expect(lives(pid)).toBe(false));
});

it('ends with the process that started it, killed or not', async () => {
  const program = join(folder, 'starter.mts');
  const source = new URL('../../src/local-kafka/guarded-process.ts', import.meta.url).href;
  writeFileSync(
    program,
    `import { GuardedProcess } from '${source}';
     const guarded = new GuardedProcess({ what: 'it', name: 'it', folder: ${JSON.stringify(folder)}, log: 'out.log' });
     await guarded.start('sleep', ['300']);
     process.stdout.write(String(guarded.signal('SIGCONT')), () => process.kill(process.pid, 'SIGKILL'));`,
  );
  const starter = spawnSync(process.execPath, ['--import', 'tsx', program], { encoding: 'utf8' });
  expect(starter.signal, starter.stderr).toBe('SIGKILL');
  await vi.waitFor(() => expect([lives(Number(starter.stdout)), existsSync(folder)]).toEqual([false, false]), 10_000);
});
