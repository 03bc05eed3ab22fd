/** Instances of the windowed count in one group, as processes of their own, and the orders that they share. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
import { checkWindows, report, type Verdict } from '../../examples/02-windowed-count/check-windows.js';
import type { Mode } from '../../examples/02-windowed-count/compare.js';
import { Instance } from '../../examples/02-windowed-count/instances.js';
import { orders, type TimedOrder } from '../../examples/02-windowed-count/orders.js';
import { createTopics, uncommitted } from '../../examples/02-windowed-count/topics.js';
import { writeOrders } from '../../examples/02-windowed-count/write-orders.js';
import { brokers, plainClient, uniqueName } from './kafka.js';

const WAIT_MS = 60_000;
const POLL_MS = 50;

export interface GroupOptions {
  /** Share of orders that come too late for their window. */
  readonly late: number;
  /** Flags of the service. */
  readonly flags?: readonly string[];
}

export class WindowedCountGroup {
  readonly applicationId = uniqueName('windowed-count');
  readonly topics = { orders: `${this.applicationId}-orders`, spend: `${this.applicationId}-spend` };
  readonly stateDir = mkdtempSync(join(tmpdir(), 'windowed-count-'));
  private readonly kafka: Kafka = plainClient();
  private readonly source: Iterator<TimedOrder, never>;
  private readonly started: Instance[] = [];

  constructor(private readonly options: GroupOptions) {
    const start = Date.now() - 3_600_000;
    this.source = orders({ seed: 1, start, step: 1, users: 1_000, outOfOrder: 0.2, late: options.late });
  }

  async createTopics(): Promise<void> {
    await createTopics(this.kafka, this.topics);
  }

  async write(records: number): Promise<void> {
    await writeOrders(this.kafka, this.source, { topic: this.topics.orders, records });
  }

  /** Starts an instance; one of the same name finds the state folder of the one before. */
  start(name: string): Instance {
    const instance = new Instance(
      {
        name,
        brokers: brokers(),
        applicationId: this.applicationId,
        topics: this.topics,
        stateDir: this.stateDirOf(name),
        ...(this.options.flags === undefined ? {} : { flags: this.options.flags }),
      },
      () => undefined,
    );
    this.started.push(instance);
    return instance;
  }

  stateDirOf(name: string): string {
    return join(this.stateDir, name);
  }

  /** Ends an instance as an orchestrator would; resolves with its exit code. */
  async stop(instance: Instance): Promise<number | NodeJS.Signals> {
    instance.process.kill('SIGTERM');
    return await instance.process.ended;
  }

  /** Waits until every order that is written now is committed, and so all that follows from it is written. */
  async committed(): Promise<void> {
    await this.until('everything is committed', async () => {
      return (await uncommitted(this.kafka, this.applicationId, this.topics.orders)) === 0;
    });
  }

  async check(mode: Mode): Promise<Verdict> {
    const verdict = await checkWindows(this.kafka, this.topics, mode);
    for (const line of report(verdict)) console.log(line);
    return verdict;
  }

  /** Waits for a condition; the error says what was waited for and what the instances said last. */
  async until(what: string, condition: () => Promise<boolean>): Promise<void> {
    const end = Date.now() + WAIT_MS;
    while (!(await condition())) {
      if (Date.now() > end) {
        const said = this.started.flatMap(({ options, lines }) =>
          lines.slice(-10).map((line) => `${options.name}: ${line}`),
        );
        throw new Error(`Waited ${WAIT_MS} ms in vain until ${what}\n${said.join('\n')}`);
      }
      await sleep(POLL_MS);
    }
  }

  /** Ends what is still running and removes the state folders. */
  async end(): Promise<void> {
    for (const { process } of this.started) process.kill('SIGKILL');
    await Promise.all(this.started.map(({ process }) => process.ended));
    rmSync(this.stateDir, { recursive: true, force: true });
  }
}

/** Tasks of an instance that runs; none while it starts or restores. */
export async function tasksOf(instance: Instance): Promise<string[]> {
  const metrics = await instance.metrics();
  return metrics?.state === 'RUNNING' ? metrics.tasks.map(({ id }) => id) : [];
}

export async function processedBy(instance: Instance): Promise<number> {
  return (await instance.metrics())?.processed ?? 0;
}
