/** What `npm run dev` of each starter prints, on the shared broker. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { brokers } from './kafka.js';

const TIMEOUT_MS = 120_000;

async function dev(template: string): Promise<string> {
  const script = join(import.meta.dirname, '../../templates', template, 'src/dev.ts');
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script, '--once'], {
    env: { ...process.env, KAFKA_BROKERS: brokers().join(',') },
    timeout: TIMEOUT_MS,
  });
  return stdout;
}

it('the starters have a first result by one command', { timeout: 2 * TIMEOUT_MS }, async () => {
  const [count, join] = await Promise.all([dev('count'), dev('join')]);
  expect(count).toMatch(/> The wheel turns the mill\n(.*\n)* +3 {2}wheel\n/);
  expect(join).toContain('> {"customer":"c1","amount":5}\n  {"customer":"c1","amount":5,"name":"Ann"}\n');
  expect(join).toContain('  {"customer":"c3","amount":1,"name":null}\n');
});
