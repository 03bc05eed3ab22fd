/** Turns one value into any number of values of the same key. Kafka Streams: `KStreamFlatMapValues`. */
import type { Headers } from '../../record/headers.js';
import type { RecordView } from '../../record/record-context.js';
import type { NodeContext } from '../context.js';
import { RunningNode } from '../node.js';
import { returnedList } from '../returned.js';

type ValuesMapper = (value: unknown, key: unknown, record: RecordView) => Iterable<unknown>;

export class FlatMapValuesNode extends RunningNode {
  constructor(
    name: string,
    context: NodeContext,
    private readonly mapper: ValuesMapper,
  ) {
    super(name, context);
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const { record, turn } = this.context;
    record.timestamp = timestamp;
    record.headers = headers;
    const list = returnedList(this.mapper(value, key, record), 'the mapper of flatMapValues()', '; use asyncProcess()');
    const values = list[Symbol.iterator]();
    const goOn = (): boolean => {
      for (let next = values.next(); next.done !== true; next = values.next()) {
        this.forward(key, next.value, timestamp, headers);
        if (turn.ended()) return false;
      }
      return true;
    };
    if (!goOn()) this.finishLater(goOn, key, value);
  }
}
