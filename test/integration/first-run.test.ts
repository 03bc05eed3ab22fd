/** What somebody sees who runs a first service and makes a mistake: never silence, never exit code 0; on a real broker. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { produce } from './application-fixture.js';
import { brokers, createTopic, uniqueName } from './kafka.js';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

interface Service {
  readonly out: () => string;
  readonly err: () => string;
  readonly signal: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<number | null>;
}

function service(input: string, how: 'start' | 'run'): Service {
  const stateDir = mkdtempSync(join(tmpdir(), 'millrace-first-'));
  folders.push(stateDir);
  const options = { brokers: brokers(), applicationId: uniqueName('first'), stateDir, input, how };
  const script = join(import.meta.dirname, 'first-run-child.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(options)]);
  const texts = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (texts.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (texts.err += chunk.toString()));
  return {
    out: () => texts.out,
    err: () => texts.err,
    signal: (signal) => child.kill(signal),
    ended: new Promise((resolve) => {
      child.once('close', (code) => {
        resolve(code);
      });
    }),
  };
}

describe('a first service', () => {
  it('that meets a bad record after start() says so and ends with exit code 1', async () => {
    const input = await createTopic('first');
    await produce(input, [['k', '{ this is no JSON']]);
    const { ended, err } = service(input, 'start');
    expect(await ended).toBe(1);
    expect(err()).toMatch(new RegExp(`millrace error: the instance failed: .*\\(at ${input}-0-0`));
  });

  it('that meets a bad record in run() throws it', async () => {
    const input = await createTopic('first');
    await produce(input, [['k', '{ this is no JSON']]);
    const { ended, err, out } = service(input, 'run');
    expect(await ended).toBe(1);
    expect(err()).toMatch(new RegExp(`MillraceError: .*\\(at ${input}-0-0`));
    expect(out()).not.toContain('run resolved');
  });

  it('that reads a topic that does not exist throws it from run()', async () => {
    const { ended, err } = service(uniqueName('no-such-topic'), 'run');
    expect(await ended).toBe(1);
    expect(err()).toContain('no-such-topic');
  });

  it('in run() drains at SIGTERM, and run() resolves', async () => {
    const { ended, signal, out, err } = service(await createTopic('first'), 'run');
    await vi.waitFor(() => expect(out()).toContain('state RUNNING'), { timeout: 30_000 });
    signal('SIGTERM');
    expect(await ended).toBe(0);
    expect(out()).toMatch(/state PENDING_SHUTDOWN\nstate NOT_RUNNING\nrun resolved\n$/);
    expect(err()).toBe('');
  });
});
