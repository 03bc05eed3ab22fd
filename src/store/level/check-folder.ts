/**
 * Whether a state folder is as it was left, byte for byte, before LevelDB opens it: LevelDB itself verifies its logs only, takes
 * what a damaged table says for rows, and aborts the process over some of it.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { damageOfTable } from './check-table.js';
import { liveFiles, type LiveTable } from './manifest.js';
import { readLog } from './read-log.js';

/** The files of a folder that was closed as it should be to which LevelDB adds as it goes on. */
export interface Ends {
  readonly log: string;
  readonly logBytes: number;
  readonly manifest: string;
  readonly manifestBytes: number;
}

const CURRENT = 'CURRENT';
const MANIFEST = /^MANIFEST-\d+$/;
const LOG = /^(\d+)\.log$/;
const TABLE = /^(\d+)\.(?:ldb|sst)$/;
/** What a disk says about bytes that it cannot give back. */
const LOST = new Set(['ENOENT', 'EIO', 'EISDIR', 'EILSEQ']);

/**
 * Reads every file that LevelDB would use; the event loop gets its turn after each.
 * @param closed how the folder was left; null: the process ended while it was open, so that the last write may be cut off
 * @returns what is wrong, null when nothing is, or when there is no database yet
 * @throws what the file system says when files are there and may not be read
 */
export async function damageOf(folder: string, closed: Ends | null): Promise<string | null> {
  try {
    return await check(folder, closed);
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if (code !== undefined && LOST.has(code)) return `${path ?? 'a file'} cannot be read (${code})`;
    throw error;
  }
}

/** How a folder is left now that LevelDB has closed it; null when there is no database in it. */
export async function endsOf(folder: string): Promise<Ends | null> {
  const names = await readdir(folder);
  const log = numbered(names, LOG, 0).pop()?.name;
  if (log === undefined || !names.includes(CURRENT)) return null;
  const manifest = (await readFile(join(folder, CURRENT), 'latin1')).trimEnd();
  const bytes = async (name: string): Promise<number> => (await stat(join(folder, name))).size;
  return { log, logBytes: await bytes(log), manifest, manifestBytes: await bytes(manifest) };
}

async function check(folder: string, closed: Ends | null): Promise<string | null> {
  const names = await readdir(folder);
  if (!names.includes(CURRENT)) {
    return names.some((name) => TABLE.test(name) || LOG.test(name)) ? `${CURRENT} is missing` : null;
  }
  const current = await readFile(join(folder, CURRENT), 'latin1');
  const manifest = current.slice(0, -1);
  if (!current.endsWith('\n') || !MANIFEST.test(manifest)) return `${CURRENT} does not name a manifest`;
  const bytes = await readFile(join(folder, manifest));
  const { records, damage, endsEarly } = readLog(bytes);
  if (damage !== null || endsEarly) return `${manifest}: ${damage ?? 'its end is missing'}`;
  if (closed?.manifest === manifest && bytes.length !== closed.manifestBytes) return changed(manifest);
  const live = liveFiles(records);
  if (live === null || records.length === 0) return `${manifest} says something that is not known`;
  return (await damageOfLogs(folder, names, live.firstLog, closed)) ?? damageOfTables(folder, names, live.tables);
}

async function damageOfLogs(
  folder: string,
  names: readonly string[],
  first: number,
  closed: Ends | null,
): Promise<string | null> {
  const logs = numbered(names, LOG, first);
  if (first > 0 && logs[0]?.number !== first) return `log ${String(first)} is missing`;
  const newest = logs[logs.length - 1];
  const left = closed === null ? -1 : numberOf(closed.log);
  if (closed !== null && (newest?.number ?? -1) < left) return `log ${closed.log} is missing`;
  // With a newer log, somebody has used the folder since who left no note: an older version, for instance.
  const asLeft = closed !== null && newest?.number === left ? closed : null;
  for (const { name } of logs) {
    const bytes = await readFile(join(folder, name));
    const { damage, endsEarly } = readLog(bytes);
    if (damage !== null) return `${name}: ${damage}`;
    // Only the last write of all may be cut off, and only when nobody had the time to close: it is missing together with the
    // changelog offsets that belong to it.
    const isLast = name === newest?.name;
    if (endsEarly && (!isLast || asLeft !== null)) return `${name}: its end is missing`;
    if (isLast && asLeft !== null && bytes.length !== asLeft.logBytes) return changed(name);
    await nextTurn();
  }
  return null;
}

async function damageOfTables(
  folder: string,
  names: readonly string[],
  tables: ReadonlyMap<number, LiveTable>,
): Promise<string | null> {
  const files = new Map(numbered(names, TABLE, 0).map(({ name, number }) => [number, name]));
  for (const [number, { bytes: size }] of tables) {
    const name = files.get(number);
    if (name === undefined) return `table ${String(number)} is missing`;
    const bytes = await readFile(join(folder, name));
    if (bytes.length !== size) return changed(name);
    const damage = damageOfTable(bytes);
    if (damage !== null) return `${name}: ${damage}`;
    await nextTurn();
  }
  return null;
}

function changed(name: string): string {
  return `${name}: it is not as long as it was`;
}

function numberOf(log: string): number {
  return Number(LOG.exec(log)?.[1] ?? -1);
}

/** Files whose names match, with a number of at least `first`, in the order of their numbers. */
function numbered(names: readonly string[], pattern: RegExp, first: number): { name: string; number: number }[] {
  return names
    .flatMap((name) => {
      const match = pattern.exec(name);
      return match === null ? [] : [{ name, number: Number(match[1]) }];
    })
    .filter(({ number }) => number >= first)
    .sort((left, right) => left.number - right.number);
}
