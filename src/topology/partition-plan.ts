/** How many partitions every internal topic needs and how many tasks there are, given the topics of the cluster. */
import { MillraceError } from '../errors/error.js';
import { brokerTopicName, decoratedTopicName, internalTopics } from './internal-topics.js';
import { hashOrder } from './java-hash-order.js';
import { javaPartOrder } from './java-part-order.js';
import { resolveSourceTopics } from './source-topics.js';
import type { SubTopology } from './sub-topologies.js';
import type { Topology } from './topology.js';

/** What follows from a topology and the partition counts of the topics that exist. */
export interface PartitionPlan {
  /** Topics of each source node, by its name, as the broker knows them. */
  readonly sources: ReadonlyMap<string, readonly string[]>;
  /** Partitions of each internal topic, by its name with the application id. */
  readonly internalTopics: ReadonlyMap<string, number>;
  /** Number of tasks of each sub-topology, by its id; partition p of every source topic belongs to task p. */
  readonly tasks: ReadonlyMap<number, number>;
}

type Counts = Map<string, number>;

/**
 * Plans as Kafka Streams does: a repartition topic gets a fixed count, else the count of the topics it is joined with,
 * else the most among the topics that what writes to it reads; a changelog gets as many partitions as there are tasks.
 *
 * @param external partitions of the topics of the cluster, by name; internal topics of the application are ignored
 * @throws MillraceError TOPIC_MISSING when a source topic is not in `external`
 * @throws MillraceError PARTITIONS_MISMATCHED when topics that are joined have different counts
 */
export function planPartitions(
  topology: Topology,
  applicationId: string,
  external: ReadonlyMap<string, number>,
): PartitionPlan {
  const sources = resolveSourceTopics(topology, applicationId, external.keys());
  const parts = topology.subTopologies();
  const topicsOf = new Map(parts.map((part) => [part.id, sourceTopicsOf(part, sources)]));
  const repartition = new Set(
    parts.flatMap((part) => part.repartitionSources.map((t) => decoratedTopicName(applicationId, t))),
  );
  checkPresent(parts, topicsOf, repartition, topology, external);

  const fixed: Counts = new Map();
  for (const topic of topology.repartitionTopics.values()) {
    if (topic.partitions !== null) fixed.set(decoratedTopicName(applicationId, topic.name), topic.partitions);
  }
  const known = countRepartitions(topology, applicationId, topicsOf, fixed, external);
  for (const names of topology.copartitionGroups) {
    const group = new Set(names.flatMap((name) => sources.get(name) ?? []));
    alignGroup(group, repartition, fixed, known, external);
  }

  const tasks = new Map<number, number>();
  for (const part of parts) {
    const partitions = (topicsOf.get(part.id) ?? []).map((topic) => known.get(topic) ?? external.get(topic) ?? 0);
    tasks.set(part.id, Math.max(0, ...partitions));
  }
  const internal: Counts = new Map();
  for (const topic of internalTopics(topology, applicationId)) {
    const partitions = topic.kind === 'repartition' ? known.get(topic.name) : tasks.get(topic.subTopology);
    if (partitions !== undefined && partitions > 0) internal.set(topic.name, partitions);
  }
  return { sources, internalTopics: internal, tasks };
}

/** Every repartition topic gets the most partitions among the topics read by what writes to it, as far as they are known. */
function countRepartitions(
  topology: Topology,
  applicationId: string,
  topicsOf: ReadonlyMap<number, readonly string[]>,
  fixed: ReadonlyMap<string, number>,
  external: ReadonlyMap<string, number>,
): Counts {
  const parts = javaPartOrder(topology, applicationId, topicsOf);
  const writes = new Map(
    parts.map((part) => [
      part.id,
      new Set(part.sinkTopics.map((topic) => brokerTopicName(topology, applicationId, topic))),
    ]),
  );
  const known: Counts = new Map(fixed);
  const waiting = parts.flatMap((part) =>
    hashOrder(part.repartitionSources.map((topic) => decoratedTopicName(applicationId, topic))),
  );
  let unknown = waiting.filter((topic) => !known.has(topic));
  while (unknown.length > 0) {
    const before = unknown.length;
    for (const topic of unknown) {
      const writers = parts.filter((part) => writes.get(part.id)?.has(topic) === true);
      const upstream = writers.flatMap((part) => topicsOf.get(part.id) ?? []);
      const most = Math.max(0, ...upstream.map((one) => known.get(one) ?? external.get(one) ?? 0));
      if (most > 0) known.set(topic, most);
    }
    unknown = unknown.filter((topic) => !known.has(topic));
    if (unknown.length === before) {
      const topic = unknown[0] as string;
      throw new MillraceError(
        'TOPIC_MISSING',
        `the number of partitions of ${topic} is not known, because none of the topics that feed it exists; create them, or let the pattern of a source match at least one topic`,
        { topic },
      );
    }
  }
  return known;
}

function sourceTopicsOf(part: SubTopology, sources: ReadonlyMap<string, readonly string[]>): string[] {
  return part.nodes.flatMap((node) => (node.type === 'source' ? [...(sources.get(node.name) ?? [])] : []));
}

function checkPresent(
  parts: readonly SubTopology[],
  topicsOf: ReadonlyMap<number, readonly string[]>,
  repartition: ReadonlySet<string>,
  topology: Topology,
  external: ReadonlyMap<string, number>,
): void {
  const missing = new Map<string, string>();
  for (const part of parts) {
    for (const topic of topicsOf.get(part.id) ?? []) {
      if (!repartition.has(topic) && !external.has(topic)) missing.set(topic, `sub-topology ${String(part.id)}`);
    }
  }
  for (const { topic, store } of topology.globalStores) {
    if (!external.has(topic)) missing.set(topic, `global store ${store.name}`);
  }
  if (missing.size === 0) return;
  const list = [...missing].map(([topic, user]) => `${topic} (${user})`).join(', ');
  throw new MillraceError(
    'TOPIC_MISSING',
    `source ${missing.size === 1 ? 'topic does' : 'topics do'} not exist: ${list}; create ${missing.size === 1 ? 'it' : 'them'} before starting the application`,
    missing.size === 1 ? { topic: [...missing.keys()][0] } : {},
  );
}

function alignGroup(
  group: ReadonlySet<string>,
  repartition: ReadonlySet<string>,
  fixed: ReadonlyMap<string, number>,
  known: Counts,
  external: ReadonlyMap<string, number>,
): void {
  const inner = [...group].filter((topic) => repartition.has(topic));
  const outer = [...group].filter((topic) => !repartition.has(topic));
  const given: [topic: string, count: number][] = [
    ...outer.map((topic): [string, number] => [topic, external.get(topic) as number]),
    ...inner.filter((topic) => fixed.has(topic)).map((topic): [string, number] => [topic, fixed.get(topic) as number]),
  ];
  if (new Set(given.map(([, count]) => count)).size > 1) {
    const list = given.sort(([a], [b]) => (a < b ? -1 : 1)).map(([topic, count]) => `${topic}: ${String(count)}`);
    throw new MillraceError(
      'PARTITIONS_MISMATCHED',
      `these topics are joined or merged and must have the same number of partitions (${list.join(', ')}); put repartition() before the join, or re-create a topic`,
    );
  }
  const count = given[0]?.[1] ?? Math.max(0, ...inner.map((topic) => known.get(topic) ?? 0));
  for (const topic of inner) known.set(topic, count);
}
