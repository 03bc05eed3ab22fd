/** An instance of an application in a child process, which is stopped, killed and started again from outside. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the child is told on its command line. */
export interface ApplicationOrder {
  /** Root of a checkout whose `dist` is built. */
  readonly millrace: string;
  /** Of this instance. */
  readonly name: string;
  readonly applicationId: string;
  readonly brokers: string[];
  readonly stateDir: string;
  readonly input: string;
  readonly output: string;
  readonly store: string;
  readonly guarantee: Guarantee;
}

export type Guarantee = 'at_least_once' | 'exactly_once_v2';

/** What the child says. */
export interface ApplicationWord {
  readonly kind: 'state' | 'warn' | 'error';
  readonly text: string;
}

/** Of each text, characters. */
const SHOWN = 600;

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export class Instance<Order extends { readonly name: string } = ApplicationOrder> {
  readonly states: string[] = [];
  readonly errors: string[] = [];
  warnings = 0;
  /** Told of every end, whoever wanted it. */
  onExit: (code: number | null, signal: NodeJS.Signals | null) => void = () => undefined;
  #process: ChildProcess | undefined;

  constructor(
    readonly order: Order,
    private readonly say: (line: string) => void,
    /** What Node is given in front of the order. */
    private readonly program: readonly string[] = [join(import.meta.dirname, 'counting-application.js')],
    private readonly saysWarnings = false,
  ) {}

  get state(): string {
    return this.states.at(-1) ?? 'not started';
  }

  get pid(): number | undefined {
    return this.isRunning() ? this.#process?.pid : undefined;
  }

  isRunning(): boolean {
    const child = this.#process;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  start(): void {
    const child = spawn(process.execPath, [...this.program, JSON.stringify(this.order)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#process = child;
    running.add(child);
    child.once('exit', (code, signal) => {
      running.delete(child);
      if (signal !== null) this.say(`${this.order.name} was ended by ${signal}`);
      // An abort is no end that anybody asked for.
      if (signal === 'SIGABRT' || signal === 'SIGSEGV') this.errors.push(`ended by ${signal}`);
      if (code !== 0 && code !== null) this.say(`${this.order.name} ended with ${code}`);
      this.onExit(code, signal);
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.#hear(line);
    });
  }

  /** Closes it in good order. */
  async close(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Stands still from now on, as a paused container does. */
  pause(): void {
    this.#process?.kill('SIGSTOP');
  }

  resume(): void {
    this.#process?.kill('SIGCONT');
  }

  /** @throws Error when it does not come to that state in time */
  async untilState(state: string, timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (this.state !== state) {
      if (performance.now() > deadline || this.state === 'ERROR') {
        throw new Error(`${this.order.name} is ${this.state} instead of ${state}: ${this.errors.at(-1) ?? 'no error'}`);
      }
      await sleep(50);
    }
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#process;
    if (child === undefined || !this.isRunning()) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  #hear(line: string): void {
    const { kind, text } = JSON.parse(line) as ApplicationWord;
    if (kind === 'warn') this.warnings += 1;
    if (kind !== 'warn' || this.saysWarnings) this.say(`${this.order.name} ${text.slice(0, SHOWN)}`);
    if (kind === 'state') this.states.push(text);
    if (kind === 'error') this.errors.push(text);
  }
}
