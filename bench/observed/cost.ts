/** What being observed costs: ratios of two runs that went side by side, and their table. */
import { spread, type Spread } from '../compare/figures.js';
import { lines } from '../compare/table.js';
import type { Progress } from '../run/progress.js';

/** What a run did while the other one of its round was at work, too. */
export interface Share {
  readonly recordsPerSecond: number;
  readonly cpuMsPerThousand: number;
}

export interface Round {
  readonly alone: Share;
  readonly observed: Share;
}

/**
 * Of the time in which both were at work: the start of the later one, and what the slower one does by itself once the other
 * has ended, say nothing.
 * @throws Error when there was no such time
 */
export function roundOf(alone: readonly Progress[], observed: readonly Progress[]): Round {
  const from = Math.max(firstOf(alone).at, firstOf(observed).at);
  const until = Math.min(alone.at(-1)?.at ?? 0, observed.at(-1)?.at ?? 0);
  if (until <= from) throw new Error('one run had ended before the other one had begun: give them more records');
  const share = (run: readonly Progress[]): Share => {
    const [first, last] = [during(run, from), during(run, until)];
    const records = last.records - first.records;
    return {
      recordsPerSecond: (records / (until - from)) * 1000,
      cpuMsPerThousand: ((last.cpuMs - first.cpuMs) / records) * 1000,
    };
  };
  return { alone: share(alone), observed: share(observed) };
}

function firstOf([first]: readonly Progress[]): Progress {
  if (first === undefined) throw new Error('a run told nothing of how far it had got');
  return first;
}

/** How far a run had got at a time between two at which it told so: it went on evenly. */
function during(run: readonly Progress[], at: number): Progress {
  const after = run.findIndex((one) => one.at >= at);
  const next = run[after] as Progress;
  const last = run[Math.max(0, after - 1)] as Progress;
  const share = next.at === last.at ? 0 : (at - last.at) / (next.at - last.at);
  const between = (figure: (of: Progress) => number): number => figure(last) + (figure(next) - figure(last)) * share;
  return { at, records: between((one) => one.records), cpuMs: between((one) => one.cpuMs) };
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
