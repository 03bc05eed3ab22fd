/** What happens to the files of an instance: deleted, damaged, no room for more. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { instanceOf, type FaultKind } from '../kind.js';

export const stateDeleted: FaultKind = {
  name: 'state-deleted',
  description: 'an instance is killed, its state folder deleted, and started again',
  weight: 1,
  fits: () => true,
  lastsMs: (draw) => draw.between(0, 1_000),
  async run(stage, fault) {
    const one = instanceOf(stage, fault);
    await one.alone(async () => {
      await one.kill();
      rmSync(one.instance.order.stateDir, { recursive: true, force: true });
      await sleep(fault.lastsMs);
      one.start();
    });
    return undefined;
  },
};

export const stateDamaged: FaultKind = {
  name: 'state-damaged',
  description: 'an instance is killed, files of its LevelDB are damaged, and it is started again',
  weight: 2,
  fits: () => true,
  lastsMs: (draw) => draw.between(0, 1_000),
  async run(stage, fault) {
    const one = instanceOf(stage, fault);
    return await one.alone(async () => {
      await one.kill();
      const damaged = damage(one.instance.order.stateDir, fault.choice);
      stage.say(`${one.name}: ${damaged.length === 0 ? 'no file to damage' : `damaged ${damaged.join(', ')}`}`);
      await sleep(fault.lastsMs);
      one.start();
      return damaged.length === 0 ? 'there was no file to damage' : undefined;
    });
  },
};

/** A bit of each is flipped, or it ends too early, or is gone. */
const WAYS = ['flip', 'cut', 'remove'] as const;
/** Tables, the log of the last writes, the list of tables and what names it. */
const FILES = [/\.ldb$/, /^\d+\.log$/, /^MANIFEST-/, /^CURRENT$/];

function damage(folder: string, choice: number): string[] {
  const way = WAYS[choice % WAYS.length]!;
  const shape = FILES[Math.floor(choice / WAYS.length) % FILES.length]!;
  const damaged: string[] = [];
  if (!existsSync(folder)) return damaged;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !shape.test(entry.name)) continue;
    const file = join(entry.parentPath, entry.name);
    const bytes = readFileSync(file);
    if (bytes.length === 0) continue;
    const at = choice % bytes.length;
    if (way === 'remove') rmSync(file);
    else if (way === 'cut') truncateSync(file, at);
    else {
      bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << (choice % 8)), at);
      writeFileSync(file, bytes);
    }
    damaged.push(`${way} ${file.slice(folder.length + 1)}`);
  }
  return damaged;
}

const run = promisify(execFile);
/** Of every file of the process: what is in there already can be read, and nothing be added. */
const NO_ROOM = '512:';
const ALL_ROOM = 'unlimited:';

export const diskFull: FaultKind = {
  name: 'disk-full',
  description: 'no file of an instance can grow any more, for a while',
  weight: 2,
  fits: () => true,
  lastsMs: (draw) => draw.between(500, 4_000),
  async run(stage, fault) {
    if (process.platform !== 'linux') return 'only Linux limits the files of a process that runs';
    const one = instanceOf(stage, fault);
    return await one.alone(async () => {
      const { pid } = one;
      if (pid === undefined) return 'the instance was not running';
      try {
        await run('prlimit', ['--pid', String(pid), `--fsize=${NO_ROOM}`]);
      } catch (error) {
        return `prlimit: ${String(error)}`;
      }
      await sleep(fault.lastsMs);
      // An instance that has ended meanwhile was started again without the limit.
      if (one.pid === pid) await run('prlimit', ['--pid', String(pid), `--fsize=${ALL_ROOM}`]);
      return undefined;
    });
  },
};
