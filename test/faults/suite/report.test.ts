import { expect, it } from 'vitest';
import { Journal } from './journal.js';
import { drawPlan } from './plan.js';
import { kinds } from './kinds/all.js';
import { runText, summary, table } from './report.js';
import type { DoneFault, RunResult } from './run.js';

const plan = drawPlan(3, { guarantee: 'exactly_once_v2', brokers: 3, kinds, faults: 2, loadMs: 20_000 });

function result(given: Partial<RunResult>, ...faults: readonly DoneFault[]): RunResult {
  return {
    plan: { ...plan, instances: 2, cacheBytes: 0 },
    failures: [],
    deaths: [],
    faults,
    records: 1_000,
    repeated: 0,
    silence: { partition: 1, ms: 4_560 },
    stuck: [],
    lastedMs: 50_000,
    journal: new Journal(),
    ...given,
  };
}
const fault = (kind: string, silenceMs: number, skipped?: string): DoneFault => ({ kind, silenceMs, skipped });
const results = [
  result({}, fault('kill', 1_000), fault('cut', 2_000)),
  result({ failures: ['missing: a'], stuck: ['t:1'] }, fault('kill', 3_000), fault('full-disk', 0, 'no prlimit')),
];

it('counts faults by kind, with the longest silence', () => {
  expect(table(results)).toBe(
    [
      'fault      done  skipped  in failed runs  longest silence s',
      'cut           1        0               0                2.0',
      'full-disk     0        1               1                0.0',
      'kill          2        0               1                3.0',
      'all           3        1               2                3.0',
    ].join('\n'),
  );
});

it('says what became of all runs, and which seeds failed', () => {
  const text = summary(results);
  expect(text).toContain('1 of 2 runs ok, exactly_once_v2, 3 broker(s)');
  expect(text).toContain('2000 results, 0 more than undisturbed');
  expect(text).toContain('1 stuck partitions');
  expect(text).toContain('seeds that failed: 3');
  expect(summary([results[0]!])).not.toContain('failed:');
});

it('says of a run what failed, what was skipped and what ended by itself', () => {
  expect(runText(4, result({ deaths: ['one: out of space'] }, fault('kill', 0)))).toBe(
    'run 4: ok: seed 3, 2 instances, 1000 results, silence 4.6 s, 50.0 s\n  kill\n  ended by itself: one: out of space',
  );
  expect(runText(5, results[1]!)).toContain('  kill, (full-disk: no prlimit)\n  FAILED missing: a');
});
