/** Where a topology begins: sources of streams and tables, and `build`. */
import type { ProcessorWrapper } from '../processor/api/processor-wrapper.js';
import type { ProcessorSupplier } from '../processor/api/processor.js';
import type { AnyStore } from '../store/any-store.js';
import type { StoreEngine, StoreSpec } from '../store/spec.js';
import type { StoreBuilder } from '../store/store-builder.js';
import { LogicalGraph } from '../topology/logical/logical-graph.js';
import { StoreNode } from '../topology/logical/processor-nodes.js';
import { GlobalSourceNode, StreamSourceNode, TableSourceLogicalNode } from '../topology/logical/source-nodes.js';
import { copiedHashOrder } from '../topology/java-hash-order.js';
import type { Operator } from '../topology/operators.js';
import { optimizations, type Optimize } from '../topology/optimise/optimize.js';
import type { Topology } from '../topology/topology.js';
import { checkOptions } from './check-options.js';
import { GlobalKTable } from './global-table.js';
import { keyValueSpec } from './materialized.js';
import {
  CONSUMED,
  GLOBAL_CONSUMED,
  GLOBAL_TABLE,
  TABLE,
  type ConsumedOptions,
  type GlobalConsumedOptions,
  type GlobalTableOptions,
  type TableOptions,
} from './options.js';
import { KStream } from './stream.js';
import { checkOneTopic, sourceNode, topicsText } from './source-node.js';
import { SourceOrigin } from './table-origin.js';
import { KTable } from './table.js';
import { checkedStore } from './suppliers.js';
import { globalSupplier, readFrom } from './topology-builder.js';

/** What a topology says for all of its operators. Kafka Streams: `TopologyConfig`. */
export interface StreamsBuilderOptions {
  /** Where the stores of operators live that do not say so themselves. Default: the application's `dslStores`. */
  readonly dslStores?: StoreEngine | undefined;
  /** What the stores of operators on disk keep beside values and times, where an operator does not say. Default: the application's `dslStoreFormat`. */
  readonly dslStoreFormat?: 'default' | 'headers' | undefined;
}

const BUILDER = ['dslStores', 'dslStoreFormat'] as const satisfies readonly (keyof StreamsBuilderOptions)[];

/** Options of {@link StreamsBuilder.build}. */
export interface BuildOptions {
  /**
   * Which rewritings of the topology to make; they change the names of internal topics. Default: `none`.
   * Kafka Streams: `topology.optimization`, as passed to `build`.
   */
  readonly optimize?: Optimize | undefined;
  /**
   * Refuses a topology with stores, changelogs or repartition topics that have generated names, which change with the operators
   * before them. Default: false. Kafka Streams: `ensure.explicit.internal.resource.naming`.
   */
  readonly ensureExplicitInternalResourceNaming?: boolean | undefined;
  /** Put around every processor, operators included. Default: none. Kafka Streams: `processor.wrapper.class`. */
  readonly processorWrapper?: ProcessorWrapper | undefined;
}

const BUILD = [
  'optimize',
  'ensureExplicitInternalResourceNaming',
  'processorWrapper',
] as const satisfies readonly (keyof BuildOptions)[];

/**
 * Collects the operators of an application. Nothing runs before the topology is built and given to `KafkaStreams`.
 * Kafka Streams: `StreamsBuilder`.
 */
export class StreamsBuilder {
  private readonly graph: LogicalGraph;

  /** @throws MillraceError CONFIG_INVALID */
  constructor(options: StreamsBuilderOptions = {}) {
    checkOptions('StreamsBuilder', options, BUILDER);
    const { dslStores, dslStoreFormat } = options;
    this.graph = new LogicalGraph({ dslStores: dslStores ?? null, dslStoreFormat: dslStoreFormat ?? null });
  }

  /**
   * Reads topics as a stream. Two streams of the same topics share one source, that of the first.
   * @param topics a topic, several, or a pattern that the whole name of a topic must match
   * @throws MillraceError CONFIG_INVALID, NAME_INVALID
   */
  stream<K = unknown, V = unknown>(
    topics: string | readonly string[] | RegExp,
    options: ConsumedOptions<K, V> = {},
  ): KStream<K, V> {
    checkOptions(`stream(${topicsText(topics)})`, options, CONSUMED);
    const name = this.graph.names.operatorOr(options.name, 'KSTREAM-SOURCE-');
    const node = this.graph.append(
      this.graph.root,
      new StreamSourceNode(sourceNode(name, topics, options, copiedHashOrder)),
    );
    return new KStream({
      graph: this.graph,
      node,
      name,
      key: options.key,
      value: options.value,
      sources: new Set([node]),
      repartitionRequired: false,
    });
  }

