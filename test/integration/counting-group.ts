/** Instances that count per key in one group, as processes that a test may stop, and what came of the records written. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Producer } from 'kafkajs';
import type { KafkaStreamsOptions } from '../../src/config/options.js';
import { table } from './application-fixture.js';
import { brokers, createTopic, plainClient, uniqueName } from './kafka.js';

export interface ChildOptions {
  readonly brokers: string[];
  readonly applicationId: string;
  readonly stateDir: string;
  readonly input: string;
  readonly output: string;
  readonly sessionMs: number;
  readonly blockMs: number;
  readonly closeTimeoutMs?: number;
  readonly more?: Partial<KafkaStreamsOptions>;
}

/** An instance in a process of its own. */
export class Child<O = ChildOptions> {
  text = '';
  readonly ended: Promise<number | NodeJS.Signals | null>;
  private readonly process: ChildProcess;

  constructor(options: O, name = 'counting-child.ts') {
    const script = join(import.meta.dirname, name);
    this.process = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(options)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.process.stdout?.on('data', (chunk: Buffer) => {
      this.text += chunk.toString();
    });
    this.ended = new Promise((resolve) => {
      this.process.once('exit', (code, signal) => {
        resolve(code ?? signal);
      });
    });
  }

  /** Lines that begin with this word. */
  lines(word: string): string[] {
    return this.text.split('\n').filter((line) => line.startsWith(word));
  }

  kill(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }
}

export class CountingGroup {
  readonly applicationId = uniqueName('counting');
  /** What was written, by key. */
  readonly truth = new Map<string, number>();
  input = '';
  output = '';
  private readonly folder = mkdtempSync(join(tmpdir(), 'counting-'));
  private readonly children: Child[] = [];
  private producer: Producer | null = null;
  private feeding: Promise<void> | null = null;
  private fed = true;

  constructor(
    private readonly options: {
      readonly sessionMs: number;
      readonly blockMs?: number;
      /** What an instance runs. Default: `counting-child.ts`. */
      readonly script?: string;
      readonly more?: Partial<KafkaStreamsOptions>;
    },
  ) {}

  async open(partitions: number): Promise<void> {
    this.input = await createTopic('counting-in', { partitions });
    this.output = await createTopic('counting-out', { partitions });
    this.producer = plainClient().producer();
    await this.producer.connect();
  }

  /** @param name instances of one name share a state folder, one after the other */
  start(name = String(this.children.length)): Child {
    const options: ChildOptions = {
      brokers: brokers(),
      applicationId: this.applicationId,
      stateDir: join(this.folder, name),
      input: this.input,
      output: this.output,
      sessionMs: this.options.sessionMs,
      blockMs: this.options.blockMs ?? 0,
      ...(this.options.more === undefined ? {} : { more: this.options.more }),
    };
    const child = new Child(options, this.options.script);
    this.children.push(child);
    return child;
  }

  async write(records: readonly (readonly [key: string, value: string, partition?: number])[]): Promise<void> {
    const messages = records.map(([key, value, partition]) => ({
      key,
      value,
      ...(partition === undefined ? {} : { partition }),
    }));
    await this.producer?.send({ topic: this.input, messages });
    for (const [key] of records) this.truth.set(key, (this.truth.get(key) ?? 0) + 1);
  }

  /** Writes records of 200 keys until `fill` ends. */
  feed(): void {
    this.fed = false;
    this.feeding = (async () => {
      for (let round = 0; !this.fed; round++) {
        await this.write(Array.from({ length: 10 }, (_, i) => [`k${String((round * 10 + i) % 200)}`, 'v'] as const));
        await sleep(10);
      }
    })();
  }

  async endFeeding(): Promise<void> {
    this.fed = true;
    await this.feeding;
  }

  /** The last result of each key, once none is below the number of its records. Fails by the test's time-out else. */
  async results(): Promise<Map<string, unknown>> {
    return table(
      this.output,
      (bytes) => JSON.parse(bytes.toString()) as unknown,
      (rows) => [...this.truth].every(([key, count]) => Number(rows.get(key) ?? 0) >= count),
    );
  }

  /** Keys whose last result is lower than the number of their records: what was lost. Read up to the end of the log as it is now. */
  async tooLow(): Promise<string[]> {
    const admin = plainClient().admin();
    await admin.connect();
    const ends = await admin.fetchTopicOffsets(this.output);
    await admin.disconnect();
    const open = new Map(
      ends.filter(({ high, low }) => high !== low).map(({ partition, high }) => [partition, Number(high)]),
    );
    const last = new Map<string, number>();
    const consumer = plainClient().consumer({ groupId: uniqueName('witness') });
    await consumer.connect();
    await consumer.subscribe({ topic: this.output, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer
        .run({
          eachMessage: ({ partition, message }) => {
            last.set(String(message.key), Number(JSON.parse(String(message.value))));
            if (Number(message.offset) + 1 >= (open.get(partition) ?? 0)) open.delete(partition);
            if (open.size === 0) resolve();
            return Promise.resolve();
          },
        })
        .catch(reject);
    });
    await consumer.disconnect();
    return [...this.truth].filter(([key, count]) => (last.get(key) ?? 0) < count).map(([key]) => key);
  }

  /** Input offset up to which all partitions together are committed. */
  async committed(): Promise<number> {
    const admin = plainClient().admin();
    await admin.connect();
    try {
      const [topic] = await admin.fetchOffsets({ groupId: this.applicationId, topics: [this.input] });
      return (topic?.partitions ?? []).reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
    } finally {
      await admin.disconnect();
    }
  }

  async until(what: string, condition: () => boolean | Promise<boolean>, limitMs = 60_000): Promise<void> {
    const end = Date.now() + limitMs;
    while (!(await condition())) {
      if (Date.now() > end) {
        const said = this.children.map(({ text }, index) => `${String(index)}: ${text.slice(-2_000)}`).join('\n');
        throw new Error(`waited ${String(limitMs)} ms in vain until ${what}\n${said}`);
      }
      await sleep(50);
    }
  }

  async end(): Promise<void> {
    this.fed = true;
    await this.feeding?.catch(() => undefined);
    for (const child of this.children) child.kill('SIGKILL');
    await Promise.all(this.children.map(({ ended }) => ended));
    await this.producer?.disconnect();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
