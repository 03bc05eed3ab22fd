/** A join of a stream with itself keeps its records once instead of twice. */
import type { LogicalNode } from '../logical/logical-node.js';
import { StreamJoinLogicalNode } from '../logical/stream-join-node.js';

/** Kafka Streams: `single.store.self.join`. Results stay the same and come in the same order. */
export function singleStoreSelfJoins(root: LogicalNode): void {
  const seen = new Set<LogicalNode>();
  const waiting: LogicalNode[] = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    waiting.push(...node.children);
    if (node instanceof StreamJoinLogicalNode && joinsItself(node)) rewrite(node);
  }
}

/**
 * In a left or outer join no record is without a partner, having itself, unless the window leaves out the record's own
 * time; then the join stays as it is. (Kafka Streams takes it for an inner one, and loses records.)
 */
function joinsItself(node: StreamJoinLogicalNode): boolean {
  const { left, windows } = node.join;
  return node.parents.size === 1 && (!left.outer || windows.containsOwnTime);
}

function rewrite(node: StreamJoinLogicalNode): void {
  node.joinsItself = true;
  const { window } = node.join.right;
  for (const parent of [...window.parents]) parent.removeChild(window);
}
