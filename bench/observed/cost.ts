/** What being observed costs: ratios of runs of the same round, and their table. */
import { lines } from '../compare/table.js';
import { spread, type Figures, type Spread } from '../compare/figures.js';

/** One right after the other. */
export interface Round {
  readonly alone: Figures;
  readonly observed: Figures;
}

/** Observed divided by alone, within each round: 0.95 of a rate is 5 % slower. */
export interface Cost {
  readonly processed: Spread;
  readonly committed: Spread;
  readonly cpu: Spread;
}

export function costOf(rounds: readonly Round[]): Cost {
  const over = (figure: (run: Figures) => number): Spread =>
    spread(rounds.map(({ alone, observed }) => figure(observed) / figure(alone)));
  return {
    processed: over((run) => run.processedPerSecond),
    committed: over((run) => run.committedPerSecond),
    cpu: over((run) => run.cpuSeconds),
  };
}

/** Markdown, with a row for each workload. */
export function costTable(all: ReadonlyMap<string, readonly Round[]>): string {
  const rows = [...all].map(([workload, rounds]) => {
    const rate = (of: (round: Round) => Figures): string =>
      cell(spread(rounds.map((round) => of(round).processedPerSecond / 1000)), 0);
    const { processed, committed, cpu } = costOf(rounds);
    const ratios = [processed, committed, cpu].map((one) => cell(one, 3));
    return [workload, rate(({ alone }) => alone), rate(({ observed }) => observed), ...ratios];
  });
  const head = [
    'workload',
    'alone, k rec/s',
    'observed, k rec/s',
    'processed, ratio',
    'committed, ratio',
    'CPU, ratio',
  ];
  return lines(head, rows);
}

function cell({ median, least, most }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`;
}
