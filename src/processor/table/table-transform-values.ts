/** A table whose values a user's transformer makes of those of another. Kafka Streams: `KTableTransformValues`. */
import { Change } from '../../record/change.js';
import type { Headers } from '../../record/headers.js';
import type { AnyValueTransformerSupplier } from '../api/value-transformer.js';
import type { NodeContext } from '../context.js';
import { TransformerNode } from '../user/transformer-node.js';
import { changeOf } from './change-of.js';
import { TableStore } from './table-store.js';

export interface TableTransformValuesSettings {
  readonly supplier: AnyValueTransformerSupplier;
  readonly store: string | null;
  readonly sendOldValues: boolean;
}

/** The transformer sees deletions too, and without a store also the old values, if anybody wants those. */
export class TableTransformValuesNode extends TransformerNode {
  private table: TableStore | null = null;

  constructor(
    name: string,
    context: NodeContext,
    private readonly settings: TableTransformValuesSettings,
    stores: readonly string[],
  ) {
    super(name, context, settings.supplier, stores);
  }

  override init(): void {
    super.init();
    const { store, sendOldValues } = this.settings;
    if (store === null) return;
    this.table = new TableStore(this.context, this.name, store, sendOldValues, (key, change, timestamp, headers) => {
      this.forward(key, change, timestamp, headers);
    });
  }

  protected override call(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const change = changeOf(value);
    const newValue = this.transformed(change.newValue, key);
    const { sendOldValues } = this.settings;
    if (this.table === null) {
      const oldValue = sendOldValues ? this.transformed(change.oldValue, key) : null;
      this.forward(key, new Change(newValue, oldValue, change.isLatest), timestamp, headers);
      return;
    }
    const oldValue = sendOldValues ? (this.table.row(key)?.value ?? null) : null;
    this.table.put(key, newValue, oldValue, timestamp, headers);
  }
}
