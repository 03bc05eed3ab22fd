/** Runs the example as a reader would and compares what it prints with what must come out. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const TIMEOUT_MS = 300_000;
const SKIPPED = 77;
const EXPECTED = ['{"amount":5}', '{"amount":12}', '{"amount":13,"currency":"EUR"}', '{"amount":15,"currency":"NOK"}'];

const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'main.ts')], {
  stdio: ['ignore', 'pipe', 'inherit'],
  timeout: TIMEOUT_MS,
});
let text = '';
child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
const totals = [...text.matchAll(/\{.*\}/g)].map(([total]) => total);
if (code === SKIPPED) {
  console.log('06-avro-orders was skipped: there is no schema registry, see above for what is missing.');
} else if (code === 0 && totals.join() === EXPECTED.join()) {
  console.log(`06-avro-orders printed the ${EXPECTED.length} totals that it should.`);
} else {
  console.error(
    `06-avro-orders ended with ${signal ?? `exit code ${String(code)}`} and printed\n${text}instead of\n${EXPECTED.join('\n')}`,
  );
  process.exitCode = 1;
}
