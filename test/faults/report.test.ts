import { expect, it } from 'vitest';
import { rowText, summary, type Row } from './report.js';
import type { Verdict } from './verdict.js';

const verdict: Verdict = {
  records: 1_000,
  keysTooLow: 0,
  lost: 0,
  changelogLost: 0,
  repeated: 3,
  countedAgain: 7,
  silenceMs: 1_250,
  inputSilenceMs: 200,
};
const row = (attempt: number, given: Verdict | undefined, failures: readonly string[] = []): Row => ({
  fault: 'flood',
  attempt,
  result: { verdict: given, warnings: 2, failures },
  failures,
});

it('a try is told in one line', () => {
  expect(rowText(row(1, verdict))).toBe(
    'flood try 1: 1000 records, 0 lost (0 keys; changelog 0), 3 results repeated, 7 counted again, ' +
      'silence 1.3 s (input 0.2 s), 2 warnings: ok',
  );
  expect(rowText(row(2, undefined, ['one in ERROR: it broke']))).toBe('flood try 2: one in ERROR: it broke');
  expect(rowText({ fault: 'flood', attempt: 3, result: undefined, failures: ['no broker'] })).toBe(
    'flood try 3: no broker',
  );
});

it('the tries of a fault are summed up', () => {
  const rows = [
    row(1, verdict),
    row(2, { ...verdict, lost: 5, repeated: 0, silenceMs: 9_000 }, ['5 records lost']),
    row(3, undefined, ['it did not come to the end of the input']),
  ];
  const lines = summary(rows).split('\n');
  expect(lines[0]).toMatch(/^fault +try +records +lost +repeated/);
  expect(lines[2]).toMatch(/^flood +2 +1000 +5 +0 +7 +9\.0 +0\.2 +2 +5 records lost$/);
  expect(lines.at(-1)).toBe('flood: 1 of 3 ok, 5 lost, repeated 3 / 0, longest silence 9.0 s');
});
