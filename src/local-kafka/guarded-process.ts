/** A program that runs beside this process with a folder of its own; both end with this process, however it ends. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LaunchError } from './launch-error.js';
import { unrefPipe, Watchdog } from './watchdog.js';

/** Waits for a word before it becomes the program, so that the watchdog knows the process before there is one to lose. */
const GATE = 'read -r go && exec "$@"';

/** An orderly end takes a broker a second or two, and much longer where nobody takes its partitions. */
const END_TIMEOUT_MS = 60_000;

export interface GuardedParts {
  /** What messages call it: `broker 2`. */
  readonly what: string;
  /** What the process is called in lists of processes. */
  readonly name: string;
  /** Deleted at the end; the program runs in it. */
  readonly folder: string;
  /** Name of the file in it that takes what the program writes. */
  readonly log: string;
}

/** Runs at most once at a time; may be started again until it is removed. */
export class GuardedProcess {
  readonly #watchdog: Watchdog;
  #child: ChildProcess | undefined;
  #removed: Promise<void> | undefined;

  constructor(private readonly parts: GuardedParts) {
    this.#watchdog = new Watchdog(['rm', '-rf', parts.folder]);
  }

  isRunning(): boolean {
    return this.#child !== undefined;
  }

  isRemoved(): boolean {
    return this.#removed !== undefined;
  }

  /** Gives the function that says whether this run of it still goes on. */
  async start(program: string, args: readonly string[]): Promise<() => boolean> {
    const { name, folder } = this.parts;
    const log = openSync(join(folder, this.parts.log), 'a');
    const child = spawn('sh', ['-c', GATE, name, program, ...args], {
      cwd: folder,
      detached: true,
      stdio: ['pipe', log, log],
    });
    closeSync(log);
    child.stdin?.on('error', () => undefined);
    await once(child, 'spawn');
    this.#child = child;
    this.#watchdog.guard(child.pid);
    child.stdin?.end('go\n');
    child.once('exit', () => {
      // The number may be given to another process from now on.
      this.#watchdog.guard(undefined);
      this.#child = undefined;
    });
    child.unref();
    unrefPipe(child.stdin);
    return () => this.#child === child;
  }

  /** Sends a signal and waits until the process has ended; does nothing where none runs. @throws LaunchError when that takes a minute */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    child.ref();
    const exited = once(child, 'exit', { signal: AbortSignal.timeout(END_TIMEOUT_MS) });
    child.kill(signal);
    try {
      await exited;
    } catch (error) {
      const waited = `within ${String(END_TIMEOUT_MS)} ms of ${signal}`;
      throw new LaunchError(`${this.parts.what} did not end ${waited}: kill process ${String(child.pid)}`, error);
    }
  }

  /** Gives the process id, undefined where no process runs. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): number | undefined {
    return this.#child?.kill(signal) === true ? this.#child.pid : undefined;
  }

  /** Ends the process and deletes the folder. There is nothing that a slow, orderly end would save. */
  remove(): Promise<void> {
    this.#removed ??= this.end('SIGKILL').then(() => this.#watchdog.release());
    return this.#removed;
  }

  /** What the program has written. */
  async logText(): Promise<string> {
    try {
      return (await readFile(join(this.parts.folder, this.parts.log), 'utf8')).trimEnd();
    } catch (error) {
      return `(no log: ${error instanceof Error ? error.message : String(error)})`;
    }
  }
}
