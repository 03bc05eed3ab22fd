/** Replaces the key and keeps the value. Kafka Streams: the `KStreamMap` that `selectKey` and `groupBy` make. */
import type { Headers } from '../../record/headers.js';
import type { RecordView } from '../../record/record-context.js';
import type { NodeContext } from '../context.js';
import { RunningNode } from '../node.js';
import { returnedNow } from '../returned.js';

type Mapper = (value: unknown, key: unknown, record: RecordView) => unknown;

export class SelectKeyNode extends RunningNode {
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
    this.forward(returnedNow(this.mapper(value, key, record), 'what gives the key'), value, timestamp, headers);
  }
}
