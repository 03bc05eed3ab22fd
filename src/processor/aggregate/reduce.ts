/** Combines the values of a key into one of the same type. Kafka Streams: `KStreamReduce`. */
import type { Headers } from '../../record/headers.js';
import type { RecordView } from '../../record/record-context.js';
import type { NodeContext } from '../context.js';
import { RunningNode } from '../node.js';
import { TableStore } from '../table/table-store.js';
import { defined } from './defined.js';

export interface ReduceSettings {
  readonly reducer: (aggregate: unknown, value: unknown, key: unknown, record: RecordView) => unknown;
  readonly store: string;
  readonly sendOldValues: boolean;
}

/** Records without key or value are dropped. The first value of a key is its first result, with a null old value. */
export class ReduceNode extends RunningNode {
  private table!: TableStore;

  constructor(
    name: string,
    context: NodeContext,
    private readonly settings: ReduceSettings,
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
    record.timestamp = timestamp;
    record.headers = headers;
    const entry = this.table.row(key);
    let old: unknown = null;
    let next: unknown = value;
    let newTimestamp = timestamp;
    if (entry !== null) {
      old = entry.value;
      if (entry.timestamp > timestamp) newTimestamp = entry.timestamp;
      next = defined(this.settings.reducer(old, value, key, record), 'reducer', this.name);
    }
    this.table.put(key, next, old, newTimestamp, headers);
  }
}
