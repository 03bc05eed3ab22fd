import { expect, it } from 'vitest';
import { followTables } from './table-paths.js';

const follow = (lefts: string, rights: string, results: string): string => {
  const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');
  const { possible, complete } = followTables(words(lefts), words(rights), words(results));
  return !possible ? 'impossible' : complete ? 'complete' : 'incomplete';
};

it.each([
  ['1 2', 'a', '1+a 2+a', 'complete'],
  ['1 2', 'a b', '2+a 2+b', 'complete'],
  ['1 2', 'a b', '1+b 2+b', 'complete'],
  ['1 2', 'a b', '1+a 1+b 2+b', 'complete'],
  ['1 2', 'a b', '1+a', 'incomplete'],
  ['1 2', 'a b', '', 'incomplete'],
  ['1 2', '', '', 'complete'],
  ['', '', '', 'complete'],
  // A result twice, one left out, one that goes back, one that is none.
  ['1 2', 'a b', '1+a 1+a 1+b 2+b', 'impossible'],
  ['1 2', 'a b', '1+a 2+b', 'impossible'],
  ['1 2', 'a b', '2+a 1+b', 'impossible'],
  ['1 2', 'a b', '1+c', 'impossible'],
  // A writer that was not told that it had arrived has sent a version again.
  ['1 2 1 2', 'a', '1+a 2+a 1+a 2+a', 'complete'],
  ['1 2 1 2', 'a', '1+a 2+a', 'complete'],
  ['1 2 1 2', 'a', '1+a 2+a 1+a', 'incomplete'],
])('%s and %s give %s: %s', (lefts, rights, results, verdict) => {
  expect(follow(lefts, rights, results)).toBe(verdict);
});
