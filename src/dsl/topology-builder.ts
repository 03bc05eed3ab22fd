/** Where a topology is written by hand, node by node, without the operators of the DSL. */
import { MillraceError } from '../errors/error.js';
import type { ProcessorWrapper } from '../processor/api/processor-wrapper.js';
import type { AnyProcessorSupplier, ProcessorSupplier } from '../processor/api/processor.js';
import type { Serde } from '../serde/serde.js';
import type { AnyStore } from '../store/any-store.js';
import type { StoreSpec } from '../store/spec.js';
import type { StoreBuilder } from '../store/store-builder.js';
import type { TopologyDescription } from '../topology/describe.js';
import { checkName } from '../topology/names.js';
import type { TimestampExtractor, TopicExtractor } from '../processor/api/topic-functions.js';
import type { ValueMapper } from '../processor/api/functions.js';
import type { Topology } from '../topology/topology.js';
import { TopologyAssembly as NodeBuilder } from '../topology/topology-builder.js';
import { checkFunction, checkOptions } from './check-options.js';
import type { ConsumedOptions, ProducedOptions } from './options.js';
import { sourceNode } from './source-node.js';
import { checkedStore, supplierOf } from './suppliers.js';

/** How a source reads its topics. */
export type SourceOptions<K, V> = Omit<ConsumedOptions<K, V>, 'name'>;

/** How a sink writes to its topic. */
export type SinkOptions<K, V> = Omit<ProducedOptions<K, V>, 'name'>;

/** Names and serdes of the two nodes that fill a global store. */
export interface GlobalStoreOptions<K, V> {
  /** Name of the source. Required. */
  readonly source: string;
  /** Name of the processor. Required. */
  readonly processor: string;
  readonly key?: Serde<K> | undefined;
  readonly value?: Serde<V> | undefined;
}

/** The same for a store of each task. */
export interface ReadOnlyStoreOptions<K, V> extends GlobalStoreOptions<K, V> {
  readonly timestampExtractor?: TimestampExtractor | undefined;
}

export interface TopologyBuilderOptions {
  /** Put around every processor. Default: none. Kafka Streams: `processor.wrapper.class`. */
  readonly processorWrapper?: ProcessorWrapper | undefined;
}

const BUILDER = ['processorWrapper'] as const satisfies readonly (keyof TopologyBuilderOptions)[];
const SOURCE = ['key', 'value', 'timestampExtractor', 'offsetReset'] as const satisfies readonly (keyof SourceOptions<
  unknown,
  unknown
>)[];
const SINK = ['key', 'value', 'partitioner'] as const satisfies readonly (keyof SinkOptions<unknown, unknown>)[];
const GLOBAL = ['source', 'processor', 'key', 'value'] as const satisfies readonly (keyof GlobalStoreOptions<
  unknown,
  unknown
>)[];
const READ_ONLY = [...GLOBAL, 'timestampExtractor'] as const;

/**
 * Collects sources, processors, sinks and stores; `build` makes a `Topology` of them, a value that does not change when the
 * builder goes on. Parents are added before their children. Kafka Streams: the class `Topology`, when it is filled by hand.
 *
 * All methods throw MillraceError TOPOLOGY_INVALID, NAME_INVALID or CONFIG_INVALID for what cannot be.
 */
export class TopologyBuilder {
  private readonly nodes: NodeBuilder;

  constructor(options: TopologyBuilderOptions = {}) {
    checkOptions('TopologyBuilder', options, BUILDER);
    this.nodes = new NodeBuilder(options.processorWrapper ?? null);
  }

  /** Reads topics. @param topics a topic, several, or a pattern that the whole name of a topic must match */
  addSource<K, V>(name: string, topics: string | readonly string[] | RegExp, options: SourceOptions<K, V> = {}): this {
    checkNode(name);
    checkOptions(`addSource(${name})`, options, SOURCE);
    this.nodes.addSource(sourceNode(name, topics, options));
    return this;
  }

  /** Adds a processor behind one or several nodes. Stores of its supplier are added and connected to it. */
  addProcessor<KIn, VIn, KOut, VOut>(
    name: string,
    supplier: ProcessorSupplier<KIn, VIn, KOut, VOut>,
    parents: string | readonly string[],
  ): this {
    checkNode(name);
    const given = supplierFor(`addProcessor(${name})`, supplier);
    this.nodes.addProcessor(name, { kind: 'process', supplier: given }, listOf(parents));
    for (const store of given.stores ?? []) this.nodes.addStore(store, name);
    return this;
  }

