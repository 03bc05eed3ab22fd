/** Remembers the records of one side of a stream-stream join, for those of the other side to find. Kafka Streams: `KStreamJoinWindow`. */
import type { Headers } from '../../record/headers.js';
import type { WindowStore } from '../../store/window-store.js';
import type { NodeContext } from '../context.js';
import { RunningNode } from '../node.js';

/**
 * A record is joined first and put afterwards, so that in a join of a stream with itself it does not find itself before it
 * comes from the other side. A null value is put too: it deletes nothing, but is logged. A null key is only passed on. A record
 * that is too late for the store is counted: it was joined, but nothing will find it.
 */
export class StreamJoinWindowNode extends RunningNode {
  private window!: WindowStore<unknown, unknown>;

  constructor(
    name: string,
    context: NodeContext,
    private readonly store: string,
  ) {
    super(name, context);
  }

  override init(): void {
    this.window = this.context.stores.get('window', this.store);
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    this.forward(key, value, timestamp, headers);
    if (key === null) return;
    const { record } = this.context;
    record.timestamp = timestamp;
    record.headers = headers;
    const { window } = this;
    const expired = window.expiredPuts;
    window.put(key, value, timestamp);
    if (window.expiredPuts !== expired) this.context.dropped(this.name, 'late');
  }
}
