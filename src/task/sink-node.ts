/** The last node of a way: hands every record to the writer of its topic. Kafka Streams: `SinkNode`. */
import { RunningNode } from '../processor/node.js';
import type { ProcessingContext } from '../processor/context.js';
import type { Headers } from '../record/headers.js';
import type { TopicWriter } from '../sink/topic-writer.js';

export class RunningSink extends RunningNode {
  constructor(
    name: string,
    context: ProcessingContext,
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
}
