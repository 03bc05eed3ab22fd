/** A join of two tables in the logical graph: two sides that read each other's table, and the node where they come together. */
import type { StoreSpec } from '../../store/spec.js';
import type { Operator } from '../operators.js';
import type { TopologyAssembly } from '../topology-builder.js';
import { LogicalNode } from './logical-node.js';

/** One side of the join. */
export interface TableJoinSide {
  readonly name: string;
  /** The table whose changes come in here. */
  readonly input: LogicalNode;
  readonly operator: () => Operator;
  /** Names of the stores that the other table is read from. */
  readonly reads: readonly string[];
}

/** Kafka Streams: `KTableKTableJoinNode`. */
export class TableJoinNode extends LogicalNode {
  constructor(
    name: string,
    private readonly sides: readonly [left: TableJoinSide, right: TableJoinSide],
    private readonly merge: () => Operator,
    private readonly store: StoreSpec | null,
  ) {
    super(name);
  }

  override write(builder: TopologyAssembly): void {
    for (const { name, input, operator } of this.sides) builder.addProcessor(name, operator(), [input.name]);
    builder.addProcessor(
      this.name,
      this.merge(),
      this.sides.map((side) => side.name),
    );
    for (const { name, reads } of this.sides) for (const store of reads) builder.connectStore(name, store);
    if (this.store !== null) builder.addStore(Object.freeze(this.store), this.name);
  }
}
