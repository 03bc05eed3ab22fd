/** Rows of tries and their summary, as a table. */
import type { AttemptResult } from './attempt.js';

export interface Row {
  readonly fault: string;
  readonly attempt: number;
  /** Undefined when the try itself could not be carried out; `failures` says why. */
  readonly result: AttemptResult | undefined;
  readonly failures: readonly string[];
}

const HEAD = [
  'fault',
  'try',
  'records',
  'lost',
  'repeated',
  'counted again',
  'silence s',
  'input silence s',
  'warnings',
];

export function rowText({ fault, attempt, result, failures }: Row): string {
  const outcome = failures.length === 0 ? 'ok' : failures.join('; ');
  const verdict = result?.verdict;
  if (result === undefined || verdict === undefined) return `${fault} try ${attempt}: ${outcome}`;
  const { warnings } = result;
  const facts = [
    `${verdict.records} records`,
    `${verdict.lost} lost (${verdict.keysTooLow} keys; changelog ${verdict.changelogLost})`,
    `${verdict.repeated} results repeated`,
    `${verdict.countedAgain} counted again`,
    `silence ${seconds(verdict.silenceMs)} s (input ${seconds(verdict.inputSilenceMs)} s)`,
    `${warnings} warnings`,
  ];
  return `${fault} try ${attempt}: ${facts.join(', ')}: ${outcome}`;
}

/** One line a try, and one for each fault with the sum of what was lost and the worst of the rest. */
export function summary(rows: readonly Row[]): string {
  const lines = rows.map(({ fault, attempt, result, failures }) => {
    const verdict = result?.verdict;
    if (result === undefined || verdict === undefined)
      return [fault, String(attempt), ...Array<string>(7).fill('-'), failures.join('; ')];
    const { warnings } = result;
    return [
      fault,
      String(attempt),
      ...[verdict.records, verdict.lost, verdict.repeated, verdict.countedAgain].map(String),
      seconds(verdict.silenceMs),
      seconds(verdict.inputSilenceMs),
      String(warnings),
      failures.length === 0 ? 'ok' : failures.join('; '),
    ];
  });
  const all = [[...HEAD, 'outcome'], ...lines];
  const widths = all[0]!.map((_, i) => Math.max(...all.map((line) => (line[i] ?? '').length)));
  const text = all.map((line) =>
    line
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [...text, '', ...[...new Set(rows.map(({ fault }) => fault))].map((fault) => ofFault(fault, rows))].join('\n');
}

function ofFault(name: string, rows: readonly Row[]): string {
  const tries = rows.filter(({ fault }) => fault === name);
  const verdicts = tries.flatMap(({ result }) => (result?.verdict === undefined ? [] : [result.verdict]));
  const good = tries.filter(({ failures }) => failures.length === 0).length;
  const lost = verdicts.reduce((sum, verdict) => sum + verdict.lost, 0);
  const repeated = verdicts.map((verdict) => verdict.repeated).join(' / ');
  const longest = Math.max(0, ...verdicts.map((verdict) => verdict.silenceMs));
  return `${name}: ${good} of ${tries.length} ok, ${lost} lost, repeated ${repeated}, longest silence ${seconds(longest)} s`;
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(1);
}
