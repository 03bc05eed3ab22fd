/** The lines of each run, and the table of faults by kind at the end. */
import type { RunResult } from './run.js';

/** What a line tells of a result; `undefined` where the run itself could not be carried out. */
export function runText(number: number, { plan, failures, deaths, ...result }: RunResult): string {
  const faults = result.faults.map(({ kind, skipped }) => (skipped === undefined ? kind : `(${kind}: ${skipped})`));
  const facts = [
    `seed ${String(plan.seed)}`,
    `${String(plan.instances)} instances`,
    ...(plan.cacheBytes > 0 ? ['cached'] : []),
    `${String(result.records)} results`,
    ...(result.repeated > 0 ? [`${String(result.repeated)} more than undisturbed`] : []),
    `silence ${seconds(result.silence.ms)} s`,
    `${seconds(result.lastedMs)} s`,
  ];
  const lines = [
    `run ${String(number)}: ${failures.length === 0 ? 'ok' : 'FAILED'}: ${facts.join(', ')}`,
    `  ${faults.join(', ')}`,
    ...failures.map((failure) => `  FAILED ${failure}`),
    ...deaths.map((death) => `  ended by itself: ${death}`),
  ];
  return lines.join('\n');
}

const HEAD = ['fault', 'done', 'skipped', 'in failed runs', 'longest silence s'];

export function table(results: readonly RunResult[]): string {
  const rows = new Map<string, { done: number; skipped: number; failed: number; silenceMs: number }>();
  for (const { faults, failures } of results) {
    for (const { kind, skipped, silenceMs } of faults) {
      const row = rows.get(kind) ?? { done: 0, skipped: 0, failed: 0, silenceMs: 0 };
      rows.set(kind, row);
      if (skipped === undefined) row.done += 1;
      else row.skipped += 1;
      if (failures.length > 0) row.failed += 1;
      row.silenceMs = Math.max(row.silenceMs, silenceMs);
    }
  }
  const lines = [...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, { done, skipped, failed, silenceMs }]) => [
      kind,
      ...[done, skipped, failed].map(String),
      seconds(silenceMs),
    ]);
  const sum = (of: (row: { done: number; skipped: number; failed: number }) => number): string =>
    String([...rows.values()].reduce((all, row) => all + of(row), 0));
  const longest = Math.max(0, ...[...rows.values()].map(({ silenceMs }) => silenceMs));
  const total = ['all', sum((row) => row.done), sum((row) => row.skipped), sum((row) => row.failed), seconds(longest)];
  const all = [HEAD, ...lines, total];
  const widths = HEAD.map((_, i) => Math.max(...all.map((line) => line[i]!.length)));
  return all
    .map((line) => line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '))
    .join('\n');
}

export function summary(results: readonly RunResult[]): string {
  const failed = results.filter(({ failures }) => failures.length > 0);
  const sum = (of: (result: RunResult) => number): number => results.reduce((all, result) => all + of(result), 0);
  const [first] = results;
  return [
    table(results),
    '',
    `${String(results.length - failed.length)} of ${String(results.length)} runs ok` +
      (first === undefined ? '' : `, ${first.plan.guarantee}, ${String(first.plan.brokers)} broker(s)`),
    `${String(sum(({ records }) => records))} results, ${String(sum(({ repeated }) => repeated))} more than undisturbed`,
    `${String(sum(({ stuck }) => stuck.length))} stuck partitions`,
    `${String(sum(({ deaths }) => deaths.length))} instances ended by themselves`,
    ...(failed.length === 0 ? [] : [`seeds that failed: ${failed.map(({ plan }) => String(plan.seed)).join(', ')}`]),
  ].join('\n');
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1_000).toFixed(1);
}
