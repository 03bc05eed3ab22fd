/** Looks into the folder of a LevelDB, whoever uses it: what it holds, whose it is, how large it is. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { damaged, FilesChanged, LevelSnapshot, type SnapshotTable } from './level-snapshot.js';
import { liveFiles, type LiveTable } from './manifest.js';
import { MARKER_KEY, type Marker } from './open-level.js';
import { readLog } from './read-log.js';
import { addWrites, type WrittenLast } from './read-writes.js';

const LOG = /^(\d+)\.log$/;
const TABLE = /^(\d+)\.(?:ldb|sst)$/;
/** LevelDB removes files while they are listed: the list is read anew. */
const TRIES = 10;

/** A state folder as it is on disk. */
export interface OpenedSnapshot {
  readonly backend: LevelSnapshot;
  /** Version of its layout, and whose state it is (application and task); null: it is a LevelDB of something else. */
  readonly marker: Marker | null;
}

/**
 * Null when there is no database.
 * @throws MillraceError STORE_CORRUPT; STORE_FAILED when its files change faster than they are read
 */
export async function openSnapshot(folder: string): Promise<OpenedSnapshot | null> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await open(folder);
    } catch (error) {
      if (!(error instanceof FilesChanged) || tries === TRIES) throw error;
    }
  }
}

/** Bytes of the files in a folder; those that go meanwhile count nothing. */
export async function folderBytes(folder: string): Promise<number> {
  const sizes = await Promise.all(
    (await readdir(folder)).map(async (name) => stat(join(folder, name)).then(({ size }) => size, gone)),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function open(folder: string): Promise<OpenedSnapshot | null> {
  const current = await readFile(join(folder, 'CURRENT'), 'latin1').catch(missing);
  if (current === null) return null;
  const manifest = current.trimEnd();
  const { records, damage } = readLog(await present(folder, manifest));
  // Its end may be missing: it is being written.
  if (damage !== null) throw damaged(folder, `${manifest}: ${damage}`);
  const live = liveFiles(records);
  if (live === null) throw damaged(folder, `${manifest} says something that is not known`);
  const names = await readdir(folder);
  const backend = new LevelSnapshot(
    folder,
    tablesOf(folder, names, live.tables),
    await lastWrites(folder, names, live.firstLog),
  );
  const bytes = backend.getSync(MARKER_KEY);
  return { backend, marker: bytes === undefined ? null : (JSON.parse(bytes.toString('utf8')) as Marker) };
}

function tablesOf(
  folder: string,
  names: readonly string[],
  live: ReadonlyMap<number, LiveTable>,
): readonly SnapshotTable[] {
  const files = new Map(names.map((name) => [Number(TABLE.exec(name)?.[1] ?? -1), name]));
  return [...live].map(([number, { first, last }]) => {
    const name = files.get(number);
    if (name === undefined) throw new FilesChanged(folder, `table ${String(number)} is missing`);
    return { path: join(folder, name), first, last };
  });
}

async function lastWrites(folder: string, names: readonly string[], firstLog: number): Promise<WrittenLast> {
  const logs = names
    .map((name) => ({ name, number: Number(LOG.exec(name)?.[1] ?? -1) }))
    .filter(({ number }) => number >= Math.max(0, firstLog))
    .sort((a, b) => a.number - b.number);
  const last: WrittenLast = new Map();
  for (const { name } of logs) {
    const { records, damage } = readLog(await present(folder, name));
    if (damage !== null) throw damaged(folder, `${name}: ${damage}`);
    for (const record of records) {
      if (!addWrites(record, last)) throw damaged(folder, `${name} holds a write that cannot be read`);
    }
  }
  return last;
}

async function present(folder: string, name: string): Promise<Buffer> {
  const bytes = await readFile(join(folder, name)).catch(missing);
  if (bytes === null) throw new FilesChanged(folder, `${name} is missing`);
  return bytes;
}

function missing(error: unknown): null {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
  throw error;
}

function gone(error: unknown): number {
  missing(error);
  return 0;
}
