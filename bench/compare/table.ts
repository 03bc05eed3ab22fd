/** Prints the comparison as a Markdown table, which is what docs/performance.md shows. */
import type { Comparison, Spread } from './figures.js';

const HEAD = [
  'workload',
  'JVM committed, k rec/s',
  'Millrace committed, k rec/s',
  'rate, Millrace / JVM',
  'JVM run s',
  'Millrace run s',
  'JVM CPU s',
  'Millrace CPU s',
  'CPU, Millrace / JVM',
];

/** Every cell is a median, with least and most in brackets. */
export function table(comparisons: ReadonlyMap<string, Comparison>): string {
  const rows = [...comparisons].map(([workload, it]) => [
    workload,
    cell(it.jvmCommitted, thousands),
    cell(it.millraceCommitted, thousands),
    cell(it.committedRatio, hundredths),
    cell(it.jvmSeconds, tenths),
    cell(it.millraceSeconds, tenths),
    cell(it.jvmCpu, tenths),
    cell(it.millraceCpu, tenths),
    cell(it.cpuRatio, hundredths),
  ]);
  return lines(HEAD, rows);
}

/** A Markdown table. */
export function lines(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => (row[i] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text, i) => text.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

function cell({ median, least, most }: Spread, text: (value: number) => string): string {
  return `${text(median)} (${text(least)}–${text(most)})`;
}

const thousands = (value: number): string => (value / 1000).toFixed(0);
const tenths = (value: number): string => value.toFixed(1);
const hundredths = (value: number): string => value.toFixed(2);
