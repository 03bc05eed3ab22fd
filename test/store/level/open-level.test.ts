/** Folders that cannot be used: locked, corrupt, foreign, of another application. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Level } from 'level';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MillraceError } from '../../../src/errors/error.js';
import type { StateBackend } from '../../../src/store/backend.js';
import { openLevelBackend } from '../../../src/store/level/open-level.js';
import { WriteBatch } from '../../../src/store/write-batch.js';

const KEY = Buffer.from('\0\0\0\x02key');
const USE = 'millrace-use.json';
let root: string;
let folder: string;
let warnings: string[];

function open(identity = 'app 0_0'): Promise<StateBackend> {
  return openLevelBackend({
    folder,
    identity,
    writeBufferBytes: 256 * 1024,
    cacheBytes: 256 * 1024,
    warn: (message) => warnings.push(message),
  });
}

async function withValue(value: string): Promise<void> {
  const backend = await open();
  const batch = new WriteBatch();
  batch.put(KEY, Buffer.from(value));
  await backend.write(batch);
  await backend.close();
}

/** Opens, tells what is under the key, closes. */
async function valueNow(identity?: string): Promise<string | undefined> {
  const backend = await open(identity);
  const value = backend.getSync(KEY)?.toString();
  await backend.close();
  return value;
}

async function failureOf(promise: Promise<unknown>): Promise<MillraceError> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!MillraceError.is(error)) throw new Error(`expected a MillraceError, not ${String(error)}`);
  return error;
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'millrace-level-'));
  folder = join(root, '0_0');
  warnings = [];
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('a folder of our own', () => {
  it('is opened again with what was written, and without a word', async () => {
    await withValue('1');
    expect(await valueNow()).toBe('1');
    expect(warnings).toEqual([]);
    expect(readdirSync(root)).toEqual(['0_0']);
  });
});

describe('a locked folder', () => {
  it('is an error that names this process, and the first one keeps its lock', async () => {
    const first = await open();
    const error = await failureOf(open());
    expect(error.code).toBe('STORE_LOCKED');
    expect(error.message).toContain(folder);
    expect(error.message).toContain(`process ${String(process.pid)}`);
    const other = await openElsewhere('exit');
    expect(other.said).toContain('STORE_LOCKED');
    await first.close();
    await (await open()).close();
  });

  it('is an error that names the other process, until that has ended, however it ended', async () => {
    const { child, said } = await openElsewhere('stay');
    expect(said).toContain('open');
    const error = await failureOf(open());
    expect(error.code).toBe('STORE_LOCKED');
    expect(error.message).toContain(`process ${String(child.pid)}`);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    await (await open()).close();
    expect(warnings).toEqual([]);
  });
});

