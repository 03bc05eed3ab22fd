/** Beside a record's way: topics by which a topology gives its own results back to itself. */
import type { SinkNode, TopologyNode } from './node.js';
import { matchesWhole } from './topic-pattern.js';
import type { Topology } from './topology.js';

/** A sink whose records come back to it, and the topic that they come by. */
export interface Feedback {
  readonly sink: string;
  readonly topic: string;
}

/** Sinks that can be reached from a source of the topic that they write to, by way of other topics too. */
export function feedbacksOf(topology: Topology): Feedback[] {
  const sinks = topology.nodes.filter((node): node is SinkNode => node.type === 'sink');
  return sinks.flatMap(({ name, topic }) => {
    // What a function chooses nobody knows yet; what comes back by an internal topic comes back by another one, too.
    if (typeof topic !== 'string' || topology.repartitionTopics.has(topic)) return [];
    return behind(topology, readersOf(topology, topic)).has(name) ? [{ sink: name, topic }] : [];
  });
}

function readersOf(topology: Topology, topic: string): string[] {
  return topology.nodes.filter((node) => reads(node, topic)).map(({ name }) => name);
}

function reads(node: TopologyNode, topic: string): boolean {
  if (node.type !== 'source') return false;
  return node.topics instanceof RegExp ? matchesWhole(node.topics, topic) : node.topics.includes(topic);
}

/** The names of all nodes that records of these sources can come to. */
function behind(topology: Topology, sources: readonly string[]): ReadonlySet<string> {
  const reached = new Set(sources);
  // Grows while it is gone through.
  for (const name of reached) {
    const node = topology.node(name);
    if (node?.type === 'sink') {
      if (typeof node.topic === 'string') for (const reader of readersOf(topology, node.topic)) reached.add(reader);
      continue;
    }
    for (const child of topology.nodes) {
      if (child.type !== 'source' && child.parents.includes(name)) reached.add(child.name);
    }
  }
  return reached;
}
