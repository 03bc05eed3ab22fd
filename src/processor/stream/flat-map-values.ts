/** Turns one value into any number of values of the same key. Kafka Streams: `KStreamFlatMapValues`. */
import type { Headers } from '../../record/headers.js';
import type { RecordView } from '../../record/record-context.js';
import type { ProcessingContext } from '../context.js';
import { RunningNode } from '../node.js';

type ValuesMapper = (value: unknown, key: unknown, record: RecordView) => Iterable<unknown>;

export class FlatMapValuesNode extends RunningNode {
  constructor(
    name: string,
    context: ProcessingContext,
    private readonly mapper: ValuesMapper,
  ) {
    super(name, context);
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const record = this.context.record;
    record.timestamp = timestamp;
    record.headers = headers;
    for (const mapped of this.mapper(value, key, record)) this.forward(key, mapped, timestamp, headers);
  }
}
