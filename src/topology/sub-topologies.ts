/** Splits a topology into the parts that run as tasks: what is connected by an edge or by a shared store. */
import { hashOrder } from './java-hash-order.js';
import type { TopologyNode } from './node.js';
import type { NodesByName, TopologyParts } from './topology-parts.js';

/** A connected part of a topology; a task runs it on one partition of its source topics. */
export interface SubTopology {
  /** The first half of a task id. */
  readonly id: number;
  /** Parents before children. */
  readonly nodes: readonly TopologyNode[];
  /** All topics that it reads, without application id: external ones and repartition topics. */
  readonly sourceTopics: readonly string[];
  /** Patterns of external topics that it reads. */
  readonly sourcePatterns: readonly RegExp[];
  /** Those of `sourceTopics` that are repartition topics. */
  readonly repartitionSources: readonly string[];
  /** Topics that it is known to write to; sinks with a topic extractor have none. */
  readonly sinkTopics: readonly string[];
  /** Names of its stores, in the order in which a commit flushes them. */
  readonly stores: readonly string[];
}

/** Ids and node names of all parts, those of global stores included, in the order of the ids. */
export function connectedParts(topology: Pick<TopologyParts, 'nodes'>): string[][] {
  const links = new Map<string, string>();
  const rootOf = (name: string): string => {
    let current = name;
    for (let above = links.get(current); above !== undefined && above !== current; above = links.get(current)) {
      current = above;
    }
    return current;
  };
  const userOfStore = new Map<string, string>();
  for (const node of topology.nodes) {
    links.set(node.name, node.name);
    if (node.type === 'source') continue;
    for (const parent of node.parents) links.set(rootOf(node.name), rootOf(parent));
    if (node.type !== 'processor') continue;
    for (const store of node.stores) {
      const other = userOfStore.get(store);
      if (other === undefined) userOfStore.set(store, node.name);
      else links.set(rootOf(other), rootOf(node.name));
    }
  }
  const parts = new Map<string, string[]>();
  for (const node of topology.nodes) {
    const root = rootOf(node.name);
    const part = parts.get(root);
    if (part === undefined) parts.set(root, [node.name]);
    else part.push(node.name);
  }
  return [...parts.values()];
}

/** @internal See `Topology.subTopologies`. */
export function splitIntoSubTopologies(topology: NodesByName): readonly SubTopology[] {
  const globalSources = new Set(topology.globalStores.map((one) => one.source.name));
  const result: SubTopology[] = [];
  connectedParts(topology).forEach((names, id) => {
    if (names.some((name) => globalSources.has(name))) return;
    const nodes = names.map((name) => topology.node(name) as TopologyNode);
    const sourceTopics: string[] = [];
    const sourcePatterns: RegExp[] = [];
    const sinkTopics = new Set<string>();
    const stores = new Set<string>();
    for (const node of nodes) {
      if (node.type === 'source') {
        if (node.topics instanceof RegExp) sourcePatterns.push(node.topics);
        else sourceTopics.push(...node.topics);
      } else if (node.type === 'sink') {
        if (typeof node.topic === 'string') sinkTopics.add(node.topic);
      } else {
        // Global stores are open to every processor without being one of its task's stores.
        for (const store of hashOrder(node.stores)) if (topology.stores.has(store)) stores.add(store);
      }
    }
    result.push(
      Object.freeze({
        id,
        nodes: Object.freeze(nodes),
        sourceTopics: Object.freeze(sourceTopics),
        sourcePatterns: Object.freeze(sourcePatterns),
        repartitionSources: Object.freeze(sourceTopics.filter((topic) => topology.repartitionTopics.has(topic))),
        sinkTopics: Object.freeze([...sinkTopics]),
        stores: Object.freeze([...stores]),
      }),
    );
  });
  return Object.freeze(result);
}
