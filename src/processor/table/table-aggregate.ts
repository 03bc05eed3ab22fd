/** Aggregates the rows of a table under a new key: what a row was is subtracted, what it became is added. Kafka Streams: `KTableAggregate`. */
import { MillraceError } from '../../errors/error.js';
import type { Headers } from '../../record/headers.js';
import type { RecordView } from '../../record/record-context.js';
import { defined } from '../aggregate/defined.js';
import type { NodeContext } from '../context.js';
import { RunningNode } from '../node.js';
import { returnedNow } from '../returned.js';
import { changeOf } from './change-of.js';
import { TableStore } from './table-store.js';

type Aggregator = (aggregate: unknown, value: unknown, key: unknown, record: RecordView) => unknown;

export interface TableAggregateSettings {
  /** Null: reduce, where the first value is the first aggregate. */
  readonly initializer: (() => unknown) | null;
  readonly adder: Aggregator;
  readonly subtractor: Aggregator;
  readonly store: string;
  readonly sendOldValues: boolean;
}

/** A null aggregate deletes the row. The result's timestamp is the higher one of record and aggregate. */
export class TableAggregateNode extends RunningNode {
  private table!: TableStore;

  constructor(
    name: string,
    context: NodeContext,
    private readonly settings: TableAggregateSettings,
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
    if (key === null) throw new MillraceError('PROCESSING_FAILED', 'a grouped table cannot have a null key');
    const change = changeOf(value);
    const { record } = this.context;
    const entry = this.table.row(key);
    const old = entry === null ? null : entry.value;
    const oldTimestamp = entry === null ? -1 : entry.timestamp;
    record.timestamp = timestamp;
    record.headers = headers;
    let next = old;
    let newTimestamp = timestamp;
    if (change.oldValue !== null && old !== null) {
      next = defined(this.settings.subtractor(old, change.oldValue, key, record), 'subtractor', this.name);
      newTimestamp = Math.max(timestamp, oldTimestamp);
    }
    if (change.newValue !== null) {
      next = this.added(next, change.newValue, key);
      newTimestamp = Math.max(timestamp, oldTimestamp);
    }
    this.table.put(key, next, old, newTimestamp, headers);
  }

  private added(aggregate: unknown, value: unknown, key: unknown): unknown {
    const { initializer, adder } = this.settings;
    if (aggregate === null && initializer === null) return value;
    const base = aggregate ?? returnedNow(initializer?.(), 'the initializer');
    return defined(adder(base, value, key, this.context.record), 'adder', this.name);
  }
}
