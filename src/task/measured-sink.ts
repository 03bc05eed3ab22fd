/** A sink that remembers, between two turns of its task, the oldest of the records that it wrote. */
import type { NodeContext } from '../processor/context.js';
import type { Headers } from '../record/headers.js';
import type { TopicWriter } from '../sink/topic-writer.js';
import { RunningSink } from './sink-node.js';

/** What is told lengths of time, ms. */
interface Observer {
  observe(milliseconds: number): void;
}

/** Costs one comparison a record; the clock is read once a turn. Kafka Streams: `record-e2e-latency` of terminal nodes. */
export class MeasuredSink extends RunningSink {
  private oldest = Number.POSITIVE_INFINITY;

  constructor(
    name: string,
    context: NodeContext,
    writer: TopicWriter,
    private readonly ages: Observer,
  ) {
    super(name, context, writer);
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    super.process(key, value, timestamp, headers);
    if (timestamp < this.oldest) this.oldest = timestamp;
  }

  /** @param now ms since the epoch */
  measure(now: number): void {
    if (this.oldest === Number.POSITIVE_INFINITY) return;
    this.ages.observe(now - this.oldest);
    this.oldest = Number.POSITIVE_INFINITY;
  }
}
