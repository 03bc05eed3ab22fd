/** What both uses of a user's value transformer share: the operator, and the reading of its table where that has no store. */
import type { Headers } from '../../record/headers.js';
import { NO_HEADERS } from '../../record/headers.js';
import { RecordContext } from '../../record/record-context.js';
import type { ValueAndTimestamp } from '../../store/state-store.js';
import type { AnyValueTransformer, AnyValueTransformerSupplier } from '../api/value-transformer.js';
import { defined } from '../aggregate/defined.js';
import type { NodeContext } from '../context.js';
import { initUserProcessor, makeOne } from './life.js';
import { UserValueContext } from './user-context.js';
import { UserNode } from './user-node.js';

export abstract class TransformerNode extends UserNode {
  private readonly transformer: AnyValueTransformer;

  constructor(name: string, context: NodeContext, supplier: AnyValueTransformerSupplier, stores: readonly string[]) {
    super(name, context, stores);
    this.transformer = makeOne(name, supplier, 'transform');
  }

  override init(): void {
    initUserProcessor(this.name, this.transformer, new UserValueContext(this.context, this));
  }

  /** With the task's record as it is. */
  protected transformed(value: unknown, key: unknown): unknown {
    return defined(this.transformer.transform(value, key, this.context.record), 'transformer', this.name);
  }

  protected override closeProcessor(): void | Promise<void> {
    return this.transformer.close?.();
  }
}

/**
 * Reads rows of a transformed table, with a transformer of its own, which gets rows that are not there as null. The record
 * that it sees has the time of the row, and comes from nowhere.
 */
export class TransformedRows extends TransformerNode {
  private readonly outer = new RecordContext();

  row(parent: ValueAndTimestamp<unknown> | null, key: unknown): unknown {
    const { record } = this.context;
    this.outer.copyFrom(record);
    record.set(null, -1, -1, parent === null ? -1 : parent.timestamp, NO_HEADERS);
    try {
      return this.transformed(parent === null ? null : parent.value, key);
    } finally {
      record.copyFrom(this.outer);
    }
  }

  protected override call(_key: unknown, _value: unknown, _timestamp: number, _headers: Headers): void {
    // It is not part of the graph: nothing is sent to it.
  }
}
