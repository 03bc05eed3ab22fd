/** Lets through the records that a predicate holds for, or with `negate` the others. Kafka Streams: `KStreamFilter`. */
import type { Headers } from '../../record/headers.js';
import type { RecordView } from '../../record/record-context.js';
import type { NodeContext } from '../context.js';
import { RunningNode } from '../node.js';
import { returnedVerdict } from '../returned.js';

type Predicate = (value: unknown, key: unknown, record: RecordView) => boolean;

export class FilterNode extends RunningNode {
  constructor(
    name: string,
    context: NodeContext,
    private readonly predicate: Predicate,
    private readonly negate: boolean,
  ) {
    super(name, context);
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const record = this.context.record;
    record.timestamp = timestamp;
    record.headers = headers;
    const holds = returnedVerdict(this.predicate(value, key, record), 'the predicate of filter() or filterNot()');
    if (holds !== this.negate) this.forward(key, value, timestamp, headers);
  }
}
