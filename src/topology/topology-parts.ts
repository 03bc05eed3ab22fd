/** What a topology is made of, for those that it is built by and for those that it asks to look at it. */
import type { StoreSpec } from '../store/spec.js';
import type { GlobalStore, RepartitionTopic, TopologyNode } from './node.js';
import type { StoreDefaults } from './store-defaults.js';
import type { Call } from './written-at.js';

/** What a `Topology` is made of. */
export interface TopologyParts {
  readonly nodes: readonly TopologyNode[];
  readonly stores: ReadonlyMap<string, StoreSpec>;
  readonly globalStores: readonly GlobalStore[];
  readonly repartitionTopics: ReadonlyMap<string, RepartitionTopic>;
  readonly copartitionGroups: readonly (readonly string[])[];
  readonly storeDefaults: StoreDefaults;
  /** The call that added a node, by its name. */
  readonly calls: ReadonlyMap<string, Call>;
}

/** The same with its nodes at hand. */
export interface NodesByName extends Omit<TopologyParts, 'calls'> {
  node(name: string): TopologyNode | undefined;
}
