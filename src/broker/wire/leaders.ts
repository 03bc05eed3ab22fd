/** Keeps one part's picture of who leads what fresh: asks again, with growing pauses, for as long as someone finds it wrong. */
import { BrokerError } from '../../errors/broker-error.js';
import type { Logger } from '../../observe/logger.js';
import type { Transport } from '../transport.js';
import { BackOff } from './back-off.js';
import { RetryLines } from './retry-lines.js';

export interface LeadersListener {
  /** The metadata asked for has come. */
  refreshed(): void;
  /** Asking again cannot help, for instance because the credentials are refused. */
  failed(error: Error): void;
}

export class Leaders {
  /** How many answers have come, so that "still unknown" can be told from "not asked yet". */
  answers = 0;
  private readonly asked = new Set<string>();
  private readonly backOff = new BackOff();
  private lastAnswer = -Infinity;
  private timer: NodeJS.Timeout | null = null;
  private running = false;
  private closed = false;
  private readonly lines: RetryLines;

  constructor(
    private readonly transport: Transport,
    private readonly listener: LeadersListener,
    logger: Logger,
  ) {
    this.lines = new RetryLines(logger);
  }

  /** Leader of a partition, or -1; then it has been asked for. */
  of(topic: string, partition: number): number {
    const leader = this.transport.leaderOf(topic, partition);
    if (leader < 0) this.ask(topic);
    return leader;
  }

  /** Asks for a topic anew. Calls come together in one request; repeated ones are spaced by the back-off. */
  ask(topic: string): void {
    this.asked.add(topic);
    if (this.running || this.closed || this.timer !== null) return;
    // After a quiet time the next question may go out at once again.
    if (performance.now() - this.lastAnswer > 2000) this.backOff.reset();
    const pause = this.answers === 0 ? 0 : this.backOff.next();
    this.timer = setTimeout(() => {
      this.timer = null;
      void this.refresh();
    }, pause);
  }

  close(): void {
    this.closed = true;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private async refresh(): Promise<void> {
    const topics = [...this.asked];
    this.asked.clear();
    this.running = true;
    let failure: Error | null = null;
    try {
      await this.transport.connect();
      await this.transport.refresh(topics);
      this.answers++;
    } catch (error) {
      failure = error as Error;
    }
    this.running = false;
    this.lastAnswer = performance.now();
    if (this.closed) return;
    if (failure === null) {
      this.listener.refreshed();
    } else if (failure instanceof BrokerError && failure.class === 'retriable') {
      this.lines.tell(`leaders of ${topics.join(', ')} cannot be told yet`, failure);
      for (const topic of topics) this.asked.add(topic);
    } else {
      this.listener.failed(failure);
      return;
    }
    const [next] = this.asked;
    if (next !== undefined) this.ask(next);
  }
}
