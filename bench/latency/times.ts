/** The times of one run, read from the probe's line, and those of several side by side. */
import { spread, type Spread } from '../compare/figures.js';
import { lines } from '../compare/table.js';

/** Ms from the moment an order is handed to a producer until its result is read. */
export interface Times {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
}

const LINE =
  /^latency rate=\d+ answered (\d+) of (\d+), p50 ([\d.]+) ms, p99 ([\d.]+) ms, p99\.9 ([\d.]+) ms, max [\d.]+ ms$/;

/** @throws Error when the last line is not the probe's, or an order had no answer */
export function readTimes(output: string): Times {
  const line = output.trimEnd().split('\n').at(-1) ?? '';
  const match = LINE.exec(line);
  if (match === null) throw new Error(`the probe gave no figures: ${line === '' ? '(nothing)' : line}`);
  const [answered, all, p50, p99, p999] = match.slice(1).map(Number) as [number, number, number, number, number];
  if (answered !== all) throw new Error(`orders had no answer: ${line}`);
  return { p50, p99, p999 };
}

/** One run of each side, one right after the other. */
export interface TimesOfBoth {
  readonly jvm: Times;
  readonly millrace: Times;
}

const SHARES = [
  ['p50', 'p50'],
  ['p99', 'p99'],
  ['p99.9', 'p999'],
] as const;

/** A Markdown table: medians of the runs, with least and most in brackets; ratios are taken within each pair of runs. */
export function timesTable(all: ReadonlyMap<string, readonly TimesOfBoth[]>): string {
  const rows = [...all].flatMap(([guarantee, pairs]) =>
    SHARES.map(([name, share]) => [
      guarantee,
      name,
      cell(spread(pairs.map(({ jvm }) => jvm[share])), 1),
      cell(spread(pairs.map(({ millrace }) => millrace[share])), 1),
      cell(spread(pairs.map(({ jvm, millrace }) => millrace[share] / jvm[share])), 2),
    ]),
  );
  return lines(['guarantee', 'share', 'JVM, ms', 'Millrace, ms', 'Millrace / JVM'], rows);
}

function cell({ median, least, most }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`;
}
