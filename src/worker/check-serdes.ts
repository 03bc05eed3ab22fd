/** Before anything is connected: whether every source, sink and store of the topology has its serdes. */
import type { Config } from '../config.js';
import { serdesOf } from '../task/assemble-task.js';
import { storeOpening } from '../task/store-openings.js';
import type { Topology } from '../topology/topology.js';

/** @throws MillraceError SERDE_MISSING that names the topic, and the operator behind which the serde is not known any more */
export function checkSerdes(topology: Topology, config: Config): void {
  const settings = { ...config, topology };
  for (const node of topology.nodes) if (node.type !== 'processor') serdesOf(node, settings);
  const used = new Set(topology.subTopologies().flatMap(({ stores }) => stores));
  for (const store of topology.stores.values()) if (used.has(store.name)) storeOpening(store, settings);
  for (const { store } of topology.globalStores) storeOpening(store, settings);
}
