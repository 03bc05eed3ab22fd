/** Where records enter the logical graph: streams and tables read from topics. */
import type { SourceNode } from '../node.js';
import type { Operator } from '../operators.js';
import type { TopologyAssembly } from '../topology-builder.js';
import type { StoreSpec } from '../../store/spec.js';
import { LogicalNode } from './logical-node.js';

/** Topics read as a stream. Kafka Streams: `StreamSourceNode`. */
export class StreamSourceNode extends LogicalNode {
  constructor(readonly source: SourceNode) {
    super(source.name);
  }

  override get sourceName(): string {
    return this.name;
  }

  override write(builder: TopologyAssembly): void {
    builder.addSource(this.source);
  }
}

/** What a table's store looks like at the moment of writing; whether it has one depends on what came after it. */
export interface TableSourceParts {
  readonly operator: Operator;
  readonly store: StoreSpec | null;
}

/** A topic read as a table. Kafka Streams: `TableSourceNode`. */
export class TableSourceLogicalNode extends LogicalNode {
  /** Use the topic itself in place of a changelog (`reuse.ktable.source.topics`). */
  reusesTopic = false;

  constructor(
    name: string,
    readonly source: SourceNode,
    private readonly topic: string,
    private readonly parts: () => TableSourceParts,
  ) {
    super(name);
  }

  override get sourceName(): string {
    return this.source.name;
  }

  override write(builder: TopologyAssembly): void {
    const { operator, store } = this.parts();
    builder.addSource(this.source);
    builder.addProcessor(this.name, operator, [this.source.name]);
    if (store === null) return;
    const kept: StoreSpec = this.reusesTopic ? { ...store, logging: false, sourceTopic: this.topic } : store;
    builder.addStore(Object.freeze(kept), this.name);
  }
}

/** A topic read whole by every instance. Kafka Streams: `TableSourceNode` of a global table, `GlobalStoreNode`. */
export class GlobalSourceNode extends LogicalNode {
  constructor(
    name: string,
    private readonly source: SourceNode,
    private readonly operator: Operator,
    private readonly store: StoreSpec,
  ) {
    super(name);
  }

  override write(builder: TopologyAssembly): void {
    builder.addGlobalStore(this.store, this.source, this.name, this.operator);
  }
}
