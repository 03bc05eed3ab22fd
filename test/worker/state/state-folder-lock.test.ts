import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { StateFolder } from '../../../src/worker/state/state-folder.js';

const root = mkdtempSync(join(tmpdir(), 'millrace-lock-'));
const warnings: string[] = [];
const logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (message: string) => void warnings.push(message),
  error: () => undefined,
};
afterEach(() => {
  warnings.length = 0;
  rmSync(root, { recursive: true, force: true });
});

const folder = (waitMs?: number): StateFolder => new StateFolder(root, 'app', logger, waitMs);

/** Another process that has the folder, until it is told to end. */
async function otherProcess(): Promise<{ end: () => Promise<void> }> {
  const source = new URL('../../../src/worker/state/state-folder.ts', import.meta.url).href;
  const code = `import { StateFolder } from ${JSON.stringify(source)};
    const quiet = () => undefined;
    const folder = new StateFolder(${JSON.stringify(root)}, 'app', { debug: quiet, info: quiet, warn: quiet, error: quiet });
    await folder.lock();
    console.log('locked');
    process.stdin.once('data', async () => { await folder.unlock(); process.exit(); });`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const ended = once(child, 'exit');
  return {
    end: async () => {
      child.stdin.write('end');
      await ended;
    },
  };
}

describe('the folder of an application', () => {
  it('that another process is about to leave is waited for, as pm2 and cluster need it', async () => {
    const other = await otherProcess();
    const mine = folder(60_000);
    const locked = mine.lock();
    await expect
      .poll(() => warnings, { timeout: 30_000 })
      .toEqual([expect.stringMatching(/is in use by process \d+ .*This instance waits for it, for up to 60 s$/)]);
    await other.end();
    expect(await locked).toMatch(/^[0-9a-f-]{36}$/);
    await mine.unlock();
  });

  it('that another process keeps is an error in the end', async () => {
    const other = await otherProcess();
    await expect(folder(300).lock()).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    await other.end();
  });

  it('that this very process has is not waited for', async () => {
    const first = folder();
    await first.lock();
    await expect(folder(3_600_000).lock()).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    expect(warnings).toEqual([]);
    await first.unlock();
  });
});