describe('a folder that cannot be used is set aside, with a warning,', () => {
  const asides = (): string[] => readdirSync(root).filter((name) => name.startsWith('0_0.set-aside-'));

  it('when its files are damaged', async () => {
    await withValue('1');
    writeFileSync(join(folder, 'CURRENT'), 'no such thing');
    expect(await valueNow()).toBeUndefined();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(folder);
    expect(warnings[0]).toContain('rebuilt from their changelogs');
    expect(asides()).toHaveLength(1);
  });

  it('when files are missing', async () => {
    await withValue('1');
    for (const name of readdirSync(folder)) if (name.startsWith('MANIFEST')) rmSync(join(folder, name));
    expect(await valueNow()).toBeUndefined();
    expect(asides()).toHaveLength(1);
  });

  it('when an epoch in the middle of its log is damaged, which LevelDB would skip in silence', async () => {
    const backend = await open();
    for (let epoch = 0; epoch < 10; epoch += 1) {
      const batch = new WriteBatch();
      for (let index = 0; index < 10; index += 1)
        batch.put(Buffer.from(`key${String(epoch * 10 + index)}`), Buffer.alloc(1000, epoch));
      await backend.write(batch);
    }
    await backend.close();
    const name = join(folder, readdirSync(folder).find((file) => file.endsWith('.log')) ?? '');
    const content = readFileSync(name);
    content.fill(0x55, 40_000, 40_100);
    writeFileSync(name, content);
    expect(await valueNow()).toBeUndefined();
    expect(warnings[0]).toContain('does not match its checksum');
    expect(asides()).toHaveLength(1);
  });

  const cutLog = (): void => {
    const name = join(folder, readdirSync(folder).find((file) => file.endsWith('.log')) ?? '');
    truncateSync(name, readFileSync(name).length - 3);
  };

  it('when the end of its log is gone, though it was closed', async () => {
    await withValue('1');
    await withValue('2');
    cutLog();
    expect(await valueNow()).toBeUndefined();
    expect(warnings[0]).toContain('its end is missing');
  });

  it('but not when it was not closed, as after a power cut', async () => {
    await withValue('1');
    await withValue('2');
    cutLog();
    writeFileSync(join(folder, USE), '{"ends":0}');
    expect(await valueNow()).toBe('1');
    expect(warnings).toEqual([]);
  });

  it('when the process has ended twice in a row before anything could be written', async () => {
    await withValue('1');
    writeFileSync(join(folder, USE), '{"ends":0}');
    const died = async (): Promise<string> => {
      const { child, said } = await openElsewhere('stay');
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      return said;
    };
    expect(await died()).toBe('open\n');
    expect(await died()).toContain('the process ended twice in a row while it was opened or read');
    expect(asides()).toHaveLength(1);
    expect(await valueNow()).toBeUndefined();
    expect(warnings).toEqual([]);
  }, 20_000);

  it('but not while each run gets as far as writing', async () => {
    for (const round of ['1', '2', '3', '4']) {
      await withValue(round);
      writeFileSync(join(folder, USE), '{"ends":0}');
    }
    expect(await valueNow()).toBe('4');
    writeFileSync(join(folder, USE), '{"ends":0}');
    const backend = await open();
    expect(JSON.parse(readFileSync(join(folder, USE), 'utf8'))).toEqual({ ends: 1 });
    const batch = new WriteBatch();
    batch.put(KEY, Buffer.from('5'));
    await backend.write(batch);
    expect(JSON.parse(readFileSync(join(folder, USE), 'utf8'))).toEqual({ ends: 0 });
    await backend.close();
    expect(warnings).toEqual([]);
  });

  it('and only the newest of those is kept, for a day', async () => {
    for (let time = 0; time < 3; time += 1) {
      await withValue('1');
      writeFileSync(join(folder, 'CURRENT'), 'no such thing');
    }
    await valueNow();
    const [newest, ...others] = asides();
    expect(others).toEqual([]);
    expect(warnings[2]).toContain(newest);
    await valueNow();
    expect(asides()).toEqual([newest]);
    renameSync(join(root, newest as string), join(root, '0_0.set-aside-2020-01-01T00-00-00-000Z'));
    mkdirSync(join(root, '0_1.set-aside-2020-01-01T00-00-00-000Z'));
    await valueNow();
    expect(readdirSync(root).sort()).toEqual(['0_0', '0_1.set-aside-2020-01-01T00-00-00-000Z']);
  });

  it('when it belongs to another application or task', async () => {
    await withValue('1');
    expect(await valueNow('other 0_0')).toBeUndefined();
    expect(warnings[0]).toContain('it belongs to app 0_0, not to other 0_0');
    expect(asides()).toHaveLength(1);
  });

  it('when it is a LevelDB of something else', async () => {
    const foreign = new Level(folder);
    await foreign.put('a', 'b');
    await foreign.close();
    await (await open()).close();
    expect(warnings[0]).toContain('a LevelDB of something else');
    expect(asides()).toHaveLength(1);
  });

  it('when its format is another', async () => {
    await withValue('1');
    const db = new Level<Buffer, string>(folder, { keyEncoding: 'buffer' });
    await db.put(Buffer.from('\0\0\0\0millrace', 'latin1'), JSON.stringify({ format: 99, identity: 'app 0_0' }));
    await db.close();
    expect(await valueNow()).toBeUndefined();
    expect(warnings[0]).toContain('its format is 99');
  });

  it('when an earlier run found it corrupt while reading', async () => {
    await withValue('1');
    const db = await open();
    await db.close();
    writeFileSync(join(folder, 'millrace-corrupt'), '');
    expect(await valueNow()).toBeUndefined();
    expect(warnings[0]).toContain('found corrupt in an earlier run');
    expect(await valueNow()).toBeUndefined();
    expect(warnings).toHaveLength(1);
  });
});

