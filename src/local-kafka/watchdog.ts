/** Cleans up after a process that was ended without a chance to do so itself, kill -9 included. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { LaunchError } from './launch-error.js';

/**
 * The shell waits on a pipe whose other end only this process holds: however this process ends, the pipe closes. Each line
 * names the process to kill then (an empty line: none). After it, the clean-up command runs, again and again for a
 * while, because a process just killed may still be creating files.
 */
const SCRIPT = `
victim=
while read -r line; do victim=$line; done
if [ -n "$victim" ]; then kill -9 "$victim" 2>/dev/null; fi
tries=0
until "$@" >/dev/null 2>&1; do
  tries=$((tries + 1))
  if [ "$tries" -ge 50 ]; then exit 1; fi
  sleep 0.1
done
`;

/** A shell in a session of its own, so that a Ctrl-C in the terminal does not reach it. */
export class Watchdog {
  readonly #shell: ChildProcess;

  /** `cleanUp` is a command and its arguments; it must succeed when there is nothing left to do. */
  constructor(cleanUp: readonly [string, ...string[]]) {
    this.#shell = spawn('sh', ['-c', SCRIPT, 'millrace-watchdog', ...cleanUp], {
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    // A shell that went away early is found out in release(); a broken pipe must not end the process before that.
    this.#shell.on('error', () => undefined);
    this.#shell.stdin?.on('error', () => undefined);
    this.#shell.unref();
    unrefPipe(this.#shell.stdin);
  }

  /** The process to kill when this one ends; undefined: none. */
  guard(pid: number | undefined): void {
    this.#shell.stdin?.write(`${pid ?? ''}\n`);
  }

  /** Kills the guarded process, cleans up, and waits until both are done. */
  async release(): Promise<void> {
    const shell = this.#shell;
    if (shell.exitCode === null && shell.signalCode === null) {
      shell.ref();
      const exited = once(shell, 'exit');
      shell.stdin?.end();
      await exited;
    }
    if (shell.exitCode !== 0) {
      throw new LaunchError(
        `cleaning up after the local Kafka failed (${shell.spawnargs.slice(4).join(' ')}): do it by hand.`,
      );
    }
  }
}

/** Pipes keep a process alive until unref'ed. They are sockets, which Node's types of a child's streams do not say. */
export function unrefPipe(pipe: Writable | null): void {
  if (pipe instanceof Socket) pipe.unref();
}
