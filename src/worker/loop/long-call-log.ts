/** Tells in the log which function held the thread for so long that others may have waited for it. */
import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import type { Logger } from '../../observe/logger.js';
import { LongCalls } from '../../processor/long-calls.js';

/** How often the delay of the event loop is measured, ms; it is part of what the histogram tells. */
const RESOLUTION_MS = 20;
const PULSE_BYTES = 4;

export class LongCallLog {
  /** Counted up by the heartbeat thread. */
  readonly pulse = new SharedArrayBuffer(PULSE_BYTES);
  readonly calls = new LongCalls(new Int32Array(this.pulse));
  private readonly delay: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  constructor(
    private readonly logger: Logger,
    /** What is logged takes longer than this, ms. */
    private readonly limitMs: number,
  ) {}

  start(): void {
    this.delay.enable();
  }

  stop(): void {
    this.delay.disable();
  }

  /** The longest time that the event loop was held, ms. */
  get longestStall(): number {
    return Math.max(0, this.delay.max / 1e6 - RESOLUTION_MS);
  }

  /** A stretch of work has ended that took so long, ms. */
  took(milliseconds: number): void {
    if (milliseconds > this.limitMs) this.tell(milliseconds);
    this.calls.begin();
  }

  private tell(milliseconds: number): void {
    const { node, ...place } = this.calls.found(Math.round(milliseconds));
    const seconds = (milliseconds / 1000).toFixed(1);
    this.logger.warn(
      `a function of ${node ?? 'the topology'} held the thread for ${seconds} s: nothing else of this instance went on meanwhile; do less in one call, or make it asynchronous with mapValuesAsync or asyncProcess`,
      place.topic === null ? { milliseconds: place.milliseconds } : place,
    );
  }
}
