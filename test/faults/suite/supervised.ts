/** An instance under a supervisor, as in production: one that ends by itself is started again. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Instance } from '../instance.js';
import type { SuiteOrder } from './order.js';

const AGAIN_AFTER_MS = 500;

export class Supervised {
  /** What it ended with, each time that nobody had asked for it. */
  readonly deaths: string[] = [];
  /** Whether it is down because somebody wanted it so. */
  #wanted = false;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(readonly instance: Instance<SuiteOrder>) {
    instance.onExit = (code, signal) => {
      if (!this.#wanted) return;
      this.deaths.push(instance.errors.at(-1) ?? `ended with ${String(signal ?? code)} without a word`);
      setTimeout(() => {
        if (this.#wanted && !instance.isRunning()) instance.start();
      }, AGAIN_AFTER_MS);
    };
  }

  get name(): string {
    return this.instance.order.name;
  }

  get pid(): number | undefined {
    return this.instance.pid;
  }

  start(): void {
    this.#wanted = true;
    if (!this.instance.isRunning()) this.instance.start();
  }

  async kill(): Promise<void> {
    this.#wanted = false;
    await this.instance.kill();
  }

  /** In good order; killed when that takes too long, which is given back. */
  async close(withinMs: number): Promise<boolean> {
    this.#wanted = false;
    const late = new AbortController();
    const killed = sleep(withinMs, true, { signal: late.signal }).catch(() => false);
    const closed = await Promise.race([this.instance.close().then(() => true), killed.then(() => false)]);
    late.abort();
    if (!closed) await this.instance.kill();
    return closed;
  }

  /** Faults of one instance come one after the other: what is damaged while it is down must stay down until then. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}
