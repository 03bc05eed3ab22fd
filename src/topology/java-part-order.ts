/**
 * The order in which Kafka Streams looks at sub-topologies when it counts the partitions of repartition topics: that of a hash
 * set of their topics. A count is taken from what is known by then, so where a join narrows the number of partitions,
 * the result depends on this order, and an application that moves here must find the topics that it made there.
 */
import type { StoreSpec } from '../store/spec.js';
import { changelogTopicName } from './internal-topics.js';
import { hashOrderBy, javaHash } from './java-hash-order.js';
import type { SubTopology } from './sub-topologies.js';
import type { Topology } from './topology.js';

const FALSE_HASH = 1237;

/** @param sourceTopics topics of each sub-topology, as the broker knows them, by its id */
export function javaPartOrder(
  topology: Topology,
  applicationId: string,
  sourceTopics: ReadonlyMap<number, readonly string[]>,
): SubTopology[] {
  const parts = topology.subTopologies().filter((part) => (sourceTopics.get(part.id) ?? []).length > 0);
  const hashOf = (part: SubTopology): number => {
    const topics = sum(new Set(sourceTopics.get(part.id)), javaHash);
    const stores = part.stores.map((name) => topology.stores.get(name) as StoreSpec);
    const logged = stores.filter((store) => store.logging !== false || store.sourceTopic !== undefined);
    const changelogs = sum(logged, (store) => {
      const name = store.sourceTopic ?? changelogTopicName(applicationId, store.name);
      return javaHash(name) ^ configHash(name, store);
    });
    // Java extends the sign of the lower half, and takes the remainder with the sign of the dividend, as BigInt does.
    const both = (BigInt(topics) << 32n) | BigInt(changelogs);
    return Number(BigInt.asIntN(32, both % 0xffff_ffffn));
  };
  // The set is filled by walking another one, which leaves elements of one bucket in the same order.
  return hashOrderBy(hashOrderBy(parts, hashOf), hashOf);
}

/** Hash of the description of a changelog topic. */
function configHash(name: string, store: StoreSpec): number {
  const own = store.logging === false ? {} : { ...store.logging };
  if (store.kind === 'window' && store.retainDuplicates === true) own['cleanup.policy'] = 'delete';
  const config = sum(Object.entries(own), ([key, value]) => javaHash(key) ^ javaHash(value));
  switch (store.kind) {
    case 'window':
    case 'session':
    case 'versioned':
      return hashAll(javaHash(name), config, longHash(store.retentionMs), FALSE_HASH);
    case 'keyValue':
    case 'suppressBuffer':
    case 'outerJoin':
    case 'subscription':
    case 'joinBuffer':
    case 'custom':
      return hashAll(javaHash(name), config, FALSE_HASH);
  }
}

function hashAll(...hashes: readonly number[]): number {
  return hashes.reduce((all, hash) => (Math.imul(all, 31) + hash) | 0, 1);
}

function longHash(value: number): number {
  const low = value | 0;
  const high = Math.floor(value / 4_294_967_296) | 0;
  return low ^ high;
}

function sum<T>(elements: Iterable<T>, hashOf: (element: T) => number): number {
  let total = 0;
  for (const element of elements) total = (total + hashOf(element)) | 0;
  return total;
}
