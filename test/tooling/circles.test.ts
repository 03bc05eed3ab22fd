import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { circle } from '../../rooms.config.js';
import { fileCircles } from '../../scripts/lint/circles.js';

function circles(files: Readonly<Record<string, readonly string[]>>): string[][] {
  return fileCircles(
    new Map(
      Object.entries(files).map(([file, imports]) => [
        `${file}.ts`,
        imports.map((one) => `import { x } from './${one}.js';`).join('\n'),
      ]),
    ),
  );
}

describe('circles of files', () => {
  it('are two that import each other, or more on one way round', () => {
    expect(circles({ a: ['b'], b: ['a'] })).toEqual([['a.ts', 'b.ts']]);
    expect(circles({ start: ['c'], c: ['a', 'end'], b: ['c'], a: ['b'], end: [] })).toEqual([['a.ts', 'b.ts', 'c.ts']]);
  });

  it('are found apart, and as one where they meet', () => {
    expect(circles({ a: ['b'], b: ['a', 'c'], c: ['d'], d: ['c'] })).toEqual([
      ['a.ts', 'b.ts'],
      ['c.ts', 'd.ts'],
    ]);
    expect(circles({ a: ['b'], b: ['a', 'c'], c: ['b'] })).toEqual([['a.ts', 'b.ts', 'c.ts']]);
  });

  it('are not what merely shares a file', () => {
    expect(circles({ a: ['b', 'c'], b: ['d'], c: ['d', 'b'], d: [] })).toEqual([]);
  });

  it('go through types and what is loaded later, too', () => {
    const texts = {
      'x/a.ts': "import type { B } from '../b.js';",
      'b.ts': "export * from './c.js';",
      'c.ts': "const a = await import('./x/a.js');",
    };
    expect(fileCircles(new Map(Object.entries(texts)))).toEqual([['b.ts', 'c.ts', 'x/a.ts']]);
  });

  it('are none in src but the one that is named', () => {
    const source = join(import.meta.dirname, '../../src');
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
    const texts = new Map(files.map((file) => [file.replaceAll('\\', '/'), readFileSync(join(source, file), 'utf8')]));
    expect(fileCircles(texts)).toEqual([[...circle].sort()]);
  });
});
