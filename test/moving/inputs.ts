/** What goes into the input topics: the same at each run with the same seed, but for the hour in which it lies. */
import { murmur2Partition } from '../../src/broker/wire/murmur2.js';
import type { Headers } from '../../src/record/headers.js';

export const PARTITIONS = 3;
/** Records of one portion of one input. */
const PORTION = 300;
const KEYS = 20;
const HOUR = 3_600_000;

/**
 * - `events`: twenty keys, some records without a key or a value, one in six out of order, one in fifteen late;
 * - `changes`: changes of a table with the same keys, `<group>:<number>`, one in seven deletes; some out of order;
 * - `groups`: changes of a table with the groups as keys.
 */
export type InputKind = 'events' | 'changes' | 'groups';

export interface InputRecord {
  readonly partition: number;
  readonly key: string | null;
  readonly value: string | null;
  readonly timestamp: number;
  readonly headers: Headers;
}

/**
 * Time zero of all inputs, a whole hour: recent, since brokers delete what is older than the retention of its topic.
 */
export function timeZero(now: number): number {
  return Math.floor(now / HOUR) * HOUR - 2 * HOUR;
}

/** The portions of an input of an application, each a list of records in the order of writing. */
export function portions(kind: InputKind, index: number, seed: number, zero: number): [InputRecord[], InputRecord[]] {
  const draw = generator(seed * 31 + index);
  let clock = 0;
  const next = (number: number): InputRecord => {
    clock += 2 * draw(200);
    const behind = 2 * (draw(15) === 0 ? 6_000 + draw(4_000) : draw(6) === 0 ? draw(2_000) : 0);
    const { key, value } = content(kind, number, draw);
    return {
      partition: key === null ? draw(PARTITIONS) : murmur2Partition(Buffer.from(key), PARTITIONS),
      key,
      value,
      // Never equal to one of another input: which of two equal ones is taken first is not certain.
      timestamp: zero + Math.max(0, clock - behind) + index,
      headers: draw(3) === 0 ? [['number', Buffer.from(String(number))]] : [],
    };
  };
  const portion = (from: number): InputRecord[] => Array.from({ length: PORTION }, (_, i) => next(from + i));
  return [portion(0), portion(PORTION)];
}

function content(kind: InputKind, number: number, draw: (below: number) => number) {
  const group = `g${draw(5)}`;
  const key = `k${draw(KEYS)}`;
  switch (kind) {
    case 'events':
      return { key: draw(20) === 0 ? null : key, value: draw(12) === 0 ? null : `${group}:${number}` };
    case 'changes':
      return { key, value: draw(7) === 0 ? null : `${group}:${number}` };
    case 'groups':
      return { key: group, value: draw(7) === 0 ? null : `about ${number}` };
  }
}

/** Whole numbers from 0 to below a bound, by Mulberry32. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
