/** Runs a program to its end, for at most a given time, and hands out what it printed. */
import { spawn } from 'node:child_process';

export interface ChildOptions {
  readonly timeoutSeconds: number;
  /** Hand its standard output out; else it goes to our standard error, as its own always does. */
  readonly capture: boolean;
}

/** @throws Error when it cannot be started, fails or takes too long; it is not left running */
export async function runChild(program: string, args: readonly string[], options: ChildOptions): Promise<string> {
  const limit = AbortSignal.timeout(options.timeoutSeconds * 1000);
  const child = spawn(program, args, {
    stdio: ['ignore', options.capture ? 'pipe' : 2, 'inherit'],
    signal: limit,
    killSignal: 'SIGKILL',
  });
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const killOnExit = (): void => {
    child.kill('SIGKILL');
  };
  process.on('exit', killOnExit);
  try {
    const end = await new Promise<string | number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(signal ?? code ?? 'nothing'));
    });
    if (end !== 0) throw new Error(`${program} ended with ${String(end)}: see above`);
    return output;
  } catch (error) {
    if (!limit.aborted) throw error;
    throw new Error(`${program} took longer than ${String(options.timeoutSeconds)} s and was ended`, { cause: error });
  } finally {
    process.off('exit', killOnExit);
  }
}
