/** Several streams, each grouped by the same key, and the one table that they are aggregated into. */
import { MillraceError } from '../errors/error.js';
import type { Serde } from '../serde/serde.js';
import type { StoreSpec } from '../store/spec.js';
import type { LogicalNode } from '../topology/logical/logical-node.js';
import { OperatorNode } from '../topology/logical/processor-nodes.js';
import { repartitionNames, type RepartitionNode } from '../topology/logical/repartition-node.js';
import type { NameCounter } from '../topology/names.js';
import type { Operator } from '../topology/operators.js';
import type { AnyAggregator } from '../processor/api/functions.js';
import { checkSameBuilder, type TableParts } from './parts.js';
import type { StreamGroups } from './stream-aggregation.js';
import { AggregateOrigin } from './table-origin.js';

/** In front of the generated names of a cogroup's store and operators. */
export const COGROUP = 'COGROUPKSTREAM-AGGREGATE-';
const MERGE = 'COGROUPKSTREAM-MERGE-';

/** One aggregation of all the streams. */
export interface Coaggregation {
  /** Given by the user; the operators are named after it. */
  readonly name: string | undefined;
  readonly store: StoreSpec;
  /** The store was named by the user. */
  readonly queryable: boolean;
  /** Serde of the keys of the table, which for windows are not those of the store. */
  readonly key: Serde<unknown> | undefined;
  /** What is done with the records of one of the streams. */
  readonly operator: (aggregator: AnyAggregator, sendOldValues: boolean) => Operator;
  /** How long after its end a window still changes, ms; null without windows. */
  readonly closesAfterMs: number | null;
}

/** The streams of a cogroup, in order, each with its aggregator. Kafka Streams: `CogroupedStreamAggregateBuilder`. */
export class StreamCogroup {
  private readonly aggregators = new Map<StreamGroups, AnyAggregator>();
  /** Further aggregations of the same cogroup share its repartitions. */
  private readonly repartitions = new Map<StreamGroups, RepartitionNode>();

  constructor(private readonly first: StreamGroups) {}

  get names(): NameCounter {
    return this.first.stream.graph.names;
  }

  /** Serde of keys: that of the first stream that has one. */
  get key(): Serde<unknown> | undefined {
    for (const { stream } of this.aggregators.keys()) if (stream.key !== undefined) return stream.key;
    return undefined;
  }

  /** @throws MillraceError TOPOLOGY_INVALID when the grouping is of another builder, or in the cogroup already */
  add(groups: StreamGroups, aggregator: AnyAggregator): void {
    checkSameBuilder('cogroup()', this.first.stream, groups.stream);
    if (this.aggregators.has(groups)) {
      throw new MillraceError(
        'TOPOLOGY_INVALID',
        `this grouping of ${groups.stream.name} is in the cogroup already; give it one aggregator that does both, or group the stream anew`,
        { node: groups.stream.name },
      );
    }
    this.aggregators.set(groups, aggregator);
  }

  /** One operator a stream over one store, and one where their changes come together. */
  aggregate(aggregation: Coaggregation): TableParts {
    const { name, store, queryable, key, operator, closesAfterMs } = aggregation;
    const { graph } = this.first.stream;
    const parents = this.partition(store.name);
    const sources = new Set(
      [...parents].flatMap(([{ stream }, parent]) => (parent === stream.node ? [...stream.sources] : [parent])),
    );
    graph.copartition(sources);
    const origin = new AggregateOrigin(store);
    const nodes: LogicalNode[] = [];
    for (const [groups, aggregator] of this.aggregators) {
      const one = graph.names.operatorOr(name && `${name}-cogroup-agg-${String(nodes.length)}`, COGROUP);
      const written = (): { operator: Operator; stores: StoreSpec[] } => ({
        operator: operator(aggregator, origin.sendsOldValues),
        stores: [store],
      });
      nodes.push(graph.append(parents.get(groups) as LogicalNode, new OperatorNode(one, written, { closesAfterMs })));
    }
    const merged = graph.names.operatorOr(name && `${name}-cogroup-merge`, MERGE);
    const node = graph.append(nodes, new OperatorNode(merged, () => ({ operator: { kind: 'pass' } })));
    return {
      graph,
      node,
      name: merged,
      key,
      value: store.value,
      sources,
      origin,
      queryableStoreName: queryable ? store.name : null,
    };
  }

  /**
   * The nodes that the operators follow: streams whose keys have changed are repartitioned. Topics that nobody named are
   * named after the store; where several of them outlast the optimisations, further ones also after their operator. (Kafka
   * Streams refuses a second one.)
   */
  private partition(storeName: string): Map<StreamGroups, LogicalNode> {
    const parents = new Map<StreamGroups, LogicalNode>();
    for (const groups of this.aggregators.keys()) {
      const known = this.repartitions.get(groups);
      // The numbers of a topic are used up all the same.
      if (known !== undefined) repartitionNames(storeName, this.names);
      const otherPrefix = `${storeName}-cogroup-agg-${String(parents.size)}`;
      const repartition = known ?? groups.repartitionForCogroup(storeName, otherPrefix);
      if (repartition !== null) this.repartitions.set(groups, repartition);
      parents.set(groups, repartition ?? groups.stream.node);
    }
    return parents;
  }
}
