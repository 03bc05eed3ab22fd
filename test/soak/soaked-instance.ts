/** An instance of the soaked application in a child process, and what it has measured. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Measurement, SoakOrder, SoakRequest, SoakWord } from './order.js';
import { Series } from './series.js';

export class SoakedInstance {
  readonly samples: (Measurement & { readonly at: number })[] = [];
  readonly errors: string[] = [];
  warnings = 0;
  state = 'not started';
  readonly series: Series;
  readonly #process: ChildProcess;
  readonly #exited: Promise<unknown>;

  constructor(
    readonly order: SoakOrder,
    seriesFolder: string,
    private readonly say: (line: string) => void,
  ) {
    this.series = new Series(seriesFolder, order.name);
    const begun = performance.now();
    // Nothing else of what this process was started with: what compiles the soak takes memory of its own.
    const execArgv = ['--expose-gc'];
    this.#process = fork(join(import.meta.dirname, 'application.js'), [JSON.stringify(order)], { execArgv });
    this.#exited = once(this.#process, 'exit');
    this.#process.on('message', (word: SoakWord) => {
      if (word.kind === 'measurement') {
        const at = performance.now() - begun;
        this.samples.push({ ...word, at });
        this.series.add(at, word);
      } else this.#hear(word.kind, word.text);
    });
    process.on('exit', () => this.#process.kill('SIGKILL'));
  }

  setClock(offsetMs: number): void {
    this.#ask({ kind: 'clock', offsetMs });
  }

  async close(): Promise<void> {
    this.#ask({ kind: 'close' });
    await this.#exited;
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  /** @throws Error when it does not run in time */
  async untilRunning(timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (this.state !== 'RUNNING') {
      if (performance.now() > deadline || this.state === 'ERROR') {
        throw new Error(`${this.order.name} is ${this.state}: ${this.errors.at(-1) ?? 'no error'}`);
      }
      await sleep(50);
    }
  }

  #ask(request: SoakRequest): void {
    // An instance that has ended is found out by its state.
    if (this.#process.connected) this.#process.send(request);
  }

  #hear(kind: 'state' | 'warn' | 'error', text: string): void {
    if (kind === 'warn') {
      this.warnings += 1;
      return;
    }
    this.say(`${this.order.name} ${text.slice(0, 300)}`);
    if (kind === 'state') this.state = text;
    else this.errors.push(text);
  }
}
