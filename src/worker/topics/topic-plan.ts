/** What must be true of the topics before anything runs: they exist, fit each other, and the internal ones are created. */
import type { Admin, NewTopic, TopicPartition } from '../../broker/port.js';
import { BackOff, pause } from '../../broker/wire/back-off.js';
import type { Config } from '../../config.js';
import { MillraceError } from '../../errors/error.js';
import { parseTaskId, taskId, type TaskId } from '../../group/ownership.js';
import { internalTopics } from '../../topology/internal-topics.js';
import { planPartitions, type PartitionPlan } from '../../topology/partition-plan.js';
import type { Topology } from '../../topology/topology.js';

/** How long a topic that is missing is asked for again, ms. */
const NEW_TOPIC_MS = 1_500;

/** The tasks of an application on the topics of one cluster. */
export interface TopicPlan extends PartitionPlan {
  /** Partitions of every topic that is read or written by name. */
  readonly partitions: ReadonlyMap<string, number>;
}

/** One input partition of a task with the source node that reads it. */
export interface InputPartition extends TopicPartition {
  readonly source: string;
}

type PlanSettings = Pick<
  Config,
  'applicationId' | 'topicConfig' | 'replicationFactor' | 'windowStoreChangelogAdditionalRetentionMs'
>;

/**
 * Looks at the cluster, checks the topology against it and creates missing internal topics.
 * @throws MillraceError TOPIC_MISSING, PARTITIONS_MISMATCHED, INTERNAL_TOPIC_INVALID
 */
export async function prepareTopics(topology: Topology, settings: PlanSettings, admin: Admin): Promise<TopicPlan> {
  const external = await externalTopics(topology, admin);
  await waitForNew(topology, external, admin);
  const plan = planPartitions(topology, settings.applicationId, external);
  checkSinks(topology, external);
  await createInternalTopics(topology, plan, external, settings, admin);
  return { ...plan, partitions: new Map([...external, ...plan.internalTopics]) };
}

/** The plan that a leader made of these topics and their partitions. @throws as `planPartitions` does */
export function planOf(topology: Topology, applicationId: string, topics: Readonly<Record<string, number>>): TopicPlan {
  const partitions = new Map(Object.entries(topics));
  return { ...planPartitions(topology, applicationId, partitions), partitions };
}

/** Every task of the plan, in order. */
export function tasksOf(plan: TopicPlan): TaskId[] {
  const ids: TaskId[] = [];
  for (const [subTopology, count] of plan.tasks) {
    for (let partition = 0; partition < count; partition++) ids.push(taskId(subTopology, partition));
  }
  return ids;
}

/** The partitions that a task reads. */
export function inputsOf(id: TaskId, topology: Topology, plan: TopicPlan): InputPartition[] {
  const { subTopology, partition } = parseTaskId(id);
  const part = topology.subTopologies().find((one) => one.id === subTopology);
  const inputs: InputPartition[] = [];
  for (const node of part?.nodes ?? []) {
    if (node.type !== 'source') continue;
    for (const topic of plan.sources.get(node.name) ?? []) {
      if (partition < (plan.partitions.get(topic) ?? 0)) inputs.push({ topic, partition, source: node.name });
    }
  }
  return inputs;
}

/** All that are read or written by name, but for those of the application itself. */
export function namedTopics(topology: Topology): Set<string> {
  const names = new Set<string>(topology.globalStores.map((one) => one.topic));
  for (const part of topology.subTopologies()) {
    for (const topic of [...part.sourceTopics, ...part.sinkTopics]) {
      if (!topology.repartitionTopics.has(topic)) names.add(topic);
    }
  }
  return names;
}

async function externalTopics(topology: Topology, admin: Admin): Promise<Map<string, number>> {
  const names = namedTopics(topology);
  const patterns = topology.subTopologies().some((part) => part.sourcePatterns.length > 0);
  if (patterns) for (const topic of await admin.listTopics()) names.add(topic);
  const found = await admin.describeTopics([...names]);
  return new Map(found.map((one) => [one.topic, one.partitions]));
}

/** A topic that was created a moment ago may not be known to every broker: what is missing is asked for again for a while. */
async function waitForNew(topology: Topology, external: Map<string, number>, admin: Admin): Promise<void> {
  const names = namedTopics(topology);
  const giveUp = performance.now() + NEW_TOPIC_MS;
  const backOff = new BackOff(100, 400);
  for (;;) {
    const missing = [...names].filter((topic) => !external.has(topic));
    if (missing.length === 0 || performance.now() > giveUp) return;
    await pause(backOff.next());
    for (const { topic, partitions } of await admin.describeTopics(missing)) external.set(topic, partitions);
  }
}

function checkSinks(topology: Topology, external: ReadonlyMap<string, number>): void {
  for (const node of topology.nodes) {
    if (node.type !== 'sink' || typeof node.topic !== 'string') continue;
    if (topology.repartitionTopics.has(node.topic) || external.has(node.topic)) continue;
    throw new MillraceError(
      'TOPIC_MISSING',
      `output topic ${node.topic} does not exist; create it before starting the application, or by the option createTopics`,
      { topic: node.topic, node: node.name },
    );
  }
}

async function createInternalTopics(
  topology: Topology,
  plan: PartitionPlan,
  external: ReadonlyMap<string, number>,
  settings: PlanSettings,
  admin: Admin,
): Promise<void> {
  const wanted: NewTopic[] = [];
  const described = internalTopics(topology, settings.applicationId, {
    topicConfig: settings.topicConfig,
    windowedChangelogAdditionalRetentionMs: settings.windowStoreChangelogAdditionalRetentionMs,
  });
  for (const { name, config } of described) {
    const partitions = plan.internalTopics.get(name);
    if (partitions === undefined) continue;
    wanted.push({ topic: name, partitions, replicationFactor: settings.replicationFactor, config });
  }
  if (wanted.length === 0) return;
  const inputs = [...new Set([...plan.sources.values()].flat())].filter((topic) => external.has(topic));
  const counts = inputs.map((topic) => `${topic} has ${String(external.get(topic))}`).join(', ');
  await checkInternalTopics(wanted, counts, admin);
  await admin.createTopics(wanted);
  // Another instance may have created them meanwhile, from another idea of the input topics.
  await checkInternalTopics(wanted, counts, admin);
}

async function checkInternalTopics(wanted: readonly NewTopic[], inputs: string, admin: Admin): Promise<void> {
  const existing = await admin.describeTopics(wanted.map((one) => one.topic));
  for (const { topic, partitions } of existing) {
    const expected = wanted.find((one) => one.topic === topic)?.partitions;
    if (expected === partitions) continue;
    throw new MillraceError(
      'INTERNAL_TOPIC_INVALID',
      `internal topic ${topic} has ${String(partitions)} partitions, but the topology now needs ${String(expected)}, since the partitions of an input (${inputs}) or the topology have changed, and what is stored by key cannot move to other partitions; use another applicationId, or stop all instances and delete this application's internal topics and state folders`,
      { topic },
    );
  }
}
