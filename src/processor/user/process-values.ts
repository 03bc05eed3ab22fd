/** Runs a user's processor that cannot change keys. Kafka Streams: `ProcessorNode` with a `FixedKeyProcessor`. */
import type { Headers } from '../../record/headers.js';
import type { AnyFixedKeyProcessor, AnyFixedKeyProcessorSupplier } from '../api/processor.js';
import { FixedKeyRecord } from '../api/record.js';
import type { NodeContext } from '../context.js';
import { initUserProcessor, makeOne } from './life.js';
import { UserFixedKeyContext } from './user-context.js';
import { UserNode } from './user-node.js';

export class ProcessValuesNode extends UserNode {
  private readonly processor: AnyFixedKeyProcessor;

  constructor(name: string, context: NodeContext, supplier: AnyFixedKeyProcessorSupplier, stores: readonly string[]) {
    super(name, context, stores);
    this.processor = makeOne(name, supplier);
  }

  override init(): void {
    initUserProcessor(this.name, this.processor, new UserFixedKeyContext(this.context, this));
  }

  protected override call(key: unknown, value: unknown, timestamp: number, headers: Headers): void | Promise<void> {
    return this.processor.process(new FixedKeyRecord(key, value, timestamp, headers));
  }

  protected override closeProcessor(): void | Promise<void> {
    return this.processor.close?.();
  }
}