describe('a disk that fails', () => {
  it('is an error that names the folder, when the folder cannot be made', async () => {
    writeFileSync(join(root, 'file'), '');
    folder = join(root, 'file', '0_0');
    const error = await failureOf(open());
    expect(error.code).toBe('STORE_FAILED');
    expect(error.message).toContain(folder);
  });

  it('while reading damaged data says so, and the next start sets the folder aside', async () => {
    const filled = await open();
    const batch = new WriteBatch();
    for (let index = 0; index < 20_000; index += 1) {
      batch.put(Buffer.from(`\0\0\0\x02${String(index).padStart(6, '0')}`), Buffer.alloc(100, index));
    }
    await filled.write(batch);
    await filled.close();
    // Opening writes tables out of the log; then blocks of each table are overwritten.
    const damaged = await open();
    const tables = readdirSync(folder).filter((name) => name.endsWith('.ldb'));
    expect(tables.length).toBeGreaterThan(0);
    for (const name of tables) {
      // In place, since LevelDB reads from the mapped file.
      const file = openSync(join(folder, name), 'r+');
      const quarter = Math.floor(fstatSync(file).size / 4);
      writeSync(file, Buffer.alloc(quarter, 0x55), 0, quarter, quarter);
      closeSync(file);
    }
    let error: unknown;
    for (let index = 0; index < 20_000 && error === undefined; index += 100) {
      try {
        damaged.getSync(Buffer.from(`\0\0\0\x02${String(index).padStart(6, '0')}`));
      } catch (reason) {
        error = reason;
      }
    }
    await damaged.close();
    expect(error).toMatchObject({ code: 'STORE_CORRUPT' });
    expect(String(error)).toContain(folder);
    expect(await valueNow()).toBeUndefined();
    expect(warnings).toHaveLength(1);
  });

  // Size limits of files stand in for a full disk: writing fails in the same place.
  it.skipIf(process.platform === 'win32')(
    'while writing is an error that names the folder, and keeps the old content',
    async () => {
      mkdirSync(dirname(folder), { recursive: true });
      const { said } = await openElsewhere('fill');
      expect(said).toContain('STORE_FAILED');
      expect(said).toContain(folder);
      expect(said).toContain('Check free space');
      const backend = await open();
      expect(backend.getSync(Buffer.from('\0\0\0\x02first'))?.length).toBe(1000);
      await backend.close();
    },
  );
});

/** Runs `open-elsewhere.ts` in a process of its own; resolves with its first output. */
async function openElsewhere(doing: 'exit' | 'stay' | 'fill'): Promise<{ child: ChildProcess; said: string }> {
  const script = new URL('./open-elsewhere.ts', import.meta.url).pathname;
  const run = `exec "${process.execPath}" --import tsx "${script}" ${doing} "${folder}"`;
  // 512-byte blocks: 200 KiB.
  const limited = doing === 'fill' ? `trap '' XFSZ; ulimit -f 400; ${run}` : run;
  const child = spawn('sh', ['-c', limited], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const collect = (chunk: Buffer): void => {
    said += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  await (doing === 'stay' ? once(child.stdout, 'data') : once(child, 'close'));
  return { child, said };
}
