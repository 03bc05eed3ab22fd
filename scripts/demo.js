/** `npm run demo`: set-up, then examples/02-windowed-count with the same arguments. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root, setUp } from './set-up.js';

setUp();
const demo = spawn(
  process.execPath,
  ['--import', 'tsx', join(root, 'examples/02-windowed-count/demo.ts'), ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
// Ctrl-C reaches the demo through the terminal; this process must outlive it to pass its exit code on.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => demo.kill('SIGTERM'));
demo.on('exit', (code, signal) => {
  process.exitCode = signal === null ? (code ?? 1) : 1;
});
