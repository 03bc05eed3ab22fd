/** A table whose values are computed from those of another. Kafka Streams: `KTableMapValues`. */
import { Change } from '../../record/change.js';
import type { Headers } from '../../record/headers.js';
import type { RecordView } from '../../record/record-context.js';
import type { NodeContext } from '../context.js';
import { RunningNode } from '../node.js';
import { returnedNow } from '../returned.js';
import { changeOf } from './change-of.js';
import { TableStore } from './table-store.js';

export interface TableMapValuesSettings {
  readonly mapper: (value: unknown, key: unknown, record: RecordView) => unknown;
  readonly store: string | null;
  readonly sendOldValues: boolean;
}

/** The mapper is not called for tombstones, which stay tombstones. */
export class TableMapValuesNode extends RunningNode {
  private table: TableStore | null = null;

  constructor(
    name: string,
    context: NodeContext,
    private readonly settings: TableMapValuesSettings,
  ) {
    super(name, context);
  }

  override init(): void {
    const { store, sendOldValues } = this.settings;
    if (store === null) return;
    this.table = new TableStore(this.context, this.name, store, sendOldValues, (key, change, timestamp, headers) => {
      this.forward(key, change, timestamp, headers);
    });
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const change = changeOf(value);
    const { record } = this.context;
    record.timestamp = timestamp;
    record.headers = headers;
    const newValue = this.mapped(change.newValue, key);
    if (this.table === null) {
      const oldValue = this.settings.sendOldValues ? this.mapped(change.oldValue, key) : null;
      this.forward(key, new Change(newValue, oldValue, change.isLatest), timestamp, headers);
      return;
    }
    const oldValue = this.settings.sendOldValues ? (this.table.row(key)?.value ?? null) : null;
    this.table.put(key, newValue, oldValue, timestamp, headers);
  }

  private mapped(value: unknown, key: unknown): unknown {
    if (value === null) return null;
    return returnedNow(this.settings.mapper(value, key, this.context.record), 'the mapper of mapValues()');
  }
}
