/** Where both sides of a join of two tables come together, and the result is kept, if it is. Kafka Streams: `KTableKTableJoinMerger`. */
import { Change } from '../../record/change.js';
import type { Headers } from '../../record/headers.js';
import type { NodeContext } from '../context.js';
import { RunningNode } from '../node.js';
import { changeOf } from '../table/change-of.js';
import { TableStore } from '../table/table-store.js';

export interface TableJoinMergeSettings {
  readonly store: string | null;
  readonly sendOldValues: boolean;
}

export class TableJoinMergeNode extends RunningNode {
  private table: TableStore | null = null;

  constructor(
    name: string,
    context: NodeContext,
    private readonly settings: TableJoinMergeSettings,
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
    const { newValue, oldValue, isLatest } = changeOf(value);
    if (this.table === null) {
      const change = new Change(newValue, this.settings.sendOldValues ? oldValue : null, isLatest);
      this.forward(key, change, timestamp, headers);
      return;
    }
    const { record } = this.context;
    record.timestamp = timestamp;
    record.headers = headers;
    this.table.put(key, newValue, oldValue, timestamp, headers);
  }
}
