/** Compares what was seen with what nothing gone wrong gives: record for record, or only that nothing is missing. */
import type { Results, Values } from './expected.js';
import { OUTPUTS, type InputName, type OutputName } from './order.js';
import { followTables, type Followed } from './table-paths.js';

export interface CheckRules {
  /** Exactly-once: nothing twice, nothing else. */
  readonly exact: boolean;
  /** Caches may leave out results that another one follows. */
  readonly cached: boolean;
}

/** What is joined: which results there may be on the way to the last ones depends on it. */
export type JoinInputs = Readonly<Record<InputName, Values>>;

export interface Findings {
  /** What may still come. */
  readonly missing: readonly string[];
  /** What will not become right any more. */
  readonly wrong: readonly string[];
  /** Results seen beyond those expected, where they are allowed. */
  readonly repeated: number;
  readonly records: number;
}

/** Tells a counting by window and key: `<start> <count>`. */
const START = /^(\d+) (\d+)$/;
/** A session: `<start>-<end> <count>`. */
const SESSION = /^(\d+-\d+) (\d+)$/;
/** A row of a join by foreign key: version of the left one, its foreign key, version of the right one or none. */
const FOREIGN = /^(\d+)@[^+]*\+(\d+|none)$/;

export function check(expected: Results, seen: Results, inputs: JoinInputs, rules: CheckRules): Findings {
  const findings = { missing: [] as string[], wrong: [] as string[], repeated: 0, records: 0 };
  for (const name of OUTPUTS) {
    const keys = new Set([...expected[name].keys(), ...seen[name].keys()]);
    for (const key of keys) {
      const wanted = expected[name].get(key) ?? [];
      const got = seen[name].get(key) ?? [];
      findings.records += got.length;
      const found = rules.exact ? exactly(name, key, wanted, got, inputs, rules.cached) : atLeast(name, wanted, got);
      for (const [which, texts] of [
        ['missing', found.missing],
        ['wrong', found.wrong],
      ] as const) {
        findings[which].push(...texts.map((text) => `${name} ${key}: ${text}`));
      }
      findings.repeated += found.repeated ?? 0;
    }
  }
  return findings;
}

interface Found {
  readonly missing: readonly string[];
  readonly wrong: readonly string[];
  readonly repeated?: number;
}

const NOTHING: Found = { missing: [], wrong: [] };

function exactly(
  name: OutputName,
  key: string,
  wanted: readonly string[],
  got: readonly string[],
  inputs: JoinInputs,
  cached: boolean,
): Found {
  switch (name) {
    case 'counts':
    case 'groups':
      return perWindow(wanted, got, cached ? rising : sequence);
    case 'sessions':
      return sequence(wanted, got);
    case 'pairs':
      return bag(wanted, got, alone(inputs.clicks.get(key) ?? [], inputs.views.get(key) ?? []));
    case 'tables':
      return cached
        ? lastOne(wanted, got)
        : tables(followTables(inputs.lefts.get(key) ?? [], inputs.rights.get(key) ?? [], got));
    case 'foreign':
      return foreign(wanted, got, inputs.orders.get(key) ?? [], inputs.products, cached);
  }
}

function atLeast(name: OutputName, wanted: readonly string[], got: readonly string[]): Found {
  switch (name) {
    case 'counts':
    case 'groups':
      return reaching(wanted, got, START);
    case 'sessions':
      return reaching(wanted, got, SESSION);
    case 'pairs': {
      const there = new Set(got);
      return { missing: wanted.filter((value) => !there.has(value)), wrong: [], repeated: over(wanted, got) };
    }
    case 'tables':
    case 'foreign': {
      const last = wanted.at(-1);
      return { missing: last === undefined || got.includes(last) ? [] : [`never ${last}`], wrong: [] };
    }
  }
}

/** The same values in the same order. */
function sequence(wanted: readonly string[], got: readonly string[]): Found {
  for (const [i, value] of got.entries()) {
    if (value === wanted[i]) continue;
    return { missing: [], wrong: [`result ${String(i + 1)} is ${value} instead of ${wanted[i] ?? 'none'}`] };
  }
  return { missing: wanted.slice(got.length).map((value) => `no ${value}`), wrong: [] };
}

/** Ever higher counts, to the last one. */
function rising(wanted: readonly string[], got: readonly string[]): Found {
  let before = 0;
  for (const value of got) {
    const count = Number(START.exec(value)?.[2]);
    if (!(count > before)) return { missing: [], wrong: [`${value} after ${String(before)}`] };
    before = count;
  }
  return lastOne(wanted, got, (value) => Number(START.exec(value)?.[2]));
}

/** What is there in the end; what is beyond it, if that can be told, is wrong. */
function lastOne(wanted: readonly string[], got: readonly string[], rank?: (value: string) => number): Found {
  const [last, now] = [wanted.at(-1), got.at(-1)];
  if (last === now) return NOTHING;
  if (last === undefined) return { missing: [], wrong: [`${now ?? ''}, of which there is nothing`] };
  if (rank !== undefined && now !== undefined && rank(now) > rank(last)) {
    return { missing: [], wrong: [`${now} instead of ${last}`] };
  }
  return { missing: [`${now ?? 'nothing'} instead of ${last}`], wrong: [] };
}

