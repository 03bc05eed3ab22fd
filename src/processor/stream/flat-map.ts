/** Turns one record into any number of records. Kafka Streams: `KStreamFlatMap`. */
import type { Headers } from '../../record/headers.js';
import type { RecordView } from '../../record/record-context.js';
import type { ProcessingContext } from '../context.js';
import { RunningNode } from '../node.js';

type PairsMapper = (value: unknown, key: unknown, record: RecordView) => Iterable<readonly [unknown, unknown]>;

export class FlatMapNode extends RunningNode {
  constructor(
    name: string,
    context: ProcessingContext,
    private readonly mapper: PairsMapper,
  ) {
    super(name, context);
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const record = this.context.record;
    record.timestamp = timestamp;
    record.headers = headers;
    for (const pair of this.mapper(value, key, record)) this.forward(pair[0], pair[1], timestamp, headers);
  }
}
