/** One run of the demo: generator and instances side by side, until the last order is committed. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
import { followSpend, HottestWindows } from './hottest.js';
import { Instance } from './instances.js';
import { startScript, type Running } from './processes.js';
import { uncommitted } from './topics.js';
import type { SpendTopics } from './topology.js';
import type { View } from './view.js';

export interface RunOptions {
  readonly kafka: Kafka;
  readonly brokers: readonly string[];
  readonly applicationId: string;
  readonly topics: SpendTopics;
  readonly stateDir: string;
  readonly view: View;
  readonly records?: number;
  readonly rate?: number;
  readonly instances: number;
  readonly seed: number;
  readonly late: number;
}

/** Late drops are in the view; their log lines would only push it down. */
const FLAGS = ['--log-level', 'error'];
const SHOWN_WINDOWS = 10;
const COMMIT_CHECK_MS = 200;

export class Run {
  private readonly instances: readonly Instance[];
  private readonly windows = new HottestWindows();
  private readonly started = performance.now();
  private generator: Running | null = null;
  /** Set by the first Ctrl-C: no more orders, but those that are there are finished. */
  private interrupted = false;
  private readonly recent: { readonly at: number; readonly processed: number }[] = [];

  constructor(private readonly options: RunOptions) {
    const { brokers, applicationId, topics, view } = options;
    this.instances = Array.from({ length: options.instances }, (_, i) => {
      const name = `instance ${i + 1}`;
      const stateDir = join(options.stateDir, name.replace(' ', '-'));
      return new Instance({ name, brokers, applicationId, topics, stateDir, flags: FLAGS }, (line) => view.log(line));
    });
  }

  /** Resolves when all has ended; true when every order was processed and every part ended well. */
  async toTheEnd(): Promise<boolean> {
    const interrupt = (): void => this.interrupt();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt);
    const { kafka, topics, view } = this.options;
    const viewing = new AbortController();
    const follower = await followSpend(kafka, topics.spend, this.windows);
    const viewed = this.keepShowing(viewing.signal);
    try {
      const generated = await this.generate();
      const drained = generated && (await this.drain());
      const elapsed = performance.now() - this.started;
      viewing.abort();
      await viewed;
      await this.show();
      view.end();
      const ended = await this.endInstances();
      if (drained) await this.summarize(elapsed);
      return drained && ended;
    } finally {
      viewing.abort();
      await viewed;
      for (const part of [...this.instances.map((one) => one.process), this.generator]) part?.kill('SIGKILL');
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupt);
      await follower.stop();
    }
  }

  private interrupt(): void {
    const { view } = this.options;
    if (this.interrupted) {
      view.log('Ending at once');
      for (const { process } of this.instances) process.kill('SIGKILL');
      this.generator?.kill('SIGKILL');
      return;
    }
    this.interrupted = true;
    view.log('Ending: no more orders; those that are written are processed first (Ctrl-C again ends at once)');
    this.generator?.kill('SIGTERM');
  }

  private async generate(): Promise<boolean> {
    const { brokers, topics, records, rate, seed, late, view } = this.options;
    const args = [
      '--brokers',
      brokers.join(','),
      '--topic',
      topics.orders,
      '--seed',
      String(seed),
      '--late',
      String(late),
    ];
    if (records !== undefined) args.push('--records', String(records));
    if (rate !== undefined) args.push('--rate', String(rate));
    this.generator = startScript('generator', args, (line) => view.log(`[generator] ${line}`));
    if (this.interrupted) this.generator.kill('SIGTERM');
    const how = await this.generator.ended;
    if (how !== 0) view.log(`The generator ended with ${how}`);
    return how === 0;
  }

  /** Waits until every order is committed; false when no instance is left to do it. */
  private async drain(): Promise<boolean> {
    const { kafka, applicationId, topics, view } = this.options;
    while ((await uncommitted(kafka, applicationId, topics.orders)) > 0) {
      if (!this.instances.some(({ process }) => process.alive)) {
        view.log('There is no instance left to process the orders');
        return false;
      }
      await sleep(COMMIT_CHECK_MS);
    }
    return true;
  }

  private async endInstances(): Promise<boolean> {
    for (const { process } of this.instances) process.kill('SIGTERM');
    const codes = await Promise.all(this.instances.map(({ process }) => process.ended));
    return codes.every((code) => code === 0);
  }

  private async summarize(elapsed: number): Promise<void> {
    const { processed } = await this.measure();
    const seconds = elapsed / 1_000;
    const average = Math.round(processed / seconds).toLocaleString('en-US');
    const { view } = this.options;
    view.log(
      `${processed.toLocaleString('en-US')} orders processed in ${seconds.toFixed(1)} s, ${average}/s, start of all processes included`,
    );
  }

  private async keepShowing(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.show();
      await sleep(this.options.view.interval, undefined, { signal }).catch(() => undefined);
    }
  }

  private async show(): Promise<void> {
    const { processed, lag, late } = await this.measure();
    const now = performance.now();
    this.recent.push({ at: now, processed });
    while (this.recent.length > 2 && now - this.recent[1]!.at >= 1_000) this.recent.shift();
    const first = this.recent[0]!;
    const rate = now === first.at ? 0 : (1_000 * (processed - first.processed)) / (now - first.at);
    this.options.view.show({
      elapsed: now - this.started,
      instances: await Promise.all(this.instances.map((one) => one.view())),
      processed,
      rate,
      lag,
      late,
      windows: this.windows.top(SHOWN_WINDOWS),
    });
  }

  private async measure(): Promise<{ processed: number; lag: number | null; late: number }> {
    const all = await Promise.all(this.instances.map((one) => one.metrics()));
    const total: { processed: number; lag: number | null; late: number } = { processed: 0, lag: 0, late: 0 };
    for (const metrics of all) {
      if (metrics === null) continue;
      total.processed += metrics.processed;
      total.lag = total.lag === null || metrics.lag === null ? null : total.lag + metrics.lag;
      total.late += metrics.late;
    }
    return total;
  }
}
