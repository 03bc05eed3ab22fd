/** The graph that the DSL appends to, and the order in which it becomes a topology. */
import { MillraceError } from '../../errors/error.js';
import type { ProcessorWrapper } from '../../processor/api/processor-wrapper.js';
import { checkExplicitNames } from '../explicit-names.js';
import { NameCounter } from '../names.js';
import { letNullKeysEnd } from '../optimise/let-null-keys-end.js';
import { mergeDuplicateSources } from '../optimise/merge-duplicate-sources.js';
import { mergeRepartitionTopics } from '../optimise/merge-repartition-topics.js';
import { optimizations, type Optimize } from '../optimise/optimize.js';
import { NO_STORE_DEFAULTS, type StoreDefaults } from '../store-defaults.js';
import { singleStoreSelfJoins } from '../optimise/single-store-self-join.js';
import type { Topology } from '../topology.js';
import { TopologyAssembly } from '../topology-builder.js';
import { thisCall } from '../written-at.js';
import { RootNode, type LogicalNode } from './logical-node.js';
import { nearestAbove } from './nearest-above.js';
import { RepartitionNode } from './repartition-node.js';
import { separateRepartitions } from './separate-repartitions.js';
import { TableSourceLogicalNode } from './source-nodes.js';

/** What else a build is told. */
export interface GraphOptions {
  /** Everything that outlives the topology must have been named. */
  readonly explicitNames?: boolean;
  readonly wrapper?: ProcessorWrapper | null;
}

/** Kafka Streams: `InternalStreamsBuilder`. */
export class LogicalGraph {
  readonly names = new NameCounter();
  readonly root = new RootNode();
  /** Key-changing operators and the repartitions that each of them makes necessary. */
  readonly repartitionsOf = new Map<LogicalNode, Set<RepartitionNode>>();
  readonly mergingNodes = new Set<LogicalNode>();
  private readonly tableSources = new Set<TableSourceLogicalNode>();
  private readonly copartitioned: (readonly LogicalNode[])[] = [];
  private appended = 0;
  private built: Topology | null = null;
  private failure: { readonly error: unknown } | null = null;

  constructor(private readonly storeDefaults: StoreDefaults = NO_STORE_DEFAULTS) {}

  /** Appends `node` below its parents, in their order. A node may be appended again, which moves it back in the order. */
  append<N extends LogicalNode>(parents: LogicalNode | readonly LogicalNode[], node: N): N {
    if (this.built !== null) {
      throw new MillraceError('STATE_INVALID', `${node.name} cannot be added: the topology has been built`, {
        node: node.name,
      });
    }
    node.call ??= thisCall();
    for (const parent of Array.isArray(parents) ? (parents as readonly LogicalNode[]) : [parents as LogicalNode]) {
      parent.addChild(node);
      node.priority = this.appended;
      this.appended += 1;
      this.register(node);
    }
    return node;
  }

  /** Says that the topics of these sources must have the same number of partitions. */
  copartition(sources: Iterable<LogicalNode>): void {
    this.copartitioned.push([...sources]);
  }

  /** Optimises and writes the topology; the graph is finished with that. */
  build(optimize: Optimize, { explicitNames = false, wrapper = null }: GraphOptions = {}): Topology {
    if (this.built !== null) return this.built;
    // Half rewritten, the graph is good for nothing but the same error.
    if (this.failure !== null) throw this.failure.error;
    try {
      const built = this.buildOnce(optimize, wrapper);
      if (explicitNames) checkExplicitNames(built, this.names);
      this.built = built;
      return this.built;
    } catch (error) {
      this.failure = { error };
      throw error;
    }
  }

  private buildOnce(optimize: Optimize, wrapper: ProcessorWrapper | null): Topology {
    const rules = optimizations(optimize);
    mergeDuplicateSources(this.root);
    if (rules.has('reuse.ktable.source.topics')) for (const source of this.tableSources) source.reusesTopic = true;
    if (rules.has('merge.repartition.topics')) mergeRepartitionTopics(this);
    if (rules.has('single.store.self.join')) singleStoreSelfJoins(this.root);
    letNullKeysEnd(this.root);
    separateRepartitions(this.root);

    const builder = new TopologyAssembly(wrapper, this.storeDefaults);
    this.write(builder);
    for (const group of this.copartitioned) builder.copartition(sourceNames(group));
    return builder.build();
  }

  /** Of all nodes whose parents are written, the one that was appended first is next. */
  private write(builder: TopologyAssembly): void {
    const written = new Set<LogicalNode>();
    const ready: LogicalNode[] = [this.root];
    while (ready.length > 0) {
      let next = 0;
      for (let i = 1; i < ready.length; i++) {
        if ((ready[i] as LogicalNode).priority < (ready[next] as LogicalNode).priority) next = i;
      }
      const node = ready.splice(next, 1)[0] as LogicalNode;
      builder.call = node.call;
      node.write(builder);
      written.add(node);
      for (const child of node.children) {
        if ([...child.parents].every((parent) => written.has(parent))) ready.push(child);
      }
    }
  }

  private register(node: LogicalNode): void {
    if (node.changesKey) {
      this.repartitionsOf.set(node, new Set());
    } else if (node instanceof RepartitionNode) {
      if (!node.parts.mergeable) return;
      const cause = nearestAbove(node, (above) => above.changesKey);
      if (cause !== null && cause === nearestAbove(node, (above) => above.changesKey || above.changesValue)) {
        this.repartitionsOf.get(cause)?.add(node);
      }
    } else if (node.merges) {
      this.mergingNodes.add(node);
    } else if (node instanceof TableSourceLogicalNode) {
      this.tableSources.add(node);
    }
  }
}

function sourceNames(nodes: readonly LogicalNode[]): string[] {
  const names: string[] = [];
  for (let node of nodes) {
    while (node.replacedBy !== null) node = node.replacedBy;
    if (node.sourceName !== null) names.push(node.sourceName);
  }
  return names;
}
