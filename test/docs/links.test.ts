import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { allPages, readPage, ROOT } from './pages.js';

test.each(allPages().map(({ path }) => path))('%s links to what exists', (path) => {
  const broken: string[] = [];
  for (const [, target] of readPage(path).text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^https?:/.test(target!)) continue;
    const [file, anchor] = target!.split('#') as [string, string?];
    const linked = file === '' ? path : join(dirname(path), file);
    if (!existsSync(join(ROOT, linked))) broken.push(target!);
    else if (anchor !== undefined && !anchorsOf(linked).includes(anchor)) broken.push(target!);
  }
  expect(broken).toEqual([]);
});

/** As GitHub makes them of headings. */
function anchorsOf(path: string): string[] {
  return [...readPage(path).text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
}
