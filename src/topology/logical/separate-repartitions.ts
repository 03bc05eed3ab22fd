/** Repartitions of one topic that are left after the optimisations get a topic each. */
import type { LogicalNode } from './logical-node.js';
import { RepartitionNode } from './repartition-node.js';

/**
 * The inputs of a cogroup that nobody named are all repartitioned through a topic named after its store, as in Kafka
 * Streams, and the optimisations may leave one of them. Where they leave more, Kafka Streams refuses to build; here the
 * first in the order of writing keeps the name.
 */
export function separateRepartitions(root: LogicalNode): void {
  const taken = new Set<string>();
  for (const node of repartitionsBelow(root)) {
    const { otherPrefix = null } = node.parts;
    if (otherPrefix !== null && taken.has(node.names.topic)) node.rename(otherPrefix);
    taken.add(node.names.topic);
  }
}

function repartitionsBelow(root: LogicalNode): RepartitionNode[] {
  const seen = new Set<LogicalNode>([root]);
  // What is added while it is walked is walked too.
  for (const node of seen) for (const child of node.children) seen.add(child);
  const found = [...seen].filter((node) => node instanceof RepartitionNode);
  return found.sort((a, b) => a.priority - b.priority);
}
