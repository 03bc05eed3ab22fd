/** Records without a key need not travel through a repartition topic, unless a join behind it has a use for them. */
import type { LogicalNode } from '../logical/logical-node.js';
import { RepartitionNode } from '../logical/repartition-node.js';

/** Marks every repartition that has a left or outer join anywhere downstream as keeping null keys, all others as not (KIP-962). */
export function letNullKeysEnd(root: LogicalNode): void {
  const wanted = new Map<LogicalNode, boolean>();
  const wantedBelow = (node: LogicalNode): boolean => {
    const known = wanted.get(node);
    if (known !== undefined) return known;
    let result = false;
    for (const child of node.children) {
      if (wantedBelow(child) || child.wantsNullKeys) result = true;
    }
    wanted.set(node, result);
    if (node instanceof RepartitionNode) node.keepsNullKeys = result;
    return result;
  };
  wantedBelow(root);
}
