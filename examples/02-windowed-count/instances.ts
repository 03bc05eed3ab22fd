/** Instances of the service that the demo and the tests run, and the numbers they tell over HTTP. */
import type { MetricsSnapshot } from 'millrace';
import { startScript, type Running } from './processes.js';
import type { SpendTopics } from './topology.js';
import type { InstanceView } from './view.js';

export interface InstanceOptions {
  /** Shown before its lines. */
  readonly name: string;
  readonly brokers: readonly string[];
  readonly applicationId: string;
  readonly topics: SpendTopics;
  /** Of this instance alone. */
  readonly stateDir: string;
  /** More flags of `service.ts`. */
  readonly flags?: readonly string[];
}

const SERVER = /server at (http:\S+)/;
const ANSWER_TIMEOUT_MS = 2_000;

/** One service process. */
export class Instance {
  readonly process: Running;
  readonly lines: string[] = [];
  private url: string | null = null;
  private latest: MetricsSnapshot | null = null;

  constructor(
    readonly options: InstanceOptions,
    line: (text: string) => void,
  ) {
    const { name, brokers, applicationId, topics, stateDir, flags = [] } = options;
    const args = [
      ...['--brokers', brokers.join(','), '--application-id', applicationId],
      ...['--orders-topic', topics.orders, '--spend-topic', topics.spend],
      ...['--state-dir', stateDir, '--http-port', '0', ...flags],
    ];
    this.process = startScript('service', args, (text) => {
      this.lines.push(text);
      this.url = SERVER.exec(text)?.[1] ?? this.url;
      line(`[${name}] ${text}`);
    });
  }

  /** Its numbers now; the last ones known when it cannot be asked (any more), null before the first. */
  async metrics(): Promise<MetricsSnapshot | null> {
    if (this.url === null || !this.process.alive) return this.latest;
    try {
      const response = await fetch(`${this.url}/metrics.json`, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
      this.latest = (await response.json()) as MetricsSnapshot;
    } catch {
      // It is starting or ending; whether that is right shows in how the process ends.
    }
    return this.latest;
  }

  async view(): Promise<InstanceView> {
    const metrics = await this.metrics();
    const { name } = this.options;
    if (!this.process.alive) return { name, state: 'ended', tasks: [] };
    if (metrics === null) return { name, state: 'starting', tasks: [] };
    return { name, state: metrics.state, tasks: metrics.tasks.map(({ id }) => id) };
  }
}
