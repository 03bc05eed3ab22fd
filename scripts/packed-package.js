/** Puts the package into the node_modules of another folder, as npm would: packed, so that only what is published is there. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/**
 * Builds it first when that was not done. What it needs is found in the repository's own node_modules.
 * @param {string} folder below the repository
 */
export function installPacked(folder) {
  if (!existsSync(join(root, 'dist/cjs/package.json'))) {
    execFileSync(process.execPath, [join(root, 'scripts/build.js')], { stdio: 'inherit' });
  }
  const target = join(folder, 'node_modules/millrace');
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const packs = mkdtempSync(join(tmpdir(), 'millrace-pack-'));
  try {
    const pack = ['pack', '--ignore-scripts', '--silent', '--pack-destination', packs];
    const file = execFileSync('npm', pack, { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' }).trim();
    execFileSync('tar', ['-xzf', join(packs, file), '-C', target, '--strip-components', '1']);
  } finally {
    rmSync(packs, { recursive: true, force: true });
  }
}

/**
 * Runs a program of the repository's packages in a folder, and ends this process when it fails.
 * @param {string} folder
 * @param {string} program below node_modules
 * @param {readonly string[]} args
 */
export function runPackage(folder, program, args) {
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules', program), ...args], {
    cwd: folder,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}
