import { expect, it } from 'vitest';
import { readPage } from './pages.js';

const measured = readPage('docs/performance.md').text.split('## Measured')[1]!;
const [atLeastOnce, exactlyOnce] = measured.split('Exactly once, with a commit') as [string, string];

/** What Millrace does of a workload, thousands of records a second. */
function rateOf(workload: string, part: string): string {
  const [row] = new RegExp(`^\\| ${workload} .*$`, 'm').exec(part)!;
  return row.split('|')[3]!.trim().split(' ')[0]!;
}

it.each([
  ['map', 'filter and rewrite JSON'],
  ['agg', 'sum amounts per user'],
  ['count', 'count per user in windows of 10 s'],
  ['repart', 'group by another key, through a topic'],
  ['join', 'join two streams over windows'],
])('docs/sizing.md has the figures of docs/performance.md: %s', (workload, work) => {
  const { text } = readPage('docs/sizing.md');
  const row = text.split('\n').find((line) => line.startsWith(`| ${work} `))!;
  const rates = row.split('|').slice(2, 4).map((cell) => cell.trim()); // prettier-ignore
  expect(rates).toEqual([atLeastOnce, exactlyOnce].map((part) => `${rateOf(workload, part)} thousand`));
});
