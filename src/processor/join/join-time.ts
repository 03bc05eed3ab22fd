/** What the two sides of a stream-stream join share in a task: how far time has come, and when unmatched records were last looked for. */
import type { NodeContext } from '../context.js';
import type { OperatorTime } from '../operator-time.js';

/** Kafka Streams: `TimeTracker` of `KStreamImplJoin`, which forgets the time when a task is moved. */
export class JoinTime {
  /**
   * Nothing that waits is older, as far as is known; infinite when nothing waits. It is the time of the last row that was
   * looked at, not of the first that still waits: Kafka Streams emits at the same moments.
   */
  earliestWaiting = Number.POSITIVE_INFINITY;
  /** Time before which unmatched records are not looked for again. */
  private nextEmission = Number.NEGATIVE_INFINITY;

  private constructor(private readonly observed: OperatorTime) {}

  /** The one of a join; `name` is that of its last operator. */
  static of(name: string, context: NodeContext): JoinTime {
    return context.shared(`${name}-join-time`, () => new JoinTime(context.operatorTime(name)));
  }

  /** Highest timestamp that either side was given, ms; -1 before the first. */
  get now(): number {
    return this.observed.time;
  }

  advance(timestamp: number): void {
    if (timestamp > this.observed.time) this.observed.time = timestamp;
  }

  /** Whether it is time to emit again; if so, the next time is one interval later. */
  takeTurn({ steadyClock, emitIntervalMs }: NodeContext): boolean {
    const now = steadyClock.now();
    if (now < this.nextEmission) return false;
    this.nextEmission = now + emitIntervalMs;
    return true;
  }
}
