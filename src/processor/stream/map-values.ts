/** Replaces the value and keeps the key. Kafka Streams: `KStreamMapValues`. */
import type { Headers } from '../../record/headers.js';
import type { RecordView } from '../../record/record-context.js';
import type { NodeContext } from '../context.js';
import { RunningNode } from '../node.js';
import { returnedNow } from '../returned.js';

type Mapper = (value: unknown, key: unknown, record: RecordView) => unknown;

export class MapValuesNode extends RunningNode {
  constructor(
    name: string,
    context: NodeContext,
    private readonly mapper: Mapper,
  ) {
    super(name, context);
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const record = this.context.record;
    record.timestamp = timestamp;
    record.headers = headers;
    const mapped = returnedNow(this.mapper(value, key, record), 'the mapper of mapValues()', '; use mapValuesAsync()');
    this.forward(key, mapped, timestamp, headers);
  }
}