  /** Writes the records of one or several nodes to a topic, or to the one that a function names for each. */
  addSink<K, V>(
    name: string,
    topic: string | ValueMapper<K, V, string>,
    parents: string | readonly string[],
    options: SinkOptions<K, V> = {},
  ): this {
    checkNode(name);
    checkOptions(`addSink(${name})`, options, SINK);
    if (typeof topic === 'string') checkName(topic, `the topic of sink ${name}`);
    else checkFunction(`addSink(${name})`, 'topic', topic);
    this.nodes.addSink({
      type: 'sink',
      name,
      parents: Object.freeze([...listOf(parents)]),
      topic: topic as string | TopicExtractor,
      key: options.key,
      value: options.value,
      partitioner: options.partitioner ?? null,
    });
    return this;
  }

  /** Adds a store and connects it to processors. The very same one may be added again, for more of them. */
  addStateStore(store: StoreBuilder<AnyStore>, ...processors: readonly string[]): this {
    this.nodes.addStore(Object.freeze(checkedStore('addStateStore()', store)), ...processors);
    return this;
  }

  /** Connects a processor to stores, which may be added later. */
  connectProcessorAndStateStores(processor: string, ...stores: readonly string[]): this {
    if (stores.length === 0) {
      throw new MillraceError('TOPOLOGY_INVALID', `name the stores to connect to ${processor}`, { node: processor });
    }
    for (const store of stores) this.nodes.connectStore(processor, store);
    return this;
  }

  /**
   * Adds a store that every instance holds whole, filled by a processor of its own from a topic. It is read to its end before
   * anything else is processed. Other processors can read it without being connected.
   */
  addGlobalStore<K, V>(
    store: StoreBuilder,
    topic: string,
    supplier: ProcessorSupplier<K, V>,
    options: GlobalStoreOptions<K, V>,
  ): this {
    const call = `addGlobalStore(${store.name})`;
    checkOptions(call, options, GLOBAL);
    const { source, processor, ...serdes } = options;
    checkNode(source);
    checkNode(processor);
    this.nodes.addGlobalStore(readFrom(topic, store), sourceNode(source, topic, serdes), processor, {
      kind: 'process',
      supplier: globalSupplier(call, supplier),
    });
    return this;
  }

  /**
   * Adds a store of each task that is filled by a processor of its own from a topic, which serves as its changelog: restoring
   * puts the bytes of the topic into the store as they are, so the processor must do that too (KIP-813).
   */
  addReadOnlyStateStore<K, V>(
    store: StoreBuilder,
    topic: string,
    supplier: ProcessorSupplier<K, V>,
    options: ReadOnlyStoreOptions<K, V>,
  ): this {
    const call = `addReadOnlyStateStore(${store.name})`;
    checkOptions(call, options, READ_ONLY);
    const { source, processor, ...consumed } = options;
    checkNode(source);
    checkNode(processor);
    this.nodes.addSource(sourceNode(source, topic, { ...consumed, offsetReset: 'earliest' }));
    this.nodes.addProcessor(processor, { kind: 'process', supplier: supplierFor(call, supplier) }, [source]);
    this.nodes.addStore(readFrom(topic, store), processor);
    return this;
  }

  /** What has been added so far, as data and as text. */
  describe(): TopologyDescription {
    return this.build().describe();
  }

  /** The topology as it is now. */
  build(): Topology {
    return this.nodes.build();
  }
}

/** The store, with a topic in place of a changelog. @throws MillraceError CONFIG_INVALID for one of the user's own making */
export function readFrom(topic: string, store: StoreBuilder): StoreSpec {
  if (store.kind === 'custom') {
    throw new MillraceError(
      'CONFIG_INVALID',
      `store ${store.name} cannot be filled from topic ${topic}: what stores.custom() describes has a changelog of its own. Take one of the other stores, or addStateStore()`,
      { option: 'store', store: store.name },
    );
  }
  return Object.freeze({ ...store, logging: false, sourceTopic: topic });
}

/** @throws MillraceError TOPOLOGY_INVALID for a supplier that brings stores along */
export function globalSupplier<K, V>(call: string, given: ProcessorSupplier<K, V>): AnyProcessorSupplier {
  const supplier = supplierFor(call, given);
  if ((supplier.stores ?? []).length > 0) {
    throw new MillraceError(
      'TOPOLOGY_INVALID',
      `${call} has exactly one store: its supplier cannot bring others along`,
    );
  }
  return supplier;
}

function supplierFor<KIn, VIn, KOut, VOut>(
  call: string,
  given: ProcessorSupplier<KIn, VIn, KOut, VOut>,
): AnyProcessorSupplier {
  return supplierOf(call, given);
}

function listOf(names: string | readonly string[]): readonly string[] {
  return typeof names === 'string' ? [names] : names;
}

/** Unlike names of the DSL these become no part of a topic's name: any text will do. */
function checkNode(name: unknown): void {
  if (typeof name === 'string' && name !== '') return;
  throw new MillraceError('NAME_INVALID', 'a node needs a name');
}