/** The order of windows among each other is free. */
function perWindow(
  wanted: readonly string[],
  got: readonly string[],
  compare: (wanted: readonly string[], got: readonly string[]) => Found,
): Found {
  const [all, there] = [byWindow(wanted), byWindow(got)];
  const missing: string[] = [];
  const wrong: string[] = [];
  for (const window of new Set([...all.keys(), ...there.keys()])) {
    const found = compare(all.get(window) ?? [], there.get(window) ?? []);
    missing.push(...found.missing);
    wrong.push(...found.wrong);
  }
  return { missing, wrong };
}

function byWindow(values: readonly string[]): Map<string, string[]> {
  const windows = new Map<string, string[]>();
  for (const value of values) {
    const window = START.exec(value)?.[1] ?? value;
    windows.set(window, [...(windows.get(window) ?? []), value]);
  }
  return windows;
}

/**
 * Records that may be told without a partner, each once: one that comes when time has passed its window is so at once, and
 * partners that come within the grace are joined with it all the same. Which ones these are depends on who is behind whom.
 */
function alone(clicks: readonly string[], views: readonly string[]): Map<string, number> {
  return counted([...clicks.map((click) => `${click}+none`), ...views.map((view) => `none+${view}`)]);
}

/** The same values, each as often, in any order; beyond them, those that may be there. */
function bag(wanted: readonly string[], got: readonly string[], more: Map<string, number>): Found {
  const left = counted(wanted);
  const wrong: string[] = [];
  for (const value of wanted) more.set(value, (more.get(value) ?? 0) - 1);
  for (const value of got) {
    const count = left.get(value) ?? 0;
    const spare = more.get(value) ?? 0;
    if (count > 0) left.set(value, count - 1);
    else if (spare > 0) more.set(value, spare - 1);
    else wrong.push(`${value} ${wanted.includes(value) || more.has(value) ? 'once too often' : 'is no result'}`);
  }
  const missing = [...left].filter(([, count]) => count > 0).map(([value]) => `no ${value}`);
  return { missing, wrong };
}

function counted(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function over(wanted: readonly string[], got: readonly string[]): number {
  return Math.max(0, got.length - wanted.length);
}

function tables({ possible, complete }: Followed): Found {
  if (!possible) return { missing: [], wrong: ['the versions do not follow from each other'] };
  return complete ? NOTHING : { missing: ['the last versions are not joined'], wrong: [] };
}

/**
 * An answer for an older version of the left row is dropped, so that versions may be left out, but each pair of changes comes
 * once. None goes back either, unless the input does: what was sent again there has its results again. Under caches a pair
 * may come again.
 */
function foreign(
  wanted: readonly string[],
  got: readonly string[],
  orders: readonly string[],
  products: Values,
  cached: boolean,
): Found {
  const last = lastOne(wanted, got);
  const most = new Map<string, number>();
  let before = [-1, -1] as readonly [number, number];
  const straight = rises(orders) && orders.every((order) => rises(products.get(productOf(order)) ?? []));
  for (const value of got) {
    const parts = FOREIGN.exec(value);
    const [order, product] = value.split('+') as [string, string];
    const times =
      count(orders, order) * (product === 'none' ? 1 : count(products.get(productOf(order)) ?? [], product));
    const left = (most.get(value) ?? times) - 1;
    most.set(value, left);
    if (parts === null || times === 0) return { missing: [], wrong: [`${value} is no result`] };
    if (left < 0 && !cached) return { missing: [], wrong: [`${value} once too often`] };
    const now = [Number(parts[1]), product === 'none' ? 0 : Number(product)] as const;
    const forward = now[0] - before[0] || now[1] - before[1];
    if (straight && forward < 0) return { missing: [], wrong: [`${value} after ${before.join('+')}`] };
    before = now;
  }
  return last;
}

function productOf(order: string): string {
  return order.split('@')[1] ?? '';
}

function count(values: readonly string[], value: string): number {
  return values.reduce((sum, one) => (one === value ? sum + 1 : sum), 0);
}

/** Whether each version is higher than the one before. */
function rises(versions: readonly string[]): boolean {
  return versions.every((one, i) => i === 0 || parseInt(one) > parseInt(versions[i - 1]!));
}

/** Of each window or session at least so many. */
function reaching(wanted: readonly string[], got: readonly string[], shape: RegExp): Found {
  const highest = (values: readonly string[]): Map<string, number> => {
    const all = new Map<string, number>();
    for (const value of values) {
      const [, which = '', count] = shape.exec(value) ?? [];
      all.set(which, Math.max(all.get(which) ?? 0, Number(count)));
    }
    return all;
  };
  const there = highest(got);
  const missing = [...highest(wanted)]
    .filter(([which, count]) => (there.get(which) ?? 0) < count)
    .map(([which, count]) => `${which} ${String(there.get(which) ?? 0)} of ${String(count)}`);
  return { missing, wrong: [], repeated: over(wanted, got) };
}
