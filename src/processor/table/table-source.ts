/** A record becomes a change of a table: its value replaces that of its key, null deletes. Kafka Streams: `KTableSource`, `KStreamToTable`. */
import { Change } from '../../record/change.js';
import type { Headers } from '../../record/headers.js';
import type { NodeContext } from '../context.js';
import { RunningNode } from '../node.js';
import { TableStore } from './table-store.js';

export interface TableSourceSettings {
  /** Null: nothing downstream needs the table's state, so it is not kept. */
  readonly store: string | null;
  readonly sendOldValues: boolean;
}

/** Records without a key are dropped. Offset order wins over timestamps: an older record replaces a newer one. */
export class TableSourceNode extends RunningNode {
  private table: TableStore | null = null;

  constructor(
    name: string,
    context: NodeContext,
    private readonly settings: TableSourceSettings,
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
    if (key === null) {
      this.context.dropped(this.name, 'null-key');
      return;
    }
    if (this.table === null) {
      this.forward(key, new Change(value, null), timestamp, headers);
      return;
    }
    const { record } = this.context;
    record.timestamp = timestamp;
    record.headers = headers;
    const old = this.settings.sendOldValues ? (this.table.row(key)?.value ?? null) : null;
    this.table.put(key, value, old, timestamp, headers);
  }
}
