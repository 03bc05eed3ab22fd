/** What a call of the DSL leaves behind: a node that writes itself into the topology once everything about it is known. */
import type { TopologyAssembly } from '../topology-builder.js';
import type { Call } from '../written-at.js';

/** What the optimisations want to know of an operator. */
export interface LogicalTraits {
  /** Gives records another key, so that what is grouped behind it must be partitioned anew. */
  readonly changesKey?: boolean;
  readonly changesValue?: boolean;
  readonly merges?: boolean;
  /** A left or outer join that also wants records without a key. */
  readonly wantsNullKeys?: boolean;
  /** A windowed aggregation: how long after its end a window still changes, ms. */
  readonly closesAfterMs?: number | null;
}

/**
 * A node of the logical graph. It may stand for several nodes of the topology; `name` is that of the last of them, the one
 * that children follow. Kafka Streams: `GraphNode`.
 */
export abstract class LogicalNode {
  /** In the order in which they were connected. */
  readonly parents = new Set<LogicalNode>();
  readonly children = new Set<LogicalNode>();
  readonly changesKey: boolean;
  readonly changesValue: boolean;
  readonly merges: boolean;
  readonly wantsNullKeys: boolean;
  /** Null unless this is a windowed aggregation. */
  readonly closesAfterMs: number | null;
  /** Nodes are written in this order, as far as parents come first. */
  priority = 0;
  /** The call of a user's that it stands for; null: there is none. */
  call: Call | null = null;
  /** The node that an optimisation put in place of this one. */
  replacedBy: LogicalNode | null = null;

  constructor(
    public name: string,
    traits: LogicalTraits = {},
  ) {
    this.changesKey = traits.changesKey === true;
    this.changesValue = traits.changesValue === true;
    this.merges = traits.merges === true;
    this.wantsNullKeys = traits.wantsNullKeys === true;
    this.closesAfterMs = traits.closesAfterMs ?? null;
  }

  /** Adds what this node stands for. All parents have been written before. */
  abstract write(builder: TopologyAssembly): void;

  /** Name of the source node that this one writes, if it does. */
  get sourceName(): string | null {
    return null;
  }

  addChild(child: LogicalNode): void {
    this.children.add(child);
    child.parents.add(this);
  }

  removeChild(child: LogicalNode): void {
    this.children.delete(child);
    child.parents.delete(this);
  }

  protected parentNames(): string[] {
    return [...this.parents].map((parent) => parent.name);
  }
}

/** Where the graph begins; parent of all sources. */
export class RootNode extends LogicalNode {
  constructor() {
    super('root');
  }

  override write(): void {
    // Nothing of the root is in the topology.
  }
}
