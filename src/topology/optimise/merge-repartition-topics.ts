/** Several repartitions made necessary by one change of the key become one, right behind that change. */
import type { LogicalNode } from '../logical/logical-node.js';
import { nearestAbove } from '../logical/nearest-above.js';
import { RepartitionNode, repartitionNames } from '../logical/repartition-node.js';
import type { NameCounter } from '../names.js';

/** What there is to merge in a logical graph. */
interface MergeableGraph {
  readonly names: NameCounter;
  /** Key-changing operators and the repartitions that each of them makes necessary. */
  readonly repartitionsOf: Map<LogicalNode, Set<RepartitionNode>>;
  readonly mergingNodes: ReadonlySet<LogicalNode>;
  /** Says that the topics of these sources must have the same number of partitions. */
  copartition(sources: Iterable<LogicalNode>): void;
}

/** Kafka Streams: `merge.repartition.topics`. The topic is named after the first of those that it replaces. */
export function mergeRepartitionTopics(graph: MergeableGraph): void {
  moveToMergingNodes(graph);
  for (const [cause, repartitions] of graph.repartitionsOf) {
    const first = [...repartitions][0];
    if (first === undefined) continue;
    const names = repartitionNames(first.names.topic, graph.names);
    const merged = new RepartitionNode(
      { ...names, topic: first.names.topic },
      {
        key: firstGiven(repartitions, (one) => one.parts.key),
        value: firstGiven(repartitions, (one) => one.parts.value),
        mergeable: true,
        otherPrefix: first.parts.otherPrefix ?? null,
      },
    );
    merged.priority = cause.priority;
    merged.call = first.call;
    for (const replaced of repartitions) {
      const others = otherOrigins(replaced, cause, merged);
      // Records of another changed key come together with those of this one only at the repartition: it has to stay.
      if (others === null) continue;
      if (others.length > 0) graph.copartition([merged, ...others]);
      // What stands between the change of the key and the repartition is moved behind the merged one. Two repartitions
      // may share it; then it has been moved already.
      const between = nearestAbove(replaced, (node) => node.parents.has(cause) || node.parents.has(merged));
      if (between === null) continue;
      if (between.parents.has(cause)) {
        merged.addChild(between);
        cause.removeChild(between);
      }
      const parents = [...replaced.parents];
      for (const child of [...replaced.children]) for (const parent of parents) parent.addChild(child);
      for (const parent of parents) parent.removeChild(replaced);
      for (const child of [...replaced.children]) replaced.removeChild(child);
      replaced.replacedBy = merged;
    }
    cause.addChild(merged);
  }
}

/**
 * Sources whose records reach `repartition` without passing `cause`. Null when the key of some of them was changed on the
 * way. (Kafka Streams takes the repartition away from both and counts such records in the wrong task.)
 */
function otherOrigins(repartition: RepartitionNode, cause: LogicalNode, merged: LogicalNode): LogicalNode[] | null {
  const origins: LogicalNode[] = [];
  const seen = new Set<LogicalNode>([cause, merged]);
  const waiting = [...repartition.parents];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (node.sourceName !== null) origins.push(node);
    else if (node.changesKey) return null;
    else waiting.push(...node.parents);
  }
  return origins;
}

/** Where a merge lies between several changes of the key and all their repartitions, one repartition behind the merge is enough. */
function moveToMergingNodes(graph: MergeableGraph): void {
  const causesOf = new Map<LogicalNode, Set<LogicalNode>>();
  for (const merging of graph.mergingNodes) {
    const causes = new Set<LogicalNode>();
    causesOf.set(merging, causes);
    for (const [cause, repartitions] of graph.repartitionsOf) {
      const allBehind = [...repartitions].every(
        (repartition) => nearestAbove(repartition, (node) => node.parents.has(merging)) !== null,
      );
      if (allBehind && nearestAbove(merging, (node) => node.parents.has(cause)) !== null) causes.add(cause);
    }
  }
  const done = new Set<LogicalNode>();
  for (const [merging, causes] of causesOf) {
    const repartitions = new Set<RepartitionNode>();
    for (const cause of causes) {
      for (const repartition of graph.repartitionsOf.get(cause) ?? []) repartitions.add(repartition);
      done.add(cause);
    }
    graph.repartitionsOf.set(merging, repartitions);
  }
  for (const cause of done) graph.repartitionsOf.delete(cause);
}

function firstGiven<T>(
  repartitions: Iterable<RepartitionNode>,
  pick: (node: RepartitionNode) => T | undefined,
): T | undefined {
  for (const repartition of repartitions) {
    const found = pick(repartition);
    if (found !== undefined) return found;
  }
  return undefined;
}
