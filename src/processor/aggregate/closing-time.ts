/** When windows that have closed are emitted: as stream time goes on, and not too often. */
import type { NodeContext } from '../context.js';
import type { OperatorTime } from '../operator-time.js';

/** Kafka Streams: the `TimeTracker` of windowed aggregations, and the last close time in the offset metadata. */
export class ClosingTime {
  private nextEmission = 0;

  constructor(
    private readonly context: NodeContext,
    /** The time up to which windows have closed and been emitted, -1 before the first; committed with the offsets. */
    readonly emitted: OperatorTime,
  ) {}

  /** Asked once a record: whether to emit now what has closed by `closeTime`. Time counts even where nothing has closed. */
  due(closeTime: number): boolean {
    const now = this.context.steadyClock.now();
    if (now < this.nextEmission) return false;
    this.nextEmission = now + this.context.emitIntervalMs;
    return this.emitted.time < closeTime;
  }
}
