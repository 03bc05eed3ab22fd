import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { findProgram } from '../../src/local-kafka/find-program.js';
import { untilStopped } from '../../src/local-kafka/stopped-process.js';

const { platform } = process;

function pretend(value: NodeJS.Platform): void {
  Object.defineProperty(process, 'platform', { value });
}

afterEach(() => {
  pretend(platform);
});

// Away from Linux the state comes from `ps`, which most Linux systems have as well.
const asked = (await findProgram('ps')) === undefined ? [platform] : [platform, 'darwin' as const];

it.each(asked)('waits on %s until a process stands still, and says so when it does not or has ended', async (on) => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const pid = child.pid!;
  pretend(on);
  await expect(untilStopped(pid, 50)).rejects.toThrow(`process ${pid} did not stop within 50 ms`);
  child.kill('SIGSTOP');
  await untilStopped(pid, 5_000);
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
  await expect(untilStopped(pid, 50)).rejects.toThrow(`process ${pid} has ended`);
});
