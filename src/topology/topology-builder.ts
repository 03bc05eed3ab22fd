/** Where a topology is put together node by node; what is wrong with it is found here. */
import { MillraceError } from '../errors/error.js';
import type { ProcessorWrapper } from '../processor/api/processor-wrapper.js';
import type { StoreSpec } from '../store/spec.js';
import type { GlobalStore, ProcessorNode, RepartitionTopic, SinkNode, SourceNode, TopologyNode } from './node.js';
import type { Operator } from './operators.js';
import { NO_STORE_DEFAULTS, type StoreDefaults } from './store-defaults.js';
import { matchesWhole, patternText } from './topic-pattern.js';
import { Topology } from './topology.js';
import { thisCall, type Call } from './written-at.js';
import { wrapOperator, type WrappedOperator } from './wrap-operator.js';

interface GrowingProcessor extends ProcessorNode {
  readonly stores: string[];
}

/** Kafka Streams: `InternalTopologyBuilder`. Parents must be added before their children. */
export class TopologyAssembly {
  private readonly nodes = new Map<string, TopologyNode>();
  private readonly processors = new Map<string, GrowingProcessor>();
  private readonly stores = new Map<string, StoreSpec>();
  private readonly globalStores: GlobalStore[] = [];
  private readonly repartitionTopics = new Map<string, RepartitionTopic>();
  private copartitionGroups: Set<string>[] = [];
  private readonly topics = new Set<string>();
  private readonly patterns: RegExp[] = [];
  private connectLater: [processor: string, store: string][] = [];
  private readonly calls = new Map<string, Call>();
  /** What is added now was asked for by this call, and not by the one that adds it; null: they are the same. */
  call: Call | null = null;

  addSource(source: SourceNode): void {
    this.checkNewNode(source.name);
    if (source.topics instanceof RegExp) {
      for (const topic of this.topics) {
        if (matchesWhole(source.topics, topic)) throw overlap(source.name, topic, source.topics);
      }
      this.patterns.push(source.topics);
    } else {
      if (source.topics.length === 0) throw invalid(`source ${source.name} needs at least one topic`, source.name);
      for (const topic of source.topics) this.checkNewTopic(topic, source.name);
      for (const topic of source.topics) this.topics.add(topic);
    }
    this.addNode(source);
  }

  /** @param wrapper put around every processor, those of operators too */
  constructor(
    private readonly wrapper: ProcessorWrapper | null = null,
    private readonly storeDefaults: StoreDefaults = NO_STORE_DEFAULTS,
  ) {}

  addProcessor(name: string, given: Operator, parents: readonly string[]): void {
    this.checkNewNode(name);
    this.checkParents(name, parents);
    const { operator, stores } = this.wrapped(name, given);
    const processor: GrowingProcessor = {
      type: 'processor',
      name,
      parents: Object.freeze([...parents]),
      stores: [],
      operator,
    };
    this.addNode(processor);
    this.processors.set(name, processor);
    for (const store of stores) this.addStore(store, name);
  }

  addSink(sink: SinkNode): void {
    this.checkNewNode(sink.name);
    this.checkParents(sink.name, sink.parents);
    this.addNode(sink);
  }

  /** Adds a store, or connects the very same one to further processors. */
  addStore(store: StoreSpec, ...processors: readonly string[]): void {
    const known = this.stores.get(store.name);
    if (known !== undefined && known !== store) {
      throw invalid(`a different store has already been added with the name ${store.name}; rename one of them`);
    }
    this.checkNoGlobalStore(store.name);
    this.stores.set(store.name, store);
    for (const processor of processors) this.connectStore(processor, store.name);
  }

  /** Connects a store of another operator; one that is not there yet is connected as soon as the topology is complete. */
  connectStore(processor: string, store: string): void {
    if (this.globalStores.some((one) => one.store.name === store)) {
      throw invalid(`global store ${store} is open to every processor; do not connect it to ${processor}`, processor);
    }
    const node = this.processors.get(processor);
    if (node === undefined) {
      const reason = this.nodes.has(processor) ? 'is a source or a sink, which cannot use stores' : 'is not added yet';
      throw invalid(`store ${store} cannot be connected to ${processor}: it ${reason}`, processor);
    }
    if (!this.stores.has(store)) this.connectLater.push([processor, store]);
    else if (!node.stores.includes(store)) node.stores.push(store);
  }

  addGlobalStore(store: StoreSpec, source: SourceNode, processorName: string, given: Operator): void {
    const { operator } = this.wrapped(processorName, given);
    this.checkNewNode(source.name);
    this.checkNewNode(processorName);
    if (source.name === processorName) {
      throw invalid(`the source and the processor of global store ${store.name} need different names`, processorName);
    }
    if (source.topics instanceof RegExp || source.topics.length !== 1) {
      throw invalid(`global store ${store.name} must be read from exactly one topic`, source.name);
    }
    const topic = source.topics[0] as string;
    this.checkNewTopic(topic, source.name);
    if (this.stores.has(store.name)) {
      throw invalid(`a different store has already been added with the name ${store.name}; rename one of them`);
    }
    this.checkNoGlobalStore(store.name);
    const processor: ProcessorNode = {
      type: 'processor',
      name: processorName,
      parents: Object.freeze([source.name]),
      stores: Object.freeze([store.name]),
      operator,
    };
    this.topics.add(topic);
    this.addNode(source);
    this.addNode(processor);
    this.globalStores.push(Object.freeze({ store, topic, source, processor }));
  }

