/** A topology as a person reads it: data, and the text that Kafka Streams prints for the same one. */
import { copiedHashOrder, hashOrder } from './java-hash-order.js';
import { JavaTreeSet } from './java-tree-set.js';
import type { TopologyNode } from './node.js';
import { connectedParts } from './sub-topologies.js';
import { patternText } from './topic-pattern.js';
import type { NodesByName } from './topology-parts.js';

/** One node of a {@link TopologyDescription}. */
export interface DescribedNode {
  readonly type: 'source' | 'processor' | 'sink';
  readonly name: string;
  /** Sources: their topics, or the text of their pattern; sinks: their topic, unless it is chosen for each record. */
  readonly topics: readonly string[] | string | undefined;
  /** Sinks whose topic is chosen for each record: the name of the function. */
  readonly extractor: string | undefined;
  readonly stores: readonly string[];
  readonly successors: readonly string[];
  readonly predecessors: readonly string[];
}

/** One part of a {@link TopologyDescription}. */
export interface DescribedSubTopology {
  readonly id: number;
  /** A global store: read whole by every instance, no task runs it. */
  readonly global: boolean;
  readonly nodes: readonly DescribedNode[];
}

/** A node while sizes are still being counted: the order of its neighbours depends on when they were entered. */
class Measured {
  size = 1;
  readonly predecessors = new JavaTreeSet(largestFirst);
  readonly successors = new JavaTreeSet(largestFirst);

  constructor(readonly node: TopologyNode) {}

  grow(by: number): void {
    this.size += by;
    for (const predecessor of this.predecessors) predecessor.grow(by);
  }
}

function largestFirst(a: Measured, b: Measured): number {
  if (a === b) return 0;
  if (a.size !== b.size) return b.size - a.size;
  return a.node.name < b.node.name ? -1 : 1;
}

/** Kafka Streams: `TopologyDescription`. */
export class TopologyDescription {
  /** In the order of their ids. */
  readonly subTopologies: readonly DescribedSubTopology[];

  constructor(topology: NodesByName) {
    const globalSources = new Set(topology.globalStores.map((one) => one.source.name));
    this.subTopologies = Object.freeze(
      connectedParts(topology).map((names, id) => {
        const nodes = new Map(names.map((name) => [name, topology.node(name) as TopologyNode]));
        const global = names.some((name) => globalSources.has(name));
        return Object.freeze({ id, global, nodes: Object.freeze(describeNodes(nodes)) });
      }),
    );
  }

  /** The text that Kafka Streams prints, to the character. */
  toString(): string {
    return `Topologies:\n ${this.subTopologies.map((part) => `  ${subTopologyText(part)}`).join('')}`;
  }
}

function describeNodes(nodes: ReadonlyMap<string, TopologyNode>): DescribedNode[] {
  // Sizes grow while neighbours are entered, so the order of entering shows in the result; it is that of Java's hash tables.
  const order = hashOrder(hashOrder(nodes.keys()));
  const measured = new Map(order.map((name) => [name, new Measured(nodes.get(name) as TopologyNode)]));
  for (const one of measured.values()) {
    if (one.node.type === 'source') continue;
    for (const parent of one.node.parents) {
      const predecessor = measured.get(parent) as Measured;
      one.predecessors.add(predecessor);
      predecessor.successors.add(one);
      predecessor.grow(one.size);
    }
  }
  return [...measured.values()].sort(largestFirst).map(describeNode);
}

function describeNode({ node, predecessors, successors }: Measured): DescribedNode {
  let topics: DescribedNode['topics'];
  if (node.type === 'source') {
    topics = node.topics instanceof RegExp ? patternText(node.topics) : copiedHashOrder(node.topics);
  } else if (node.type === 'sink' && typeof node.topic === 'string') {
    topics = node.topic;
  }
  return Object.freeze({
    type: node.type,
    name: node.name,
    topics,
    extractor: node.type === 'sink' && typeof node.topic === 'function' ? node.topic.name : undefined,
    stores: node.type === 'processor' ? copiedHashOrder(hashOrder(node.stores)) : [],
    successors: [...successors].map((one) => one.node.name),
    predecessors: [...predecessors].map((one) => one.node.name),
  });
}

function subTopologyText({ id, global, nodes }: DescribedSubTopology): string {
  const lines = nodes.map((node) => `    ${nodeText(node)}\n`).join('');
  return global
    ? `Sub-topology: ${String(id)} for global store (will not generate tasks)\n${lines}`
    : `Sub-topology: ${String(id)}\n${lines}\n`;
}

function nodeText(node: DescribedNode): string {
  const before = `      <-- ${namesText(node.predecessors)}`;
  const after = `      --> ${namesText(node.successors)}`;
  switch (node.type) {
    case 'source': {
      const topics = typeof node.topics === 'string' ? node.topics : listText(node.topics ?? []);
      return `Source: ${node.name} (topics: ${topics})\n${after}`;
    }
    case 'processor':
      return `Processor: ${node.name} (stores: ${listText(node.stores)})\n${after}\n${before}`;
    case 'sink': {
      const target =
        typeof node.topics === 'string' ? `topic: ${node.topics}` : `extractor class: ${node.extractor ?? ''}`;
      return `Sink: ${node.name} (${target})\n${before}`;
    }
  }
}

function listText(names: readonly string[]): string {
  return `[${names.join(', ')}]`;
}

function namesText(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}
