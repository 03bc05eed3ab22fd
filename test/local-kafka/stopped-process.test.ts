import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { untilStopped } from '../../src/local-kafka/stopped-process.js';

it('waits until a process stands still, and says so when it does not or has ended', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const pid = child.pid!;
  await expect(untilStopped(pid, 50)).rejects.toThrow(`process ${pid} did not stop within 50 ms`);
  child.kill('SIGSTOP');
  await untilStopped(pid, 5_000);
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
  await expect(untilStopped(pid, 50)).rejects.toThrow(`process ${pid} has ended`);
});
