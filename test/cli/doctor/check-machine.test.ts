import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkNode, checkStateFolder } from '../../../src/cli/doctor/check-machine.js';
import { silentLogger } from '../../../src/observe/logger.js';
import { StateFolder } from '../../../src/worker/state/state-folder.js';

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'millrace-doctor-'));
});
afterEach(() => {
  rmSync(place, { recursive: true });
});

it('Node must be new enough', () => {
  expect(checkNode('20.19.0')).toMatchObject({ status: 'ok' });
  expect(checkNode('24.1.0')).toMatchObject({ status: 'ok' });
  expect(checkNode('20.18.3')).toMatchObject({ status: 'wrong', fix: 'install Node 20.19 or newer' });
  expect(checkNode('18.20.0').status).toBe('wrong');
  expect(checkNode('23.0.0').status).toBe('look');
});

describe('the state folder', () => {
  it('is told from one that a process has open, and nothing is made by looking', async () => {
    const before = await checkStateFolder(place, 'app');
    expect(before.map(({ check }) => check)).toEqual(['state folder', 'disk', 'state lock']);
    expect(before[2]).toMatchObject({ status: 'ok', found: expect.stringContaining('no state of app') as string });
    const folder = new StateFolder(place, 'app', silentLogger, 0);
    await folder.lock();
    try {
      expect((await checkStateFolder(place, 'app'))[2]).toMatchObject({ check: 'state lock', status: 'look' });
    } finally {
      await folder.unlock();
    }
    expect((await checkStateFolder(place, 'app'))[2]).toMatchObject({ status: 'ok' });
  });

  it('that is for temporary files is looked at', async () => {
    expect((await checkStateFolder(undefined, null))[0]).toMatchObject({ status: 'look' });
    expect((await checkStateFolder(join(process.cwd(), 'state'), null))[0]).toMatchObject({ status: 'ok' });
  });

  it('that cannot be made is wrong', async () => {
    const file = join(place, 'file');
    writeFileSync(file, '');
    expect(await checkStateFolder(join(file, 'state'), null)).toMatchObject([{ status: 'wrong' }]);
  });
});
