/** Beside a record's way: why a node has no serde, for the error that says so. */
import type { TopologyNode } from './node.js';
import type { Operator } from './operators.js';
import type { Topology } from './topology.js';

type Part = 'key' | 'value';

/** Operators that give records another key or another value, as users call them. */
type Change = readonly [method: string, ...parts: Part[]];

const CHANGES: Readonly<Partial<Record<Operator['kind'], Change>>> = {
  map: ['map()', 'key', 'value'],
  mapValues: ['mapValues()', 'value'],
  flatMap: ['flatMap()', 'key', 'value'],
  flatMapValues: ['flatMapValues()', 'value'],
  selectKey: ['selectKey()', 'key'],
  process: ['process()', 'key', 'value'],
  processValues: ['processValues()', 'value'],
  aggregate: ['aggregate()', 'value'],
  windowAggregate: ['aggregate()', 'key', 'value'],
  sessionAggregate: ['aggregate()', 'key', 'value'],
  tableMapValues: ['mapValues()', 'value'],
  tableTransformValues: ['transformValues()', 'value'],
  tableGroupBy: ['groupBy()', 'key', 'value'],
  streamTableJoin: ['the join', 'value'],
  streamTableGraceJoin: ['the join', 'value'],
  streamJoin: ['the join', 'value'],
  streamSelfJoin: ['the join', 'value'],
  tableJoinMerge: ['the join', 'value'],
  foreignKeyResolve: ['the join', 'value'],
};

/**
 * The operator behind which the serde of keys or values is not known any more, as the part of a sentence; null when there is none
 * on the way: then it was never given.
 */
export function whoLostSerde(topology: Topology, node: TopologyNode, part: Part): string | null {
  const seen = new Set<string>();
  const waiting = node.type === 'source' ? [] : [...node.parents];
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const above = topology.node(name);
    if (above?.type !== 'processor') continue;
    const { operator, parents } = above;
    if (operator.kind === 'async') {
      const method = operator.result === 'pairs' ? 'asyncProcess()' : 'mapValuesAsync()';
      if (part === 'value' || operator.result === 'pairs') return `${method} ${name}`;
    }
    const [method, ...parts]: Change | [] = CHANGES[operator.kind] ?? [];
    if (method !== undefined && (parts as readonly Part[]).includes(part)) return `${method} ${name}`;
    if (operator.kind === 'pass' && parents.length > 1) return `merge() ${name}`;
    waiting.push(...parents);
  }
  return null;
}
