/** `millrace doctor` on a broker that is well, about topics that are not, and where nobody answers. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { program } from '../../src/cli/program.js';
import type { Finding } from '../../src/cli/doctor/finding.js';
import { brokers, createTopic, plainClient } from './kafka.js';

const folder = mkdtempSync(join(tmpdir(), 'millrace-doctor-'));

afterEach(() => {
  process.exitCode = undefined;
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

async function doctor(...args: string[]): Promise<Finding[]> {
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  await program().parseAsync(['doctor', '--state-dir', join(process.cwd(), '.cache/doctor'), '--json', ...args], {
    from: 'user',
  });
  vi.restoreAllMocks();
  return JSON.parse(written.join('')) as Finding[];
}

it('finds a broker well, its clock right, and the topics of a join wrong', async () => {
  const cluster = ['--brokers', brokers().join(',')];
  const findings = await doctor(...cluster, '--clock');
  expect(findings.filter(({ status }) => status === 'wrong')).toEqual([]);
  expect(process.exitCode).toBeUndefined();
  const byCheck = new Map(findings.map((one) => [one.check, one]));
  expect(byCheck.get('features')?.found).toMatch(/metadata\.version \d+/);
  expect(byCheck.get('clock')?.status).toBe('ok');
  const admin = plainClient().admin();
  await admin.connect();
  const left = (await admin.listTopics()).filter((topic) => topic.startsWith('millrace-doctor-'));
  await admin.disconnect();
  expect(left).toEqual([]);

  const orders = await createTopic('orders', { partitions: 2 });
  const customers = await createTopic('customers', { partitions: 3 });
  const index = join(import.meta.dirname, '../../src/index.ts');
  const file = join(folder, 'topology.ts');
  writeFileSync(
    file,
    `import { serdes, StreamsBuilder } from ${JSON.stringify(index)};
const builder = new StreamsBuilder();
const text = { key: serdes.string(), value: serdes.string() };
builder.stream('${orders}', text).join(builder.table('${customers}', text), (a, b) => a + b).to('${orders}');
export const topology = builder.build();
`,
  );
  const module = join(folder, 'topology.mjs');
  const { build } = await import('esbuild');
  await build({
    entryPoints: [file],
    outfile: module,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  });
  const told = await doctor(module, ...cluster, '--application-id', 'nobody');
  expect(told.find(({ check }) => check === 'topics')).toMatchObject({
    status: 'wrong',
    found: expect.stringContaining(`(${customers}: 3, ${orders}: 2)`) as string,
  });
  expect(process.exitCode).toBe(1);
});

it('says where nobody answers, and asks nothing more', async () => {
  const findings = await doctor('--brokers', '127.0.0.1:1');
  expect(findings.at(-2)).toMatchObject({ check: 'address', status: 'wrong' });
  expect(findings.at(-1)).toMatchObject({ check: 'cluster', status: 'skipped' });
  expect(process.exitCode).toBe(1);
});
