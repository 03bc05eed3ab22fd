import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { allPages, readPage } from './pages.js';

const CLICKS = 2;

test('every page is two clicks from the README at most', () => {
  const reached = new Set(['README.md']);
  let last = ['README.md'];
  for (let click = 0; click < CLICKS; click++) {
    last = last.flatMap(linkedFrom).filter((page) => !reached.has(page));
    for (const page of last) reached.add(page);
  }
  expect(
    allPages()
      .map(({ path }) => path)
      .filter((path) => !reached.has(path)),
  ).toEqual([]);
});

/** Pages that a page links to. */
function linkedFrom(path: string): string[] {
  if (!path.endsWith('.md')) return [];
  const targets = readPage(path).text.matchAll(/\]\(([^)\s#]+\.md)(?:#[^)]*)?\)/g);
  return [...targets].map(([, target]) => target!).filter((target) => !/^https?:/.test(target)).map((target) => join(dirname(path), target)); // prettier-ignore
}
