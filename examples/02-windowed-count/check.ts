/** Runs the demo as a reader would, small and with verification; part of `npm test`. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const RECORDS = 20_000;
const TIMEOUT_MS = 180_000;

const demo = join(import.meta.dirname, 'demo.ts');
const flags = ['--records', String(RECORDS), '--instances', '2', '--verify'];
const { status, signal, stdout } = spawnSync(process.execPath, ['--import', 'tsx', demo, ...flags], {
  stdio: ['ignore', 'pipe', 'inherit'],
  encoding: 'utf8',
  timeout: TIMEOUT_MS,
});
const lines = stdout.trimEnd().split('\n');
const [, agree, windows] = /^([\d,]+) of ([\d,]+) windows agree$/.exec(lines.at(-1) ?? '') ?? [];
if (status === 0 && agree !== undefined && agree === windows) {
  console.log(`02-windowed-count: ${RECORDS} orders, ${agree} of ${windows} windows agree.`);
} else {
  console.error(`02-windowed-count ended with ${signal ?? `exit code ${String(status)}`} and printed\n${stdout}`);
  process.exitCode = 1;
}
