/** Shows every record to a function; `foreach` is the same without handing it on. Kafka Streams: `KStreamPeek`. */
import { promised } from '../../errors/promised.js';
import type { Headers } from '../../record/headers.js';
import type { RecordView } from '../../record/record-context.js';
import type { NodeContext } from '../context.js';
import { RunningNode } from '../node.js';

type Action = (value: unknown, key: unknown, record: RecordView) => unknown;

export class PeekNode extends RunningNode {
  constructor(
    name: string,
    context: NodeContext,
    private readonly action: Action,
    private readonly forwards: boolean,
  ) {
    super(name, context);
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const record = this.context.record;
    record.timestamp = timestamp;
    record.headers = headers;
    const result: unknown = this.action(value, key, record);
    if (result instanceof Promise) {
      // Who looks at a record before it goes on expects to be waited for.
      if (this.forwards) throw promised(result, 'the action of peek()', '; use mapValuesAsync()');
      // Nobody waits for it at the end of a stream; that it fails is told all the same.
      this.context.unawaited(this.name, result, key, value);
    }
    if (this.forwards) this.forward(key, value, timestamp, headers);
  }
}
