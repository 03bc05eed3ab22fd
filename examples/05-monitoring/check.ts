/** There is nothing to run here but the queries: each must ask for metrics that Millrace tells, in the way of their type. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const test = 'test/examples/monitoring.test.ts';
const { status } = spawnSync(process.execPath, [vitest, 'run', '--project', 'unit', test], {
  cwd: root,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
