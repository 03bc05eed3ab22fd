/** Aggregates a stream by key into a table. Kafka Streams: `KStreamAggregate`. */
import type { Headers } from '../../record/headers.js';
import type { RecordView } from '../../record/record-context.js';
import type { NodeContext } from '../context.js';
import { RunningNode } from '../node.js';
import { returnedNow } from '../returned.js';
import { TableStore } from '../table/table-store.js';
import { defined } from './defined.js';

export interface AggregateSettings {
  readonly initializer: () => unknown;
  readonly aggregator: (aggregate: unknown, value: unknown, key: unknown, record: RecordView) => unknown;
  readonly store: string;
  readonly sendOldValues: boolean;
}

/**
 * Records without key or value are dropped. The result's timestamp is the higher one of record and aggregate.
 * The old value of a key's first update is what the initializer gave, as in Kafka Streams.
 */
export class AggregateNode extends RunningNode {
  private table!: TableStore;

  constructor(
    name: string,
    context: NodeContext,
    private readonly settings: AggregateSettings,
  ) {
    super(name, context);
  }

  override init(): void {
    const { store, sendOldValues } = this.settings;
    this.table = new TableStore(this.context, this.name, store, sendOldValues, (key, change, timestamp, headers) => {
      this.forward(key, change, timestamp, headers);
    });
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    if (key === null || value === null) {
      this.context.dropped(this.name, key === null ? 'null-key' : 'null-value');
      return;
    }
    const { record } = this.context;
    const entry = this.table.row(key);
    let old: unknown;
    let newTimestamp = timestamp;
    if (entry === null) old = returnedNow(this.settings.initializer(), 'the initializer');
    else {
      old = entry.value;
      if (entry.timestamp > timestamp) newTimestamp = entry.timestamp;
    }
    record.timestamp = timestamp;
    record.headers = headers;
    const next = defined(this.settings.aggregator(old, value, key, record), 'aggregator', this.name);
    this.table.put(key, next, old, newTimestamp, headers);
  }
}
