/** The rows of a table grouped by another key. */
import { ChangeSerde } from '../serde/change.js';
import { long } from '../serde/fixed-width.js';
import type { Serde } from '../serde/serde.js';
import type { LogicalGraph } from '../topology/logical/logical-graph.js';
import type { LogicalNode } from '../topology/logical/logical-node.js';
import { OperatorNode } from '../topology/logical/processor-nodes.js';
import { RepartitionNode } from '../topology/logical/repartition-node.js';
import type { Operator } from '../topology/operators.js';
import type {
  AnyAggregator,
  Aggregator,
  DeletingAggregator,
  Initializer,
  Reducer,
} from '../processor/api/functions.js';
import { checkFunction, checkOptions } from './check-options.js';
import { countRecords, uncountRecord, zero } from './counting.js';
import { keyValueSpec } from './materialized.js';
import { STATEFUL, type StatefulOptions } from './options.js';
import { ownParts } from './parts.js';
import { AggregateOrigin } from './table-origin.js';
import { KTable } from './table.js';

/** What a grouped table is made of. */
export interface GroupedTableParts {
  readonly graph: LogicalGraph;
  readonly node: LogicalNode;
  readonly key: Serde<unknown> | undefined;
  readonly value: Serde<unknown> | undefined;
  /** Given to the grouping, and so to its repartition topic. */
  readonly groupName: string | undefined;
}

/**
 * The rows of a table grouped by another key. When a row changes, what it contributed before is taken back by the
 * subtractor, then its new contribution is added by the adder, under another key perhaps.
 * Kafka Streams: `KGroupedTable`.
 */
export class KGroupedTable<K, V> {
  private repartition: RepartitionNode | null = null;
  /** Only the compiler knows the types of keys and values. */
  declare protected readonly types: [K, V];

  /** @internal Made by `KTable.groupBy`. */
  constructor(private readonly parts: GroupedTableParts) {
    ownParts(parts, 'KGroupedTable', 'table.groupBy(…)');
  }

  /** Counts the rows of each group. The count is written as a 64-bit integer. */
  count(options: StatefulOptions<K, number> = {}): KTable<K, number> {
    checkOptions('count()', options, STATEFUL);
    return this.stateful('KTABLE-AGGREGATE-', options, long(), (common) => ({
      kind: 'tableAggregate',
      initializer: zero,
      adder: countRecords,
      subtractor: uncountRecord,
      ...common,
    }));
  }

  /** Combines the values of each group into one of the same type; the first value of a group is its first result. */
  reduce(
    adder: Reducer<K, V, V | null>,
    subtractor: Reducer<K, V, V | null>,
    options: StatefulOptions<K, V> = {},
  ): KTable<K, V | null> {
    checkOptions('reduce()', options, STATEFUL);
    checkFunction('reduce()', 'adder', adder);
    checkFunction('reduce()', 'subtractor', subtractor);
    return this.stateful('KTABLE-REDUCE-', options, this.parts.value, (common) => ({
      kind: 'tableReduce',
      adder: adder as AnyAggregator,
      subtractor: subtractor as AnyAggregator,
      ...common,
    }));
  }

  /**
   * Combines the values of each group into an aggregate of any type, beginning with that of `initializer`. When the
   * functions return null, the aggregate is deleted.
   */
  aggregate<A>(
    initializer: Initializer<A>,
    adder: Aggregator<K, V, A>,
    subtractor: Aggregator<K, V, A>,
    options?: StatefulOptions<K, A>,
  ): KTable<K, A>;
  aggregate<A>(
    initializer: Initializer<A>,
    adder: DeletingAggregator<K, V, A>,
    subtractor: DeletingAggregator<K, V, A>,
    options?: StatefulOptions<K, A>,
  ): KTable<K, A | null>;
  aggregate<A>(
    initializer: Initializer<A>,
    adder: DeletingAggregator<K, V, A>,
    subtractor: DeletingAggregator<K, V, A>,
    options: StatefulOptions<K, A> = {},
  ): KTable<K, A | null> {
    checkOptions('aggregate()', options, STATEFUL);
    checkFunction('aggregate()', 'initializer', initializer);
    checkFunction('aggregate()', 'adder', adder);
    checkFunction('aggregate()', 'subtractor', subtractor);
    return this.stateful('KTABLE-AGGREGATE-', options, undefined, (common) => ({
      kind: 'tableAggregate',
      initializer: initializer,
      adder: adder as AnyAggregator,
      subtractor: subtractor as AnyAggregator,
      ...common,
    }));
  }

  private stateful<R>(
    prefix: string,
    options: StatefulOptions<unknown, unknown>,
    value: Serde<unknown> | undefined,
    operator: (common: { store: string; sendOldValues: boolean }) => Operator,
  ): KTable<K, R> {
    const { graph, node: parent, key, groupName } = this.parts;
    const { names } = graph;
    const store = keyValueSpec(options, {
      name: options.store ?? names.store('KTABLE-AGGREGATE-'),
      key,
      value,
    });
    const part = (suffix: string): string | undefined => options.name && options.name + suffix;
    const sink = names.operatorOr(part('-sink'), 'KSTREAM-SINK-');
    const source = names.operatorOr(part('-source'), 'KSTREAM-SOURCE-');
    const name = names.operatorOr(options.name, prefix);
    if (this.repartition === null || groupName === undefined) {
      const topic = `${groupName ?? store.name}-repartition`;
      this.repartition = new RepartitionNode(
        { topic, filter: null, sink, source },
        { key, value: new ChangeSerde(this.parts.value), mergeable: false },
      );
    }
    const repartition = graph.append(parent, this.repartition);
    const origin = new AggregateOrigin(store);
    const node = graph.append(
      repartition,
      new OperatorNode(name, () => ({
        operator: operator({ store: store.name, sendOldValues: origin.sendsOldValues }),
        stores: [store],
      })),
    );
    return new KTable({
      graph,
      node,
      name,
      key: store.key,
      value: store.value,
      sources: new Set([repartition]),
      origin,
      queryableStoreName: options.store ?? null,
    });
  }
}
