/** The last node of a way: hands every record to the writer of its topic. Kafka Streams: `SinkNode`. */
import { RunningNode } from '../processor/node.js';
import type { NodeContext } from '../processor/context.js';
import type { Headers } from '../record/headers.js';
import type { Deferred, TopicWriter } from '../sink/topic-writer.js';

export class RunningSink extends RunningNode {
  constructor(
    name: string,
    context: NodeContext,
    private readonly writer: TopicWriter,
  ) {
    super(name, context);
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const { record } = this.context;
    record.timestamp = timestamp;
    record.headers = headers;
    this.writer.write(key, value, timestamp, headers, record);
  }

  /** Whether records wait for a topic that has to be looked up. */
  get unsettled(): boolean {
    return this.writer.unsettled;
  }

  /** Looks up those topics and writes the records. @throws what the lookup met, or an error handler decided to fail with */
  settle(): Promise<void> {
    return this.writer.settle(this.failed);
  }

  /** Decides about a record as if it were being processed. */
  private readonly failed = (error: unknown, { key, value, context }: Deferred): void => {
    const { record } = this.context;
    const { topic, partition, offset, timestamp, headers, exactTimestamp } = record;
    record.copyFrom(context);
    try {
      this.context.failed(this.name, error, key, value);
    } finally {
      record.set(topic, partition, offset, timestamp, headers, exactTimestamp);
    }
  };
}
