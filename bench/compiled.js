/** Keeps `src` and `bench` as compiled JavaScript, one folder for each state of the sources, so that runs never disturb each other. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from '../scripts/set-up.js';

const cache = join(root, '.cache/bench');
const KEPT_MS = 24 * 3_600_000;

/**
 * Folder of the compiled sources as they are now; compiles them if need be (a few seconds). Types are not checked: that is
 * `npm run typecheck`.
 * @returns {string}
 */
export function compiled() {
  const folder = join(cache, fingerprint());
  if (existsSync(folder)) {
    utimesSync(folder, new Date(), new Date());
    return folder;
  }
  const work = `${folder}.${process.pid}`;
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const options = ['--noCheck', '--noEmit', 'false', '--outDir', work];
  const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, 'bench/tsconfig.json'), ...options], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) process.exit(status ?? 1);
  try {
    renameSync(work, folder);
  } catch (error) {
    // Another run was faster; what it compiled is the same.
    rmSync(work, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  dropUnused();
  return folder;
}

/** Changes with every edit, addition and removal of a source file. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const folder of ['src', 'bench']) {
    const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).sort();
    for (const name of names.filter((one) => one.endsWith('.ts') || one.endsWith('tsconfig.json'))) {
      const path = join(root, folder, name);
      const { mtimeMs, size } = statSync(path);
      hash.update(`${relative(root, path)} ${mtimeMs} ${size}\n`);
    }
  }
  return hash.digest('hex').slice(0, 16);
}

/** Drops what was not run for a day. Anything younger may be running now. */
function dropUnused() {
  for (const name of readdirSync(cache)) {
    const path = join(cache, name);
    if (Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path, { recursive: true, force: true });
  }
}
