/** Whether a process that was sent SIGSTOP stands still: the signal returns at once, its threads may run on for a while. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { LaunchError } from './launch-error.js';

const PAUSE_MS = 10;

/** Returns when every thread of the process has stopped; throws a {@link LaunchError} after `timeoutMs`, or when there is no such process. */
export async function untilStopped(pid: number, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const states = process.platform === 'linux' ? await threadStates(pid) : await processState(pid);
    if (states.length > 0 && states.every((state) => state === 'T')) return;
    if (states.length === 0) throw new LaunchError(`process ${pid} has ended`);
    if (Date.now() > deadline) throw new LaunchError(`process ${pid} did not stop within ${timeoutMs} ms`);
    await sleep(PAUSE_MS);
  }
}

async function threadStates(pid: number): Promise<string[]> {
  const folder = `/proc/${pid}/task`;
  // A thread may end while its state is being asked for.
  const gone = ['ENOENT', 'ESRCH'];
  const threads = await unless(gone, readdir(folder));
  const lines = await Promise.all(
    (threads ?? []).map((thread) => unless(gone, readFile(`${folder}/${thread}/stat`, 'utf8'))),
  );
  // The state follows the name, which stands in brackets and may contain any character.
  return lines.flatMap((line) => (line === undefined ? [] : [line.charAt(line.lastIndexOf(')') + 2)]));
}

/** Elsewhere only the state of the whole process can be asked for. */
async function processState(pid: number): Promise<string[]> {
  // `ps` exits with 1, without a word, when there is no such process.
  const listed = await unless([1], promisify(execFile)('ps', ['-o', 'state=', '-p', String(pid)]));
  return (listed?.stdout ?? '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.trim().charAt(0));
}

/** Undefined instead of a failure with one of these codes. */
async function unless<T>(codes: readonly unknown[], asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Error && 'code' in error && codes.includes(error.code)) return undefined;
    throw error;
  }
}
