/** What being observed costs: ratios of two runs that had the machine in turns, and their table. */
import { spread, type Spread } from '../compare/figures.js';
import { lines } from '../compare/table.js';
import type { Progress } from '../run/progress.js';

/** What a run did in its turns. */
export interface Share {
  readonly recordsPerSecond: number;
  readonly cpuMsPerThousand: number;
}

/** Of both kinds of runs the same. */
export interface Both<T> {
  readonly alone: T;
  readonly observed: T;
}

export type Round = Both<Share>;

/** For some time one run was at work and the other one was stopped. */
export interface Turn {
  readonly run: keyof Round;
  /** Ms since the epoch. */
  readonly from: number;
  readonly until: number;
}

/** What was told in a turn, between its first and its last moment. */
interface Told {
  ms: number;
  records: number;
  cpuMs: number;
}

/** So many turns of each are for settling: what a service that is observed does now and then, V8 compiles only after a thousand times. */
const SETTLING = 5;

/**
 * Turns without their like are left out too, so that both had the machine equally long and in the same minutes.
 * @param settling turns of each that do not count, the first ones
 * @throws Error when there were too few turns
 */
export function roundOf(turns: readonly Turn[], runs: Both<readonly Progress[]>, settling = SETTLING): Round {
  const sums = { alone: { ms: 0, records: 0, cpuMs: 0 }, observed: { ms: 0, records: 0, cpuMs: 0 } };
  for (let at = 2 * settling; at + 1 < turns.length; at += 2) {
    const pair = turns.slice(at, at + 2).map((turn) => ({ run: turn.run, told: toldIn(turn, runs[turn.run]) }));
    if (pair.some(({ told }) => told === null)) continue;
    for (const { run, told } of pair) add(sums[run], told as Told);
  }
  if (sums.alone.records === 0 || sums.observed.records === 0) {
    throw new Error(`the runs ended before each had ${String(settling + 1)} turns: give them more records`);
  }
  return { alone: share(sums.alone), observed: share(sums.observed) };
}

function toldIn({ from, until }: Turn, run: readonly Progress[]): Told | null {
  const told = run.filter(({ at }) => at >= from && at <= until);
  const [first, last] = [told[0], told.at(-1)];
  if (first === undefined || last === undefined || last.at === first.at) return null;
  return { ms: last.at - first.at, records: last.records - first.records, cpuMs: last.cpuMs - first.cpuMs };
}

function add(sum: Told, { ms, records, cpuMs }: Told): void {
  sum.ms += ms;
  sum.records += records;
  sum.cpuMs += cpuMs;
}

function share({ ms, records, cpuMs }: Told): Share {
  return { recordsPerSecond: (records / ms) * 1000, cpuMsPerThousand: (cpuMs / records) * 1000 };
}

/** Observed divided by alone, within each round: 0.95 of a rate is 5 % slower. */
export interface Cost {
  readonly rate: Spread;
  readonly cpu: Spread;
}

export function costOf(rounds: readonly Round[]): Cost {
  const over = (figure: (share: Share) => number): Spread =>
    spread(rounds.map(({ alone, observed }) => figure(observed) / figure(alone)));
  return { rate: over((share) => share.recordsPerSecond), cpu: over((share) => share.cpuMsPerThousand) };
}

/** Markdown, with a row for each workload. */
export function costTable(all: ReadonlyMap<string, readonly Round[]>): string {
  const rows = [...all].map(([workload, rounds]) => {
    const perSecond = (of: (round: Round) => Share): string =>
      cell(spread(rounds.map((round) => of(round).recordsPerSecond / 1000)), 0);
    const { rate, cpu } = costOf(rounds);
    return [
      workload,
      perSecond(({ alone }) => alone),
      perSecond(({ observed }) => observed),
      cell(rate, 3),
      cell(cpu, 3),
    ];
  });
  return lines(['workload', 'alone, k rec/s', 'observed, k rec/s', 'rate, ratio', 'CPU per record, ratio'], rows);
}

function cell({ median, least, most }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`;
}
