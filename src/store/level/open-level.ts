/** Opens the LevelDB of a task: checks that it is ours, sets aside what is not, and tells who has it when it is locked. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Level } from 'level';
import { MillraceError } from '../../errors/error.js';
import { damageOf } from './check-folder.js';
import { FolderUse } from './folder-use.js';
import { LevelBackend, type LevelDatabase } from './level-backend.js';
import { isCorrupt, isLocked, stateError } from './level-error.js';
import {
  claimFolder,
  holderText,
  isMarkedCorrupt,
  isOpenHere,
  lockedError,
  removeOldSetAside,
  setAside,
  signFolder,
  unclaimFolder,
} from './state-folder.js';

export interface LevelOptions {
  /** Made if missing; nobody else may use it. */
  readonly folder: string;
  /** Whose state it is (application and task). A folder with another identity is set aside. */
  readonly identity: string;
  /** LevelDB's write buffer, bytes; up to two of them are in memory. */
  readonly writeBufferBytes: number;
  /** LevelDB's block cache, bytes. */
  readonly cacheBytes: number;
  /** Told when a folder is set aside. */
  readonly warn: (message: string) => void;
}

/** Version of the layout below; a folder with another one is set aside. */
export const FORMAT = 1;
export const MARKER_KEY = Buffer.from('\0\0\0\0millrace', 'latin1');

export interface Marker {
  readonly format: number;
  readonly identity: string;
}

/**
 * @throws MillraceError STORE_LOCKED when another process (or this one) has the folder open, STORE_FAILED when the disk
 * fails, STORE_CORRUPT when an unusable folder cannot be moved away
 */
export async function openLevelBackend(options: LevelOptions): Promise<LevelBackend> {
  const { folder, warn } = options;
  await claimFolder(folder);
  try {
    await refuseLocked(folder);
    await removeOldSetAside(folder, warn);
    let use = await FolderUse.of(folder);
    const objection = await objectionToFiles(folder, use);
    if (objection !== null) {
      // It may have become another process's while it was read.
      await refuseLocked(folder);
      await setAside(folder, objection, warn);
      use = FolderUse.ofFresh(folder);
    }
    await use.begin();
    let db = await openOwn(options);
    if (db === null) {
      use = FolderUse.ofFresh(folder);
      await use.begin();
      db = await openOwn(options);
    }
    if (db === null) throw new MillraceError('STORE_CORRUPT', `state folder ${folder} cannot be used, even when fresh`);
    await signFolder(folder);
    return new LevelBackend(db, folder, use);
  } catch (error) {
    unclaimFolder(folder);
    throw stateError(`opening state folder ${folder} failed`, error);
  }
}

/** Who uses a folder at the moment, for a message; null: nobody. A folder whose note says that it was closed is not touched. */
export async function holderOf(folder: string): Promise<string | null> {
  if (isOpenHere(folder)) return holderText(folder);
  if (await FolderUse.isClosed(folder)) return null;
  try {
    await refuseLocked(folder);
    return null;
  } catch (error) {
    if (MillraceError.is(error) && error.code === 'STORE_LOCKED') return holderText(folder);
    throw error;
  }
}

/**
 * LevelDB takes its lock before it finds that there is, or is not, a database, and with these options goes no further.
 * @throws MillraceError STORE_LOCKED
 */
async function refuseLocked(folder: string): Promise<void> {
  const db = new Level(folder);
  try {
    await db.open({ createIfMissing: false, errorIfExists: true });
  } catch (error) {
    if (isLocked(error)) throw lockedError(folder, error);
  }
  await db.close();
}

/** Why LevelDB must not be let near the files, null when it may. */
async function objectionToFiles(folder: string, use: FolderUse): Promise<string | null> {
  if (await isMarkedCorrupt(folder)) return 'it was found corrupt in an earlier run';
  if (use.endsTheProcess) return 'the process ended twice in a row while it was opened or read';
  return damageOf(folder, use.closed);
}

/** The database, or null after the folder has been set aside. */
async function openOwn(options: LevelOptions): Promise<LevelDatabase | null> {
  const { folder, warn } = options;
  const db: LevelDatabase = new Level<Buffer, Buffer>(folder, {
    keyEncoding: 'buffer',
    valueEncoding: 'buffer',
    writeBufferSize: options.writeBufferBytes,
    cacheSize: options.cacheBytes,
  });
  try {
    await db.open();
  } catch (error) {
    if (isLocked(error)) throw lockedError(folder, error);
    if (!isCorrupt(error)) throw error;
    await setAside(folder, stateError('LevelDB', error).message, warn);
    return null;
  }
  const objection = (await lossIn(folder)) ?? (await objectionTo(db, options.identity));
  if (objection === null) return db;
  await db.close();
  await setAside(folder, objection, warn);
  return null;
}

/**
 * LevelDB skips what it cannot read of its write-ahead log, goes on with what comes after it, and only notes it in its own
 * diary: an epoch would be missing under later ones. (A log that merely ends early is another thing: the last epochs are
 * missing together with their changelog offsets.)
 */
async function lossIn(folder: string): Promise<string | null> {
  const diary = await readFile(join(folder, 'LOG'), 'utf8');
  const loss = /dropping \d+ bytes; .*/.exec(diary);
  return loss === null ? null : `LevelDB could not read all of its log: ${loss[0]}`;
}

/** Why the content is not ours, null when it is. An empty database becomes ours. */
async function objectionTo(db: LevelDatabase, identity: string): Promise<string | null> {
  try {
    const bytes = db.getSync(MARKER_KEY);
    if (bytes !== undefined) {
      const marker = JSON.parse(bytes.toString('utf8')) as Marker;
      if (marker.format !== FORMAT)
        return `its format is ${String(marker.format)}, and this version knows ${String(FORMAT)}`;
      return marker.identity === identity ? null : `it belongs to ${marker.identity}, not to ${identity}`;
    }
    const [first] = await db.keys({ limit: 1 }).all();
    if (first !== undefined) return 'it is a LevelDB of something else';
  } catch (error) {
    if (error instanceof SyntaxError) return 'its format marker is not readable';
    if (isCorrupt(error)) return String(error);
    throw error;
  }
  await db.put(MARKER_KEY, Buffer.from(JSON.stringify({ format: FORMAT, identity } satisfies Marker)));
  return null;
}
