/** Runs a user's processor. Kafka Streams: `ProcessorNode` with a `Processor`. */
import type { Headers } from '../../record/headers.js';
import type { AnyProcessor, AnyProcessorSupplier } from '../api/processor.js';
import { Record } from '../api/record.js';
import type { NodeContext } from '../context.js';
import { initUserProcessor, makeOne } from './life.js';
import { UserProcessorContext } from './user-context.js';
import { UserNode } from './user-node.js';

export class ProcessNode extends UserNode {
  private readonly processor: AnyProcessor;

  constructor(name: string, context: NodeContext, supplier: AnyProcessorSupplier, stores: readonly string[]) {
    super(name, context, stores);
    this.processor = makeOne(name, supplier);
  }

  override init(): void {
    initUserProcessor(this.name, this.processor, new UserProcessorContext(this.context, this));
  }

  protected override call(key: unknown, value: unknown, timestamp: number, headers: Headers): void | Promise<void> {
    return this.processor.process(new Record(key, value, timestamp, headers));
  }

  protected override closeProcessor(): void | Promise<void> {
    return this.processor.close?.();
  }
}
