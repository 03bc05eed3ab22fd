/** Stands before a repartition topic: a record without a key cannot be partitioned by it and ends here, uncounted as in Kafka Streams. */
import type { Headers } from '../../record/headers.js';
import type { NodeContext } from '../context.js';
import { RunningNode } from '../node.js';

export class RepartitionFilterNode extends RunningNode {
  constructor(
    name: string,
    context: NodeContext,
    /** True when a left or outer join downstream wants records without a key (KIP-962). */
    private readonly keepNullKeys: boolean,
  ) {
    super(name, context);
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    if (key !== null || this.keepNullKeys) this.forward(key, value, timestamp, headers);
  }
}
