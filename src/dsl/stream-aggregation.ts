/** What all aggregations of a grouped stream have in common: the repartition before them and the table that they make. */
import type { Serde } from '../serde/serde.js';
import type { StoreSpec } from '../store/spec.js';
import { OperatorNode } from '../topology/logical/processor-nodes.js';
import { RepartitionNode, repartitionNames } from '../topology/logical/repartition-node.js';
import type { Operator } from '../topology/operators.js';
import type { StreamParts, TableParts } from './parts.js';
import { AggregateOrigin } from './table-origin.js';

/** One aggregation. */
export interface Aggregation {
  /** Name of the operator. */
  readonly name: string;
  readonly store: StoreSpec;
  /** The store was named by the user. */
  readonly queryable: boolean;
  /** Serde of the keys of the table, which for windows are not those of the store. */
  readonly key: Serde<unknown> | undefined;
  readonly operator: (sendOldValues: boolean) => Operator;
  /** How long after its end a window still changes, ms; null without windows. */
  readonly closesAfterMs: number | null;
}

/** The groups of a stream, and the repartition that its aggregations may share. Kafka Streams: `GroupedStreamAggregateBuilder`. */
export class StreamGroups {
  private repartition: RepartitionNode | null = null;

  constructor(
    /** The stream, with the serdes that the grouping chose. */
    readonly stream: StreamParts,
    /** Given to the grouping, and so to its repartition topic. */
    readonly groupName: string | undefined,
  ) {}

  aggregate(aggregation: Aggregation): TableParts {
    const { graph } = this.stream;
    const { name, store, queryable, key, operator, closesAfterMs } = aggregation;
    let parent = this.stream.node;
    let { sources } = this.stream;
    if (this.stream.repartitionRequired) {
      parent = graph.append(parent, this.repartitionNode(store.name));
      sources = new Set([parent]);
    }
    const origin = new AggregateOrigin(store);
    const node = graph.append(
      parent,
      new OperatorNode(name, () => ({ operator: operator(origin.sendsOldValues), stores: [store] }), { closesAfterMs }),
    );
    return {
      graph,
      node,
      name,
      key,
      value: store.value,
      sources,
      origin,
      queryableStoreName: queryable ? store.name : null,
    };
  }

  /**
   * The repartition of one input of a cogroup; null when its keys are where they belong. Unlike other aggregations, a
   * cogroup does not move back in the order what others of the same grouping share with it.
   * @param unnamed what the topic is named after when the grouping has no name
   * @param other what it is then named after where another input has that topic
   */
  repartitionForCogroup(unnamed: string, other: string): RepartitionNode | null {
    if (!this.stream.repartitionRequired) return null;
    const shared = this.groupName !== undefined && this.repartition !== null;
    const node = this.repartitionNode(unnamed, this.groupName === undefined ? other : null);
    return shared ? node : this.stream.graph.append(this.stream.node, node);
  }

  /** A grouping with a name has one topic for all its aggregations; without, each has one named after its store. */
  private repartitionNode(unnamed: string, otherPrefix: string | null = null): RepartitionNode {
    const { graph, key, value } = this.stream;
    const names = repartitionNames(this.groupName ?? unnamed, graph.names);
    if (this.repartition === null || this.groupName === undefined) {
      this.repartition = new RepartitionNode(names, { key, value, mergeable: true, otherPrefix });
    }
    return this.repartition;
  }
}
