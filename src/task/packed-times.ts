/** Fits the times of a task's operators into what Kafka keeps beside an offset, however many there are and however long their names. */
import type { TopicPartition } from '../broker/port.js';
import type { TaskState } from '../store/task-state.js';
import { EPOCH_NAME } from './epoch-mark.js';

/** Kafka's default of `offset.metadata.max.bytes`. */
export const MOST_METADATA = 4096;
/** Before base64. */
const MOST_BYTES = (MOST_METADATA / 4) * 3;
/** Version, partition time and number of entries. */
const FIXED_BYTES = 13;
/** Of an entry, beside its name. */
const ENTRY_BYTES = 12;
/** How many operators one entry names, at most. */
const MOST_NAMED = 250;
/** Begins the names of our own entries, which no store or operator can have. */
const MARK = '#';
const OTHERS = `${MARK}others`;
const COMMIT = `${MARK}commit`;
const HASH_SIZE = 8;
const NONE: ReadonlyMap<string, number> = new Map();

/** Entries as Kafka Streams writes them: names and numbers. */
export interface PackedTimes {
  /** Beside each input offset. */
  readonly main: ReadonlyMap<string, number>;
  /** Where the main one is too small: beside the changelogs of the task. */
  readonly pages: readonly ReadonlyMap<string, number>[];
  /** Operators that found no place. */
  readonly left: number;
}

/** Times as they were saved, by name; undefined where nothing is known. */
export interface SavedTimes {
  get(name: string): number | undefined;
}

/**
 * Names in clear as long as they fit, as Kafka Streams would write them. Else names that Kafka Streams knows come first, in clear;
 * the others are named by hashes, together with all that have the same time, and those that have the commonest time not at all.
 * What still does not fit goes to the pages.
 * @param times of all operators, -1 for those that have observed nothing
 * @param inClear whether Kafka Streams looks for this name
 * @param commit different for each commit, so that a page is never read with another commit's offset
 */
export function packTimes(
  times: ReadonlyMap<string, number>,
  inClear: (name: string) => boolean,
  mostPages: number,
  commit: number,
): PackedTimes {
  const observed = new Map([...times].filter(([, time]) => time >= 0));
  if (fits(observed)) return { main: observed, pages: [], left: 0 };
  const entries: [name: string, time: number][] = [];
  const byTime = new Map<number, string[]>();
  for (const [name, time] of times) {
    if (!inClear(name)) {
      const named = byTime.get(time);
      if (named === undefined) byTime.set(time, [name]);
      else named.push(name);
    } else if (time >= 0) entries.push([name, time]);
  }
  let [others, most] = [-1, 0];
  for (const [time, { length }] of byTime) if (time >= 0 && length > most) [others, most] = [time, length];
  // Before all else, since it speaks of the most; but for the mark of the epoch, which is looked for beside each offset.
  if (most > 0) entries.unshift([OTHERS, others]);
  entries.sort(([a], [b]) => Number(b === EPOCH_NAME) - Number(a === EPOCH_NAME));
  for (const [time, names] of byTime) {
    if (time === others) continue;
    for (let i = 0; i < names.length; i += MOST_NAMED) {
      entries.push([
        MARK +
          names
            .slice(i, i + MOST_NAMED)
            .map(hashOf)
            .join(''),
        time,
      ]);
    }
  }
  return paged(entries, mostPages, commit);
}

/** @param pages that may belong to it, of whatever commit */
export function unpackTimes(
  main: ReadonlyMap<string, number>,
  pages: readonly ReadonlyMap<string, number>[],
): SavedTimes {
  const commit = main.get(COMMIT);
  const own = commit === undefined ? [] : pages.filter((page) => page.get(COMMIT) === commit);
  const others = main.get(OTHERS);
  if (own.length === 0 && ![...main.keys()].some((name) => name.startsWith(MARK))) return main;
  const hashed = new Map<string, number>();
  for (const part of [main, ...own]) {
    for (const [name, time] of part) {
      if (!name.startsWith(MARK) || name === OTHERS || name === COMMIT) continue;
      for (let at = MARK.length; at + HASH_SIZE <= name.length; at += HASH_SIZE) {
        hashed.set(name.slice(at, at + HASH_SIZE), time);
      }
    }
  }
  return {
    get(name) {
      for (const part of [main, ...own]) {
        const time = part.get(name);
        if (time !== undefined) return time;
      }
      return hashed.get(hashOf(name)) ?? others;
    },
  };
}

/** Partitions of the task's own whose place beside the offset nobody else uses: its changelogs. */
export function timePlaces(state: TaskState): TopicPartition[] {
  const places: TopicPartition[] = [];
  for (const { topic, partition, isSource } of state.changelogs()) {
    if (topic !== null && !isSource) places.push({ topic, partition });
  }
  return places;
}

/** Whether some of the times beside an offset are in pages. */
export function hasPages(main: ReadonlyMap<string, number>): boolean {
  return main.has(COMMIT);
}

function paged(entries: readonly (readonly [string, number])[], mostPages: number, commit: number): PackedTimes {
  const parts: Map<string, number>[] = [];
  let part: Map<string, number> | null = null;
  let room = 0;
  let left = 0;
  for (const [name, time] of entries) {
    const size = sizeOf(name);
    if (part === null || size > room) {
      if (parts.length > mostPages) {
        left += name.startsWith(MARK) ? Math.floor((name.length - MARK.length) / HASH_SIZE) : 1;
        continue;
      }
      part = new Map<string, number>();
      parts.push(part);
      // The mark of the commit is counted everywhere: nobody knows yet whether there will be pages.
      room = MOST_BYTES - FIXED_BYTES - sizeOf(COMMIT);
    }
    part.set(name, time);
    room -= size;
  }
  if (parts.length > 1) for (const one of parts) one.set(COMMIT, commit);
  const [main = NONE, ...pages] = parts;
  return { main, pages, left };
}

function fits(entries: ReadonlyMap<string, number>): boolean {
  let size = FIXED_BYTES;
  for (const name of entries.keys()) size += sizeOf(name);
  return size <= MOST_BYTES;
}

function sizeOf(name: string): number {
  return ENTRY_BYTES + Buffer.byteLength(name, 'utf8');
}

const hashes = new Map<string, string>();

/** 48 bits of a name, as text that any reader of UTF-8 gives back as it was. */
function hashOf(name: string): string {
  let hash = hashes.get(name);
  if (hash !== undefined) return hash;
  let [a, b] = [0x811c9dc5, 0x1b873593];
  for (const byte of Buffer.from(name, 'utf8')) {
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul(b ^ byte, 0x85ebca6b) ^ (b >>> 13);
  }
  const bytes = Buffer.alloc(6);
  bytes.writeInt32BE(a, 0);
  bytes.writeUInt16BE((b ^ (b >>> 16)) & 0xffff, 4);
  hash = bytes.toString('base64');
  hashes.set(name, hash);
  return hash;
}
