import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

it('the page on tracing names every channel with all that it tells', () => {
  const source = read('src/observe/events.ts');
  const shapes = [...source.matchAll(/readonly '(millrace:\w+)': \{(.*?)\};\n/gs)];
  expect(shapes.length).toBe(7);
  const rows = new Map(
    [...read('docs/tracing.md').matchAll(/^\| `(millrace:\w+)` +\|(.*)\|$/gm)].map(([, name, row]) => [name, row]),
  );
  expect([...rows.keys()].sort()).toEqual(shapes.map(([, name]) => name).sort());
  for (const [, name, shape] of shapes) {
    const fields = [...(shape as string).matchAll(/readonly (\w+):/g)].map(([, field]) => field as string);
    for (const field of fields.filter((one) => one !== 'application')) expect(rows.get(name)).toContain(`\`${field}\``);
  }
});
