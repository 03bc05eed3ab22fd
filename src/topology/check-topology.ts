/** What is given where a topology is expected, checked before anything runs: by the application and by the test driver. */
import { MillraceError } from '../errors/error.js';
import { shownValue } from '../errors/shown-value.js';
import type { Topology } from './topology.js';

/**
 * @param call names in errors what takes the topology
 * @throws MillraceError TOPOLOGY_INVALID when it is none, such as a builder, or reads nothing
 */
export function checkTopology(call: string, given: unknown): Topology {
  if (typeof given !== 'object' || given === null || !('nodes' in given) || !('subTopologies' in given)) {
    const isBuilder = typeof given === 'object' && given !== null && 'build' in given;
    const hint = isBuilder
      ? 'a builder, which is still being written: call build() and give what it returns'
      : `${shownValue(given)}: give what build() of a StreamsBuilder or TopologyBuilder returns`;
    throw new MillraceError('TOPOLOGY_INVALID', `${call} needs a topology, not ${hint}`);
  }
  const topology = given as Topology;
  if (topology.nodes.length > 0) return topology;
  throw new MillraceError(
    'TOPOLOGY_INVALID',
    `the topology of ${call} is empty: it reads no topic; begin with stream(), table() or globalTable() of the same builder, before build()`,
  );
}
