/** A built topology: everything that a task needs to know, frozen. */
import { notByNew } from '../errors/made-by.js';
import type { StoreSpec } from '../store/spec.js';
import { TopologyDescription } from './describe.js';
import type { GlobalStore, RepartitionTopic, TopologyNode } from './node.js';
import type { StoreDefaults } from './store-defaults.js';
import { splitIntoSubTopologies, type SubTopology } from './sub-topologies.js';
import type { NodesByName, TopologyParts } from './topology-parts.js';
import { calledAt, type Call } from './written-at.js';

const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** What is given by mistake where a topology is expected, as the compiler says it of a builder: its `build` must be called. */
export interface NotYetATopology {
  build(...options: never[]): Topology;
  readonly 'call build() and pass what it returns': never;
}

/**
 * The operators of an application and how they are connected: what `StreamsBuilder.build()` returns and what
 * `KafkaStreams` and the test driver run. A value: it never changes, and several applications may run the same one.
 *
 * Names are without the application id (`counts-repartition`); the functions of `internal-topics.ts` add it.
 * Kafka Streams: `Topology`.
 */
export class Topology implements NodesByName {
  /** All nodes, those of global stores included, parents before children. The children of a node stand in this order. */
  readonly nodes: readonly TopologyNode[];
  /** Stores of tasks, by name; global stores are apart. */
  readonly stores: ReadonlyMap<string, StoreSpec>;
  readonly globalStores: readonly GlobalStore[];
  /** Internal topics between sub-topologies, by name. */
  readonly repartitionTopics: ReadonlyMap<string, RepartitionTopic>;
  /** Names of source nodes whose topics must have the same number of partitions. */
  readonly copartitionGroups: readonly (readonly string[])[];
  /** Where the stores of its operators live, and what they keep, where an operator does not say. */
  readonly storeDefaults: StoreDefaults;

  private readonly byName: ReadonlyMap<string, TopologyNode>;
  private readonly parts: readonly SubTopology[];
  private readonly calls: ReadonlyMap<string, Call>;

  /** @internal Made by `build()`. */
  constructor(parts: TopologyParts) {
    const made = typeof parts === 'object' && (parts as unknown) !== null && 'copartitionGroups' in parts;
    notByNew(made, 'Topology', 'builder.build() of a StreamsBuilder or TopologyBuilder');
    this.nodes = Object.freeze(parts.nodes.map((node) => Object.freeze(node)));
    this.stores = new Map(parts.stores);
    this.globalStores = Object.freeze([...parts.globalStores]);
    this.repartitionTopics = new Map(parts.repartitionTopics);
    this.copartitionGroups = Object.freeze(parts.copartitionGroups.map((group) => Object.freeze([...group])));
    this.storeDefaults = Object.freeze({ ...parts.storeDefaults });
    this.byName = new Map(this.nodes.map((node) => [node.name, node]));
    this.parts = splitIntoSubTopologies(this);
    this.calls = parts.calls;
    Object.freeze(this);
  }

  node(name: string): TopologyNode | undefined {
    return this.byName.get(name);
  }

  /** @internal Where a node was written, `file:line:column`; null where that cannot be told. */
  writtenAt(name: string): string | null {
    const call = this.calls.get(name);
    return call === undefined ? null : calledAt(call);
  }

  /**
   * The parts that run as tasks of their own, with the ids that Kafka Streams gives them. Global stores take part in
   * the numbering but are not among them.
   */
  subTopologies(): readonly SubTopology[] {
    return this.parts;
  }

  /** The topology as data, and with `toString()` as text, character for character that of Kafka Streams. */
  describe(): TopologyDescription {
    return new TopologyDescription(this);
  }

  toString(): string {
    return this.describe().toString();
  }

  /** What `console.log` shows: the text of `describe()`. */
  [INSPECT](): string {
    return this.toString();
  }
}
