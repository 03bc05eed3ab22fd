/** Runs the example as a reader would and compares what it prints with what must come out. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { EXPECTED } from './lines.js';

const TIMEOUT_MS = 120_000;

const expected = [...EXPECTED].map(([word, count]) => `${String(count).padStart(3)}  ${word}`).join('\n');
const printed = await output(join(import.meta.dirname, 'main.ts'));
if (printed.trimEnd() === expected) {
  console.log(`01-word-count printed the ${EXPECTED.size} counts that it should.`);
} else {
  console.error(`01-word-count printed\n${printed}\ninstead of\n${expected}`);
  process.exitCode = 1;
}

function output(script: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: TIMEOUT_MS,
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(text);
      else reject(new Error(`${script} ended with ${signal ?? `exit code ${String(code)}`}\n${text}`));
    });
  });
}
