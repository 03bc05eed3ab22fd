import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serdes, type Topology } from '../../src/index.js';
import { TopologyTestDriver } from '../../src/testing.js';
import { allPages, codeBlocks, readPage, ROOT } from './pages.js';

// In the repository, so that packages are found from there.
const folder = join(ROOT, '.cache', `code-blocks-${randomUUID()}`);

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What blocks take as given. */
const GIVEN = "declare const streams: import('millrace').KafkaStreams;\n";

test('every block that begins with an import compiles', { timeout: 240_000 }, () => {
  const blocks = allPages()
    .flatMap(codeBlocks)
    .filter(({ code }) => code.startsWith('import'));
  expect(blocks.length).toBeGreaterThanOrEqual(6);
  const files = blocks.map(({ page, code }, i) => {
    const file = join(folder, `${page.replace(/\W/g, '-')}-${i}.ts`);
    writeFileSync(file, /const streams\b/.test(code) ? code : code + GIVEN);
    return file;
  });
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const program = ts.createProgram(files, { ...options, noUnusedLocals: false });
  const messages = ts
    .getPreEmitDiagnostics(program)
    .map(({ file, messageText }) => `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
  expect(messages).toEqual([]);
});

describe('the topology of the README', () => {
  test('is short, and does what it says', async () => {
    const [block] = codeBlocks(readPage('README.md'));
    const upToBuild = block!.code.split('\nconst streams')[0]!;
    expect(upToBuild.trim().split('\n').length).toBeLessThanOrEqual(20);
    const file = join(folder, 'readme-topology.ts');
    writeFileSync(file, `${upToBuild}\nexport const topology = builder.build();\n`);
    const { topology } = (await import(file)) as { topology: Topology };

    const driver = new TopologyTestDriver(topology);
    const orders = driver.inputTopic('orders', { key: serdes.string(), value: serdes.json<{ amount: number }>() });
    const spend = driver.outputTopic('spend', { key: serdes.string(), value: serdes.json() });
    orders.pipe('ann', { amount: 5 }, { timestamp: 1_000 });
    orders.pipe('ann', { amount: -1 }, { timestamp: 1_001 });
    orders.pipe('ann', { amount: 2 }, { timestamp: 2_000 });
    orders.pipe('bob', { amount: 1 }, { timestamp: 12_000 });
    expect(spend.readKeyValues()).toEqual([
      ['ann', { total: 5, from: 0 }],
      ['ann', { total: 7, from: 0 }],
      ['bob', { total: 1, from: 10_000 }],
    ]);
    await driver.close();
  });
});
