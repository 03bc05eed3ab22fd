/** Operators, sinks and stores of the logical graph. */
import type { StoreSpec } from '../../store/spec.js';
import type { SinkNode } from '../node.js';
import type { Operator } from '../operators.js';
import type { TopologyAssembly } from '../topology-builder.js';
import { LogicalNode, type LogicalTraits } from './logical-node.js';

/** An operator as it is at the moment of writing: what follows it may have given it a store or asked it for old values. */
export interface WrittenOperator {
  readonly operator: Operator;
  /** Stores that it brings along. */
  readonly stores?: readonly StoreSpec[];
  /** Names of stores of others that it reads. */
  readonly reads?: readonly string[];
}

/** One operator. Kafka Streams: `ProcessorGraphNode` and its like. */
export class OperatorNode extends LogicalNode {
  constructor(
    name: string,
    private readonly written: () => WrittenOperator,
    traits: LogicalTraits = {},
  ) {
    super(name, traits);
  }

  override write(builder: TopologyAssembly): void {
    const { operator, stores = [], reads = [] } = this.written();
    builder.addProcessor(this.name, operator, this.parentNames());
    for (const store of stores) builder.addStore(Object.freeze(store), this.name);
    for (const store of reads) builder.connectStore(this.name, store);
  }
}

/** Writes records to a topic. Kafka Streams: `StreamSinkNode`. */
export class SinkLogicalNode extends LogicalNode {
  constructor(private readonly sink: Omit<SinkNode, 'parents'>) {
    super(sink.name);
  }

  override write(builder: TopologyAssembly): void {
    builder.addSink({ ...this.sink, parents: Object.freeze(this.parentNames()) });
  }
}

/** A store that no operator brings along. Kafka Streams: `StateStoreNode`. */
export class StoreNode extends LogicalNode {
  constructor(private readonly store: StoreSpec) {
    super(store.name);
  }

  override write(builder: TopologyAssembly): void {
    builder.addStore(this.store);
  }
}
