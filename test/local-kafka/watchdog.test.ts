import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Watchdog } from '../../src/local-kafka/watchdog.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-watchdog-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function sleeper(): Promise<number> {
  const child = spawn('sleep', ['300'], { stdio: 'ignore' });
  await once(child, 'spawn');
  return child.pid!;
}

describe('released', () => {
  it('kills the guarded process, then cleans up', async () => {
    const pid = await sleeper();
    const watchdog = new Watchdog(['rm', '-rf', folder]);
    watchdog.guard(pid);
    await watchdog.release();
    expect(existsSync(folder)).toBe(false);
    await vi.waitFor(() => expect(lives(pid)).toBe(false));
  });

  it('leaves alone a process that is not guarded any more', async () => {
    const pid = await sleeper();
    const watchdog = new Watchdog(['rm', '-rf', folder]);
    watchdog.guard(pid);
    watchdog.guard(undefined);
    await watchdog.release();
    expect(lives(pid)).toBe(true);
    process.kill(pid, 'SIGKILL');
  });

  it('tries the clean-up again until it succeeds', async () => {
    const counter = join(folder, 'tries');
    const third = `echo >> ${counter}; [ $(wc -l < ${counter}) -ge 3 ]`;
    const watchdog = new Watchdog(['sh', '-c', third]);
    await watchdog.release();
  });

  it('says what could not be cleaned up', async () => {
    await expect(new Watchdog(['false', 'the-folder']).release()).rejects.toThrow(/false the-folder/);
  }, 20_000);
});

it.each(['SIGKILL', 'SIGINT'] as const)(
  'does both when its process is ended by %s',
  async (signal) => {
    const script = join(folder, 'parent.mts');
    const module = join(import.meta.dirname, '../../src/local-kafka/watchdog.ts');
    const guarded = mkdtempSync(join(tmpdir(), 'millrace-watchdog-'));
    writeFileSync(
      script,
      `import { spawn } from 'node:child_process';
     import { Watchdog } from ${JSON.stringify(module)};
     const child = spawn('sleep', ['300'], { stdio: 'ignore', detached: true });
     new Watchdog(['rm', '-rf', ${JSON.stringify(guarded)}]).guard(child.pid);
     console.log(child.pid);
     setInterval(() => undefined, 1000);`,
    );
    const tsx = import.meta.resolve('tsx');
    const parent = spawn(process.execPath, ['--import', tsx, script], {
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(lives(pid)).toBe(true);
    expect(existsSync(guarded)).toBe(true);
    // To its whole group, as a terminal's Ctrl-C.
    process.kill(-parent.pid!, signal);
    await vi.waitFor(
      () => {
        expect(lives(pid)).toBe(false);
        expect(existsSync(guarded)).toBe(false);
      },
      { timeout: 10_000 },
    );
  },
  30_000,
);
