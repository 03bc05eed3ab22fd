/** Makes a fresh clone ready: the right Node, and the installed packages of the lock file. Needs no package itself. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');

/** Runs `npm ci` when an installed package is missing or not the one of package-lock.json; exits when that fails. */
export function setUp() {
  requireNode();
  const reason = staleness();
  if (reason === undefined) return;
  console.log(`Installing packages (${reason})`);
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error('npm ci failed: see above. It needs the network, or a filled npm cache, once.');
    process.exit(1);
  }
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Node ${process.versions.node} is too old: Millrace needs Node 20.19 or newer (https://nodejs.org).`);
  process.exit(1);
}

/**
 * Compares what npm says it installed with the lock file. Contents are compared rather than times, because a checkout
 * gives files any time.
 * @returns {string | undefined}
 */
function staleness() {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const installed = packagesOf(join(root, 'node_modules/.package-lock.json'));
  if (wanted === undefined) return 'package-lock.json cannot be read';
  if (installed === undefined) return 'there is no node_modules';
  for (const [path, { version, optional }] of Object.entries(wanted)) {
    // The root itself has an empty path; optional packages may be missing where they cannot run.
    if (path === '' || (optional === true && installed[path] === undefined)) continue;
    if (installed[path]?.version !== version) return `${path} is not ${version}`;
  }
  return undefined;
}

/**
 * @param {string} path
 * @returns {Record<string, { version: string, optional?: boolean }> | undefined}
 */
function packagesOf(path) {
  try {
    /** @type {{ packages?: Record<string, { version: string, optional?: boolean }> }} */
    const lock = JSON.parse(readFileSync(path, 'utf8'));
    return lock.packages;
  } catch {
    // Missing or damaged: both mean that npm has to install.
    return undefined;
  }
}
