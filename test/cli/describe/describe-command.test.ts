import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { program } from '../../../src/cli/program.js';

const ROOT = join(import.meta.dirname, '../../..');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-describe-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

async function millrace(...args: string[]): Promise<string> {
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  await program().parseAsync(['describe', ...args], { from: 'user' });
  vi.restoreAllMocks();
  return written.join('');
}

/** What of a topology is looked at, without the package: modules of the test's folder do not find it. */
const MODULE = `
const nodes = [{ type: 'source', name: 'in' }];
const description = { subTopologies: [{ id: 0, global: false, nodes: [
  { type: 'source', name: 'S', topics: ['in'], stores: [], successors: ['K'], predecessors: [] },
  { type: 'sink', name: 'K', topics: 'out', stores: [], successors: [], predecessors: ['S'] },
] }], toString: () => 'Topologies:\\n' };
export const topology = { nodes, subTopologies: () => [], describe: () => description };
`;

describe('millrace describe', () => {
  it('reads a module of TypeScript whose imports are named as JavaScript is', { timeout: 60_000 }, () => {
    const other = join(ROOT, '.cache', `describe-${process.pid}.ts`);
    mkdirSync(join(ROOT, '.cache'), { recursive: true });
    writeFileSync(other, "export { ordersWithNames } from '../templates/join/src/topology.js';\n");
    try {
      const args = ['--import', 'tsx', join(ROOT, 'src/cli/main.ts'), 'describe'];
      const text = execFileSync(process.execPath, [...args, other], { encoding: 'utf8' });
      expect(text).toMatch(/^Topologies:\n {3}Sub-topology: 0\n(.*\n)*.*\(topic: orders-with-names\)/);
    } finally {
      rmSync(other);
    }
  });

  it('writes text, a Mermaid chart, a picture and data', async () => {
    const file = join(folder, 'app.mjs');
    writeFileSync(file, MODULE);
    expect(await millrace(file)).toBe('Topologies:\n');
    expect(await millrace(file, '-f', 'mermaid')).toMatch(/^flowchart TD\n/);
    expect(JSON.parse(await millrace(file, '--json'))).toMatchObject({ subTopologies: [{ id: 0 }] });
    const picture = join(folder, 'topology.svg');
    expect(await millrace(file, '-f', 'svg', '-o', picture)).toBe('');
    expect(readFileSync(picture, 'utf8')).toMatch(/^<svg .*\n(.*\n)*<\/svg>\n$/);
  });

  it('says what is wrong with a module', async () => {
    await expect(millrace(join(folder, 'none.mjs'))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('there is no file') as string,
    });
    const file = join(folder, 'bad.mjs');
    writeFileSync(file, "throw new Error('no broker was given');\n");
    await expect(millrace(file)).rejects.toThrow(`${file} cannot be loaded: no broker was given`);
  });

  const readsTypeScript = (process.features as { typescript?: unknown }).typescript;

  it.skipIf(readsTypeScript)('says what to install where nothing reads TypeScript', async () => {
    const file = join(folder, 'app.ts');
    writeFileSync(file, MODULE);
    await expect(millrace(file)).rejects.toThrow(/does not read TypeScript by itself: npm install --save-dev tsx/);
  });
});
