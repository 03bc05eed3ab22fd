/** An instance of the soaked application in a child process, and what it has measured. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Measurement, SoakOrder, SoakRequest, SoakWord } from './order.js';

export class SoakedInstance {
  readonly samples: (Measurement & { readonly at: number })[] = [];
  readonly errors: string[] = [];
  warnings = 0;
  state = 'not started';
  readonly #process: ChildProcess;
  readonly #exited: Promise<unknown>;

  constructor(
    readonly order: SoakOrder,
    private readonly say: (line: string) => void,
  ) {
    const begun = performance.now();
    this.#process = fork(join(import.meta.dirname, 'application.js'), [JSON.stringify(order)]);
    this.#exited = once(this.#process, 'exit');
    this.#process.on('message', (word: SoakWord) => {
      if (word.kind === 'measurement') this.samples.push({ ...word, at: performance.now() - begun });
      else this.#hear(word.kind, word.text);
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
