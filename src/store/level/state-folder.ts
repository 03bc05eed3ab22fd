/** The folder around a LevelDB: who uses it, whether it may be used, and where it goes when it may not. */
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { MillraceError } from '../../errors/error.js';

const OWNER_FILE = 'millrace-owner.json';
const CORRUPT_FILE = 'millrace-corrupt';
/** Between the name of a folder and the time at which it was set aside. */
const ASIDE = '.set-aside-';
/** How long what was set aside is kept, ms, unless something newer takes its place. */
const ASIDE_KEPT_MS = 24 * 60 * 60 * 1000;

/**
 * Folders open in this process. LevelDB must not be asked a second time: its failed attempt closes the lock file, and with
 * that POSIX drops the lock of the first.
 */
const openFolders = new Set<string>();

interface Owner {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
}

/**
 * Makes the folder and claims it within this process.
 * @throws MillraceError STORE_LOCKED when this process has it open, STORE_FAILED when it cannot be made
 */
export async function claimFolder(folder: string): Promise<void> {
  const path = resolve(folder);
  if (openFolders.has(path)) throw lockedError(folder);
  openFolders.add(path);
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    openFolders.delete(path);
    throw new MillraceError('STORE_FAILED', `state folder ${folder} cannot be made: ${String(error)}`, {
      cause: error,
    });
  }
}

/** Notes who uses the folder, for the message that another process will give. */
export async function signFolder(folder: string): Promise<void> {
  const owner: Owner = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
  await writeFile(join(folder, OWNER_FILE), JSON.stringify(owner));
}

export async function releaseFolder(folder: string): Promise<void> {
  await rm(join(folder, OWNER_FILE), { force: true });
  unclaimFolder(folder);
}

export function unclaimFolder(folder: string): void {
  openFolders.delete(resolve(folder));
}

/** Who has a folder that is in use, for a message. */
export function holderText(folder: string): string {
  const owner = readOwner(folder);
  if (owner === null) return 'another process';
  const isThis = owner.pid === process.pid && owner.host === hostname();
  return `process ${String(owner.pid)} on ${owner.host}${isThis ? ' (this one)' : ''}, since ${owner.since}`;
}

export function isOpenHere(folder: string): boolean {
  return openFolders.has(resolve(folder));
}

export function lockedError(folder: string, cause?: unknown): MillraceError {
  return new MillraceError(
    'STORE_LOCKED',
    `state folder ${folder} is in use by ${holderText(folder)}. Stop it, or give each process its own stateDir`,
    { cause },
  );
}

/** Notes that the folder must be set aside when it is opened next. */
export function markCorrupt(folder: string): void {
  try {
    writeFileSync(join(folder, CORRUPT_FILE), new Date().toISOString());
  } catch (error) {
    // The error that led here is about to be thrown; it names the folder, and this one would only hide it.
    process.emitWarning(`state folder ${folder} could not be marked as corrupt: ${String(error)}`);
  }
}

export async function isMarkedCorrupt(folder: string): Promise<boolean> {
  return stat(join(folder, CORRUPT_FILE)).then(
    () => true,
    () => false,
  );
}

/**
 * Renames the folder, so that a fresh one can take its place.
 * @throws MillraceError STORE_CORRUPT when it cannot be renamed
 */
export async function setAside(folder: string, reason: string, warn: (message: string) => void): Promise<void> {
  const aside = `${folder}${ASIDE}${asideTime(Date.now())}`;
  try {
    await rename(folder, aside);
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new MillraceError(
      'STORE_CORRUPT',
      `state folder ${folder} cannot be used (${reason}), nor could it be moved to ${aside}. Remove it by hand`,
      { cause: error },
    );
  }
  warn(
    `state folder ${folder} cannot be used (${reason}). It is now ${aside}; its stores are rebuilt from their changelogs`,
  );
  await removeSetAside(folder, aside, warn);
}

/** Removes what was set aside more than a day ago. */
export async function removeOldSetAside(folder: string, warn: (message: string) => void): Promise<void> {
  await removeSetAside(folder, `${folder}${ASIDE}${asideTime(Date.now() - ASIDE_KEPT_MS)}`, warn);
}

/** Removes folders that were set aside before another one: they are there to be looked at, and must not fill the disk. */
async function removeSetAside(folder: string, before: string, warn: (message: string) => void): Promise<void> {
  try {
    const parent = dirname(folder);
    for (const name of await readdir(parent)) {
      if (!name.startsWith(`${basename(folder)}${ASIDE}`) || name >= basename(before)) continue;
      await rm(join(parent, name), { recursive: true, force: true });
    }
  } catch (error) {
    warn(`state folders that were set aside beside ${folder} cannot be removed: ${String(error)}. Remove them by hand`);
  }
}

/** Sorts as the times do. */
function asideTime(time: number): string {
  return new Date(time).toISOString().replaceAll(/[:.]/g, '-');
}

function readOwner(folder: string): Owner | null {
  try {
    return JSON.parse(readFileSync(join(folder, OWNER_FILE), 'utf8')) as Owner;
  } catch {
    // Only for a message: not there, or being written at this moment.
    return null;
  }
}
