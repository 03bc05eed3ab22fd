/** Looks up the logical graph from a node. */
import type { LogicalNode } from './logical-node.js';

/** The first node that fits, on the way up from `node` itself: first parents first, and up to the root before the next. */
export function nearestAbove(node: LogicalNode, fits: (node: LogicalNode) => boolean): LogicalNode | null {
  const seen = new Set<LogicalNode>();
  const search = (at: LogicalNode): LogicalNode | null => {
    if (seen.has(at)) return null;
    seen.add(at);
    if (fits(at)) return at;
    for (const parent of at.parents) {
      const found = search(parent);
      if (found !== null) return found;
    }
    return null;
  };
  return search(node);
}
