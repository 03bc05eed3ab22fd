/** Two runs that have the machine in turns, of some seconds each: the other one is stopped meanwhile, with all that watches it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { readProgress, type Progress } from '../run/progress.js';
import type { Both, Turn } from './cost.js';

/**
 * Some commits, and short against the minutes in which a machine's speed changes. A request that waits for its answer while the run is
 * stopped must not be given up after it. Just short of two seconds: what runs once a second is overdue when a run goes on and runs at once,
 * so that two seconds would have it three times.
 */
const TURN_MS = 1_900;
const POLL_MS = 50;

class StoppableRun {
  private output = '';
  private readonly child: ChildProcess;
  private readonly end: Promise<void>;

  constructor(words: readonly string[]) {
    // A group of its own: what it starts is stopped with it.
    this.child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.output += text;
    });
    this.end = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', (code, signal) => {
        if (code === 0) resolve();
        else reject(new Error(`a run ended with ${String(code ?? signal)}: see above`));
      });
    });
    // Awaited below, perhaps after it is known.
    this.end.catch(() => undefined);
  }

  get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  signal(signal: NodeJS.Signals): void {
    if (!this.ended && this.child.pid !== undefined) process.kill(-this.child.pid, signal);
  }

  get progress(): Progress[] {
    return readProgress(this.output);
  }

  /** @throws Error when it fails */
  async finish(): Promise<Progress[]> {
    await this.end;
    return this.progress;
  }
}

/**
 * Starts both, and when both have begun lets each go on in its turns, until one of them has processed everything.
 * @param words the command line of each, for Node
 * @param first who is started first and has the first turn
 * @param timeoutSeconds after which both are ended
 * @throws Error when one of them fails or it takes too long; none is left running
 */
export async function inTurns(
  words: Both<readonly string[]>,
  first: Turn['run'],
  timeoutSeconds: number,
): Promise<{ readonly turns: readonly Turn[]; readonly runs: Both<Progress[]> }> {
  const second = first === 'alone' ? 'observed' : 'alone';
  const started = { [first]: new StoppableRun(words[first]), [second]: new StoppableRun(words[second]) };
  const both = started as Record<Turn['run'], StoppableRun>;
  const all = Object.values(both);
  const killAll = (): void => {
    for (const run of all) run.signal('SIGKILL');
  };
  // Who ends this process by a signal ends them too: the one that is stopped would stay for ever.
  const exit = (): void => process.exit(1);
  process.on('exit', killAll).on('SIGINT', exit).on('SIGTERM', exit);
  const deadline = Date.now() + timeoutSeconds * 1000;
  const goesOn = (): boolean => {
    if (Date.now() > deadline) throw new Error(`two runs took longer than ${String(timeoutSeconds)} s and were ended`);
    return !all.some((run) => run.ended);
  };
  const turns: Turn[] = [];
  try {
    while (goesOn() && all.some((run) => run.progress.length === 0)) await sleep(POLL_MS);
    let [current, other]: [Turn['run'], Turn['run']] = [first, second];
    both[other].signal('SIGSTOP');
    while (goesOn()) {
      const from = Date.now();
      while (goesOn() && Date.now() < from + TURN_MS) await sleep(POLL_MS);
      turns.push({ run: current, from, until: Date.now() });
      both[current].signal('SIGSTOP');
      [current, other] = [other, current];
      both[current].signal('SIGCONT');
    }
    for (const run of all) run.signal('SIGCONT');
    const [alone, observed] = await Promise.all([both.alone.finish(), both.observed.finish()]);
    return { turns, runs: { alone, observed } };
  } finally {
    killAll();
    process.off('exit', killAll).off('SIGINT', exit).off('SIGTERM', exit);
  }
}
