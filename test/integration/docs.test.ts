/** The code of the README and of "getting started" runs as it stands, but for names and addresses. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { codeBlocks, readPage, ROOT } from '../docs/pages.js';
import { brokers, uniqueName } from './kafka.js';

const WAIT_MS = 60_000;

let name: string;
let folder: string;
let children: ChildProcess[];

beforeEach(() => {
  name = uniqueName('docs');
  // In the repository, so that packages are found from there.
  folder = join(ROOT, '.cache', name);
  mkdirSync(folder, { recursive: true });
  children = [];
});
afterEach(async () => {
  await Promise.all(children.map((child) => end(child, 'SIGKILL')));
  rmSync(folder, { recursive: true });
});

test('getting started: from empty topics to totals', { timeout: 2 * WAIT_MS }, async () => {
  for (const { file, code } of codeBlocks(readPage('docs/getting-started.md')))
    writeFileSync(join(folder, file!), own(code));

  const setUp = run('setup.ts');
  expect(await once(setUp.child, 'exit')).toEqual([0, null]);
  const app = run('app.ts');
  await app.prints(/^RUNNING$/m);
  expect(app.text()).toContain('Sub-topology: 0');

  const start = new Date().setUTCHours(0, 0, 0, 0);
  const read = run('read.ts');
  await read.prints(new RegExp(`^ann: {"total":6,"from":${start}}$`, 'm'));
  await read.prints(new RegExp(`^bob: {"total":2.5,"from":${start}}$`, 'm'));

  app.child.kill('SIGTERM');
  expect(await once(app.child, 'exit')).toEqual([0, null]);
  expect(app.text()).toContain('NOT_RUNNING');
});

test('the topology of the README', { timeout: 2 * WAIT_MS }, async () => {
  const [readme] = codeBlocks(readPage('README.md'));
  writeFileSync(join(folder, 'readme.ts'), own(readme!.code));
  for (const { file, code } of codeBlocks(readPage('docs/getting-started.md')))
    writeFileSync(join(folder, file!), own(code));

  const setUp = run('setup.ts');
  expect(await once(setUp.child, 'exit')).toEqual([0, null]);
  run('readme.ts');
  const read = run('read.ts');
  await read.prints(/^ann: {"total":6,/m);
  await read.prints(/^bob: {"total":2.5,/m);
});

test('deploying: instances by node:cluster, until SIGTERM', { timeout: 2 * WAIT_MS }, async () => {
  const deploying = codeBlocks(readPage('docs/deploying.md')).filter(({ file }) => file !== undefined);
  for (const { file, code } of deploying) writeFileSync(join(folder, file!), own(code));
  for (const { file, code } of codeBlocks(readPage('docs/getting-started.md')))
    if (file === 'setup.ts') writeFileSync(join(folder, file), own(code));
  await once(run('setup.ts').child, 'exit');

  const cluster = run('cluster.ts', {
    KAFKA_BROKERS: brokers().join(','),
    STATE_DIR: join(folder, 'state'),
    INSTANCES: '2',
  });
  await cluster.prints(/(^RUNNING$[\s\S]*){2}/m);
  expect(readdirSync(join(folder, 'state')).sort()).toEqual(['0', '1']);
  cluster.child.kill('SIGTERM');
  expect(await once(cluster.child, 'exit')).toEqual([0, null]);
  expect(cluster.text().match(/^NOT_RUNNING$/gm)).toHaveLength(2);
});

/** The code with names of this test's own, and the broker of the tests. */
function own(code: string): string {
  return code
    .replaceAll(
      "'localhost:9092'",
      brokers()
        .map((address) => `'${address}'`)
        .join(', '),
    )
    .replaceAll("'orders'", `'${name}-orders'`)
    .replaceAll("'spend'", `'${name}-spend'`)
    .replaceAll("'reader'", `'${name}-reader'`)
    .replaceAll("'counts'", `'${name}-spend'`)
    .replaceAll("'orders.dead'", `'${name}-dead'`)
    .replaceAll("applicationId: 'orders-per-user'", `applicationId: '${name}'`)
    .replaceAll("applicationId: 'spend-per-user'", `applicationId: '${name}'`)
    .replaceAll("'./state'", `'${join(folder, 'state')}'`);
}

interface RunningScript {
  readonly child: ChildProcess;
  readonly text: () => string;
  /** Waits until what it has printed matches. */
  readonly prints: (pattern: RegExp) => Promise<void>;
}

function run(file: string, variables: Readonly<Record<string, string>> = {}): RunningScript {
  const child = spawn(process.execPath, ['--import', 'tsx', join(folder, file)], {
    cwd: ROOT,
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let text = '';
  let look: () => void = () => undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      look();
    });
  }
  const prints = (pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`${file} did not print ${String(pattern)} in ${WAIT_MS} ms, but\n${text}`));
      }, WAIT_MS);
      look = (): void => {
        if (!pattern.test(text)) return;
        clearTimeout(timer);
        resolve();
      };
      look();
    });
  return { child, text: () => text, prints };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}
