/** Replaces key and value. Kafka Streams: `KStreamMap`. */
import type { Headers } from '../../record/headers.js';
import type { RecordView } from '../../record/record-context.js';
import type { NodeContext } from '../context.js';
import { RunningNode } from '../node.js';
import { returnedPair } from '../returned.js';

type PairMapper = (value: unknown, key: unknown, record: RecordView) => readonly [unknown, unknown];

export class MapNode extends RunningNode {
  constructor(
    name: string,
    context: NodeContext,
    private readonly mapper: PairMapper,
  ) {
    super(name, context);
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const record = this.context.record;
    record.timestamp = timestamp;
    record.headers = headers;
    const pair = returnedPair(this.mapper(value, key, record), 'the mapper of map()');
    this.forward(pair[0], pair[1], timestamp, headers);
  }
}
