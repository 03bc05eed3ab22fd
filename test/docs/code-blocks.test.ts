import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { serdes, type Topology } from '../../src/index.js';
import { subjectFile } from '../../src/registry/types/subject-file.js';
import { TopologyTestDriver } from '../../src/testing.js';
import { allPages, codeBlocks, otherBlocks, readPage, ROOT } from './pages.js';

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
/** Its blocks are cut out of files that are compiled and run: scripts/docs/by-example. */
const CUT_OUT = 'docs/operators-by-example.md';
/** What needs a broker, a running application, another runner of tests, or something of the reader's. */
const NOT_ALONE =
  /new Kafka(Streams)?\(|\bstreams\.|\(streams[,)]|startKafka|startTestKit|startSchemaRegistry|schemaRegistry\(|declare |node:test|node:cluster/;

const blocks = allPages()
  .flatMap(codeBlocks)
  .filter(({ page }) => page !== CUT_OUT);

test('every block compiles', { timeout: 600_000 }, () => {
  expect(blocks.length).toBeGreaterThanOrEqual(30);
  mkdirSync(join(folder, 'schemas'));
  // What "millrace schemas pull" would have written, and what stands beside a block.
  const schema = { type: 'record', name: 'Order', fields: [{ name: 'user', type: 'string' }] };
  const complete = { type: 'AVRO', schema: JSON.stringify(schema), references: [], referenced: [] } as const;
  writeFileSync(
    join(folder, 'schemas/orders-value.ts'),
    subjectFile('orders-value', complete, { declarations: false }),
  );
  writeFileSync(join(folder, 'service.ts'), 'export {};\n');
  writeFileSync(join(folder, 'topology.ts'), "export declare const topology: import('millrace').Topology;\n");
  const files = blocks.map(({ page, code }, i) => {
    const file = join(folder, `${page.replace(/\W/g, '-')}-${i}.ts`);
    writeFileSync(file, `${code}${/const streams\b/.test(code) ? '' : GIVEN}export {};\n`);
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

const alone = blocks.filter(({ code }) => !NOT_ALONE.test(code));

test('blocks that need nothing are many', () => {
  expect(alone.length).toBeGreaterThanOrEqual(10);
});

test.each(alone.map((block, i) => [block.page, i, block.code] as const))(
  'a block of %s runs (%i)',
  async (page, i, code) => {
    const file = join(folder, `runs-${page.replace(/\W/g, '-')}-${i}.ts`);
    writeFileSync(file, code);
    await import(file);
  },
);

test.each(allPages().flatMap((page) => otherBlocks(page, 'yaml').map((text) => [page.path, text] as const)))(
  'what is YAML in %s can be read',
  (_page, text) => {
    for (const document of parseAllDocuments(text)) expect(document.errors).toEqual([]);
  },
);

describe('deploying', () => {
  const page = readPage('docs/deploying.md');
  const service = codeBlocks(page).find(({ file }) => file === 'service.ts')!.code;

  test('the service reads what the StatefulSet gives it, and answers where it is probed', () => {
    const [set, headless] = parseAllDocuments(otherBlocks(page, 'yaml')[0]!).map(
      (document) => document.toJS() as Manifest,
    );
    const { serviceName, replicas, template, volumeClaimTemplates } = set!.spec;
    expect([serviceName, replicas]).toEqual([headless!.metadata.name, 3]);
    const [container] = template!.spec.containers;
    for (const { name } of container!.env) expect(service).toMatch(new RegExp(`\\b${name}\\b`));
    const probes = [container!.livenessProbe, container!.readinessProbe].map(({ httpGet }) => httpGet.path);
    expect(probes).toEqual(['/health/live', '/health/ready']);
    for (const path of probes) expect(readFileSync(join(ROOT, 'src/serve/access.ts'), 'utf8')).toContain(`'${path}'`);
    expect(volumeClaimTemplates!.map(({ metadata }) => metadata.name)).toEqual(
      container!.volumeMounts.map(({ name }) => name),
    );
    const disk = container!.env.find(({ name }) => name === 'STATE_DIR');
    expect(container!.volumeMounts[0]!.mountPath).toBe(disk?.value);
    // Longer than close() may take.
    expect(template!.spec.terminationGracePeriodSeconds).toBeGreaterThan(30);
  });

  test('pm2 is given a file that it can read', () => {
    const [code] = otherBlocks(page, 'js');
    const module = { exports: {} as { apps: { kill_timeout: number; instances: number; env: object }[] } };
    runInNewContext(code!, { module });
    const [app] = module.exports.apps;
    expect(app?.kill_timeout).toBeGreaterThan(30_000);
    for (const name of Object.keys(app!.env)) expect(service).toContain(name);
  });
});

interface Manifest {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly serviceName?: string;
    readonly replicas?: number;
    readonly template?: {
      readonly spec: {
        readonly terminationGracePeriodSeconds: number;
        readonly containers: readonly {
          readonly env: readonly { readonly name: string; readonly value?: string }[];
          readonly livenessProbe: Probe;
          readonly readinessProbe: Probe;
          readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
        }[];
      };
    };
    readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[];
  };
}

interface Probe {
  readonly httpGet: { readonly path: string };
}

describe('the README', () => {
  test('has the figures of docs/performance.md', () => {
    const measured = readPage('docs/performance.md').text;
    const { text } = readPage('README.md');
    const rows = [...text.matchAll(/^\| `(\w+)`[^|]*\| +([\d,]+) +\| +([\d.]+) times +\| +([\d.]+) +\|$/gm)];
    expect(rows.length).toBeGreaterThanOrEqual(3);
    for (const [, workload, rate, ratio, cpu] of rows) {
      const [row] = new RegExp(`^\\| ${workload} .*$`, 'm').exec(measured.split('## Measured')[1]!) ?? [];
      const cells = row!.split('|').map((cell) => cell.trim().split(' ')[0]);
      expect([cells[3], cells[4], cells[7]]).toEqual([String(Number(rate!.replace(',', '')) / 1000), ratio, cpu]);
    }
    const cost = (format: string): string[] =>
      new RegExp(`^\\| ${format} .*$`, 'm').exec(measured)![0].split('|').slice(2, 4).map((cell) => cell.trim().split(' ').at(-1)!); // prettier-ignore
    const [protobuf, json] = [cost('Protobuf'), cost('JSON')];
    expect(text.replaceAll('\n', ' ')).toContain(
      `${protobuf.join(' and ')} ns to read and write a record, JSON ${json.join(' and ')}`,
    );
  });

  test('handles failures in its first block', () => {
    const [block] = codeBlocks(readPage('README.md'));
    expect(block!.code).toMatch(/errors: \{.*deadLetter/);
  });
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
