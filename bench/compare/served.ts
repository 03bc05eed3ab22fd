/** A program that runs until it is told to end, and what it says meanwhile, line by line. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

const PATIENCE_MS = 30_000;

/** A line, and when it came, ms since the program was started. */
export interface Said {
  readonly line: string;
  readonly atMs: number;
}

export class Served {
  readonly said: Said[] = [];
  private readonly child: ChildProcess;
  private readonly ended: Promise<string>;
  private heard = (): void => undefined;
  private over: string | null = null;

  constructor(
    private readonly program: string,
    args: readonly string[],
  ) {
    const started = performance.now();
    this.child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const killOnExit = (): void => {
      this.child.kill('SIGKILL');
    };
    process.on('exit', killOnExit);
    if (this.child.stdout !== null) {
      createInterface(this.child.stdout).on('line', (line) => {
        this.said.push({ line, atMs: performance.now() - started });
        this.heard();
      });
    }
    this.ended = new Promise((resolve) => {
      const end = (how: string): void => {
        this.over = how;
        process.off('exit', killOnExit);
        resolve(how);
        this.heard();
      };
      this.child.once('error', (error) => {
        end(error.message);
      });
      this.child.once('close', (code, signal) => {
        end(signal ?? String(code));
      });
    });
  }

  /** The first line that ends so. @throws Error when the program ends before, or the time is up */
  async until(ending: string, timeoutSeconds: number): Promise<Said> {
    const limit = performance.now() + timeoutSeconds * 1000;
    for (;;) {
      const found = this.said.find(({ line }) => line.endsWith(ending));
      if (found !== undefined) return found;
      if (this.over !== null) throw new Error(`${this.program} ended with ${this.over}: see above`);
      const left = limit - performance.now();
      if (left <= 0) throw new Error(`${this.program} did not say ${ending} within ${String(timeoutSeconds)} s`);
      await this.next(left);
    }
  }

  /** Ends it, by force if it takes long, and resolves when it has ended. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    this.child.kill(signal);
    const late = setTimeout(() => this.child.kill('SIGKILL'), PATIENCE_MS);
    await this.ended;
    clearTimeout(late);
  }

  /** Resolves with the next line, with the end, or after so many ms. */
  private async next(mostMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.heard = resolve;
      timer = setTimeout(resolve, mostMs);
    });
    clearTimeout(timer);
  }
}