  /**
   * Reads a topic as a table: a record replaces the one before of its key, null deletes. Records with a null key are
   * dropped (counted). The table has a store if one is named or something behind it needs one.
   * @throws MillraceError CONFIG_INVALID, NAME_INVALID
   */
  table<K = unknown, V = unknown>(topic: string, options: TableOptions<K, V> = {}): KTable<K, V | null> {
    checkOneTopic('table()', topic);
    checkOptions(`table(${topicsText(topic)})`, options, TABLE);
    const { names } = this.graph;
    const store = keyValueSpec(options, {
      name: options.store ?? names.store(`${topic}-`),
      key: undefined,
      value: undefined,
    });
    const sourceName = names.operatorOr(options.name && `${options.name}-source`, 'KSTREAM-SOURCE-');
    const name = names.operatorOr(options.name, 'KTABLE-SOURCE-');
    const origin = new SourceOrigin(store, options.store !== undefined);
    const node = this.graph.append(
      this.graph.root,
      new TableSourceLogicalNode(name, sourceNode(sourceName, topic, options), topic, () => ({
        operator: { kind: 'tableSource', store: origin.store?.name ?? null, sendOldValues: origin.sendsOldValues },
        store: origin.store,
      })),
    );
    return new KTable({
      graph: this.graph,
      node,
      name,
      key: options.key,
      value: options.value,
      sources: new Set([node]),
      origin,
      queryableStoreName: options.store ?? null,
    });
  }

  /**
   * Reads a topic as a table that every instance holds whole. It is read to its end before anything is processed, and
   * followed from then on; its topic serves as its changelog.
   * @throws MillraceError CONFIG_INVALID, NAME_INVALID
   */
  globalTable<K = unknown, V = unknown>(topic: string, options: GlobalTableOptions<K, V> = {}): GlobalKTable<K, V> {
    checkOneTopic('globalTable()', topic);
    checkOptions(`globalTable(${topicsText(topic)})`, options, GLOBAL_TABLE);
    const { names } = this.graph;
    const store: StoreSpec = Object.freeze({
      ...keyValueSpec(
        { ...(options as GlobalTableOptions<unknown, unknown>), caching: false, logging: false },
        { name: options.store ?? names.store(`${topic}-`), key: undefined, value: undefined },
      ),
      sourceTopic: topic,
    });
    const sourceName = names.operatorOr(options.name && `${options.name}-source`, 'KSTREAM-SOURCE-');
    const name = names.operatorOr(options.name, 'KTABLE-SOURCE-');
    this.graph.append(
      this.graph.root,
      new GlobalSourceNode(
        name,
        sourceNode(sourceName, topic, options),
        { kind: 'tableSource', store: store.name, sendOldValues: false },
        store,
      ),
    );
    return new GlobalKTable({ graph: this.graph, store: store.name });
  }

  /**
   * Adds a store of one's own, see `stores`. It takes part in the topology once a processor is connected to it. The very same
   * one may be added again.
   */
  addStateStore(store: StoreBuilder<AnyStore>): this {
    this.graph.append(this.graph.root, new StoreNode(Object.freeze(checkedStore('addStateStore()', store))));
    return this;
  }

  /**
   * Adds a store that every instance holds whole, filled by a processor of its own from a topic, which is read to its end
   * before anything else is processed. Other processors can read it without being connected. The processor can neither
   * forward nor have timers or promises.
   * @throws MillraceError CONFIG_INVALID, NAME_INVALID, TOPOLOGY_INVALID
   */
  addGlobalStore<K, V>(
    store: StoreBuilder,
    topic: string,
    supplier: ProcessorSupplier<K, V>,
    options: GlobalConsumedOptions<K, V> = {},
  ): this {
    const call = `addGlobalStore(${checkedStore('addGlobalStore()', store).name})`;
    checkOneTopic(call, topic);
    checkOptions(call, options, GLOBAL_CONSUMED);
    const { names } = this.graph;
    const sourceName = names.operatorOr(options.name && `${options.name}-source`, 'KSTREAM-SOURCE-');
    const name = names.operatorOr(options.name, 'KTABLE-SOURCE-');
    const operator: Operator = { kind: 'process', supplier: globalSupplier(call, supplier) };
    this.graph.append(
      this.graph.root,
      new GlobalSourceNode(name, sourceNode(sourceName, topic, options), operator, readFrom(topic, store)),
    );
    return this;
  }

  /**
   * Finishes the topology. A second call returns the same one; operators can no longer be added.
   *
   * Whether a serde is missing is not known here: the application's `defaultKeySerde` or `defaultValueSerde` may stand in for it. It is
   * an error of `new KafkaStreams` (and of the test driver) that names the line where the operator was written. There, too, a
   * logger is at hand, which is told of what is allowed and surprises: windows without a grace, updates that a cache holds back, a
   * topology that writes to a topic that it reads.
   * @throws MillraceError TOPOLOGY_INVALID when operators, stores or topics contradict each other, or lack names that they must
   * have
   * @throws MillraceError PARTITIONS_MISMATCHED when fixed partition counts contradict each other
   */
  build(options: BuildOptions = {}): Topology {
    checkOptions('build()', options, BUILD);
    const { optimize = 'none', ensureExplicitInternalResourceNaming: explicitNames, processorWrapper } = options;
    optimizations(optimize);
    return this.graph.build(optimize, { explicitNames: explicitNames === true, wrapper: processorWrapper ?? null });
  }
}