  addRepartitionTopic(topic: RepartitionTopic): void {
    this.repartitionTopics.set(topic.name, Object.freeze(topic));
  }

  /** Says that the topics of these sources must have the same number of partitions. Groups with a source in common are one. */
  copartition(sources: readonly string[]): void {
    const joined = new Set(sources);
    const apart: Set<string>[] = [];
    for (const group of this.copartitionGroups) {
      if ([...group].some((source) => joined.has(source))) for (const source of group) joined.add(source);
      else apart.push(group);
    }
    this.copartitionGroups = [...apart, joined];
  }

  /** The topology as it is now; more may be added for another one. @throws MillraceError TOPOLOGY_INVALID, PARTITIONS_MISMATCHED */
  build(): Topology {
    for (const [processor, store] of this.connectLater) {
      if (!this.stores.has(store))
        throw invalid(`store ${store}, which ${processor} uses, has not been added`, processor);
      this.connectStore(processor, store);
    }
    this.connectLater = [];
    this.checkFixedPartitions();
    return new Topology({
      nodes: [...this.nodes.values()].map(finished),
      stores: this.stores,
      globalStores: this.globalStores,
      repartitionTopics: this.repartitionTopics,
      copartitionGroups: this.copartitionGroups.map((group) => [...group]),
      storeDefaults: this.storeDefaults,
      calls: new Map(this.calls),
    });
  }

  private addNode(node: TopologyNode): void {
    this.nodes.set(node.name, node);
    this.calls.set(node.name, this.call ?? thisCall());
  }

  private wrapped(name: string, operator: Operator): WrappedOperator {
    return this.wrapper === null ? { operator, stores: [] } : wrapOperator(name, operator, this.wrapper);
  }

  private checkNewNode(name: string): void {
    if (this.nodes.has(name)) {
      throw invalid(`an operator with the name ${name} has already been added; give one of them another name`, name);
    }
  }

  private checkNoGlobalStore(name: string): void {
    if (this.globalStores.some((one) => one.store.name === name)) {
      throw invalid(`a global store has already been added with the name ${name}; rename one of them`);
    }
  }

  private checkParents(name: string, parents: readonly string[]): void {
    if (parents.length === 0) throw invalid(`${name} needs at least one parent`, name);
    for (const parent of parents) {
      const node = this.nodes.get(parent);
      if (node === undefined) {
        throw invalid(
          `parent ${parent} of ${name} is unknown${parent === name ? ' (a node cannot be its own parent)' : ''}`,
          name,
        );
      }
      if (node.type === 'sink') throw invalid(`sink ${parent} cannot be the parent of ${name}`, name);
    }
  }

  private checkNewTopic(topic: string, node: string): void {
    if (this.topics.has(topic)) {
      throw invalid(`topic ${topic} is already read by another source; read it once and share the stream`, node);
    }
    for (const pattern of this.patterns) if (matchesWhole(pattern, topic)) throw overlap(node, topic, pattern);
  }

  /** What can be known without asking the cluster: counts that the user fixed must agree where they meet. */
  private checkFixedPartitions(): void {
    for (const group of this.copartitionGroups) {
      const counts = new Map<string, number>();
      let allFixed = true;
      for (const name of group) {
        const source = this.nodes.get(name);
        if (source?.type !== 'source' || source.topics instanceof RegExp) continue;
        for (const topic of source.topics) {
          const partitions = this.repartitionTopics.get(topic)?.partitions ?? null;
          if (partitions === null) allFixed = false;
          else counts.set(topic, partitions);
        }
      }
      if (allFixed && new Set(counts.values()).size > 1) {
        const list = [...counts].sort().map(([topic, count]) => `${topic}: ${String(count)}`);
        throw new MillraceError(
          'PARTITIONS_MISMATCHED',
          `these topics are joined or merged and must have the same number of partitions (${list.join(', ')}); give repartition() the same one`,
        );
      }
    }
  }
}

/** The node with the stores that it has now. */
function finished(node: TopologyNode): TopologyNode {
  return node.type === 'processor' ? { ...node, stores: Object.freeze([...node.stores]) } : node;
}

function invalid(message: string, node?: string): MillraceError {
  return new MillraceError('TOPOLOGY_INVALID', message, { node });
}

function overlap(node: string, topic: string, pattern: RegExp): MillraceError {
  return invalid(
    `topic ${topic} would be read by two sources, one of them by the pattern ${patternText(pattern)}`,
    node,
  );
}
