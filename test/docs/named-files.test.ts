import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { allPages, readPage, ROOT } from './pages.js';

const FOLDERS = 'src|test|docs|scripts|bench|examples';
/** A path in backticks, or a comment's. */
const PATHS = new RegExp(`\\b(?:${FOLDERS})/[\\w./-]*[\\w]`, 'g');

/** Pages about how Millrace is made; the others show files of their readers too. */
const pages = allPages().filter(({ path }) => /architecture|CONTRIBUTING|performance|testing/.test(path));

test.each([...pages.map(({ path }) => path), 'rooms.config.js'])('%s names files that are there', (path) => {
  const text = path.endsWith('.md') ? readPage(path).text : readFileSync(join(ROOT, path), 'utf8');
  const named = [...text.replaceAll(/https?:\S+/g, '').matchAll(PATHS)].map(([name]) => name);
  // src/a/b.ts stands for any file.
  const gone = named.filter((name) => !/\ba\/b\./.test(name) && !existsSync(join(ROOT, name)));
  expect(gone).toEqual([]);
  if (path === 'docs/architecture.md') expect(named.length).toBeGreaterThan(30);
});
