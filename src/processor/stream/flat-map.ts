/** Turns one record into any number of records. Kafka Streams: `KStreamFlatMap`. */
import type { Headers } from '../../record/headers.js';
import type { RecordView } from '../../record/record-context.js';
import type { NodeContext } from '../context.js';
import { RunningNode } from '../node.js';
import { returnedList, returnedPair } from '../returned.js';

type PairsMapper = (value: unknown, key: unknown, record: RecordView) => Iterable<readonly [unknown, unknown]>;

export class FlatMapNode extends RunningNode {
  constructor(
    name: string,
    context: NodeContext,
    private readonly mapper: PairsMapper,
  ) {
    super(name, context);
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const { record, turn } = this.context;
    record.timestamp = timestamp;
    record.headers = headers;
    const what = 'the mapper of flatMap()';
    const pairs = returnedList(this.mapper(value, key, record), what, '; use asyncProcess()')[Symbol.iterator]();
    const goOn = (): boolean => {
      for (let next = pairs.next(); next.done !== true; next = pairs.next()) {
        const pair = returnedPair(next.value, what);
        this.forward(pair[0], pair[1], timestamp, headers);
        if (turn.ended()) return false;
      }
      return true;
    };
    if (!goOn()) this.finishLater(goOn, key, value);
  }
}
