/** Starts the parts of the demo as processes of their own, as they would run in production. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A script of this folder that runs. */
export interface Running {
  /** Resolves with the exit code, or with the name of the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** False once it has ended. */
  readonly alive: boolean;
  kill(signal: NodeJS.Signals): void;
}

/**
 * Runs `<name>.ts`; `line` gets each line that it prints. It gets no Ctrl-C from the terminal, so that the demo decides in
 * which order its parts end; and it ends by itself when this process is gone.
 */
export function startScript(name: string, args: readonly string[], line: (text: string) => void): Running {
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, `${name}.ts`), ...args], {
    // The channel carries no messages: that it closes tells the child that its parent has died.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on('line', line);
  }
  let alive = true;
  const ended = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      alive = false;
      resolve(signal ?? code ?? 1);
    });
  });
  return {
    ended,
    get alive() {
      return alive;
    },
    kill: (signal) => {
      if (alive) child.kill(signal);
    },
  };
}
