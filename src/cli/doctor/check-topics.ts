/** Beside the commands: whether the topics are there that a topology needs, fit each other, are copied and may be used. */
import type { InspectedCluster, InspectedTopic, Operation } from '../../broker/wire/inspect/cluster-codec.js';
import { MillraceError } from '../../errors/error.js';
import { planPartitions, type PartitionPlan } from '../../topology/partition-plan.js';
import type { Topology } from '../../topology/topology.js';
import { namedTopics } from '../../worker/topics/topic-plan.js';
import { look, ok, wrong, type Finding } from './finding.js';

/** Copies that survive a lost broker while another one is restarted. */
const SAFE_REPLICAS = 3;
const FORBIDDEN = 29;

/** All that a topology reads and writes by name, and what of the topics there are its patterns match. */
export function topicsToAsk(topology: Topology, existing: readonly string[], applicationId: string | null): string[] {
  const patterns = topology.subTopologies().some(({ sourcePatterns }) => sourcePatterns.length > 0);
  const own = applicationId === null ? [] : existing.filter((topic) => topic.startsWith(`${applicationId}-`));
  return [...new Set([...namedTopics(topology), ...own, ...(patterns ? existing : [])])];
}

/** @param applicationId null: internal topics are not looked at */
export function checkTopics(
  topology: Topology,
  { topics, brokers }: Pick<InspectedCluster, 'topics' | 'brokers'>,
  applicationId: string | null,
): readonly Finding[] {
  const there = new Map(topics.filter(({ errorCode }) => errorCode === 0).map((one) => [one.topic, one]));
  const forbidden = topics.filter(({ errorCode }) => errorCode === FORBIDDEN).map(({ topic }) => topic);
  if (forbidden.length > 0) {
    return [
      wrong(
        'topics',
        `the principal may not see ${forbidden.join(', ')}`,
        'allow Describe and what the topology does with them',
      ),
    ];
  }
  const counts = new Map([...there].map(([name, { partitions }]) => [name, partitions.length]));
  const planned = planOrFinding(topology, applicationId ?? 'application', counts);
  const findings: Finding[] = [...('finding' in planned ? [planned.finding] : [])];
  const outputs = outputsOf(topology).filter((topic) => !there.has(topic));
  for (const topic of outputs) {
    findings.push(wrong('topics', `output topic ${topic} does not exist`, `create it, or set createTopics`));
  }
  if ('plan' in planned && applicationId !== null) findings.push(...internalFindings(planned.plan, counts));
  for (const topic of there.values()) findings.push(...copyFindings(topic, brokers.length));
  findings.push(...permissionFindings(topology, there));
  if (findings.length > 0) return findings;
  const tasks = 'plan' in planned ? [...planned.plan.tasks.values()].reduce((sum, count) => sum + count, 0) : 0;
  return [
    ok('topics', `${String(there.size)} topics fit each other and the topology, which has ${String(tasks)} tasks`),
  ];
}

function planOrFinding(
  topology: Topology,
  applicationId: string,
  counts: ReadonlyMap<string, number>,
): { readonly plan: PartitionPlan } | { readonly finding: Finding } {
  try {
    return { plan: planPartitions(topology, applicationId, counts) };
  } catch (error) {
    if (!MillraceError.is(error)) throw error;
    const fix = error.code === 'TOPIC_MISSING' ? 'create it, or set createTopics' : 'see the message';
    return { finding: wrong('topics', error.message, fix) };
  }
}

function outputsOf(topology: Topology): string[] {
  const names = topology.nodes.flatMap((node) =>
    node.type === 'sink' && typeof node.topic === 'string' ? [node.topic] : [],
  );
  return [...new Set(names)].filter((topic) => !topology.repartitionTopics.has(topic));
}

function internalFindings(plan: PartitionPlan, counts: ReadonlyMap<string, number>): Finding[] {
  return [...plan.internalTopics].flatMap(([topic, wanted]) => {
    const has = counts.get(topic);
    if (has === undefined || has === wanted) return [];
    return [
      wrong(
        'internal topics',
        `${topic} has ${String(has)} partitions, the topology needs ${String(wanted)}`,
        'npx millrace reset, or another applicationId',
      ),
    ];
  });
}

/** One line for each topic, by what is worst. */
function copyFindings({ topic, partitions }: InspectedTopic, brokers: number): Finding[] {
  const without = partitions.filter(({ leader }) => leader < 0).map(({ partition }) => partition);
  if (without.length > 0) {
    const which = `${topic} has no leader for partitions ${without.join(', ')}`;
    return [wrong('replicas', which, 'start the brokers that have their copies')];
  }
  const behind = partitions.filter(({ inSync, replicas }) => inSync < replicas).map(({ partition }) => partition);
  if (behind.length > 0) {
    const which = `copies of ${topic} are behind or away, of partitions ${behind.join(', ')}`;
    return [look('replicas', which, 'look whether every broker runs: another loss may stop the application')];
  }
  const fewest = Math.min(...partitions.map(({ replicas }) => replicas));
  const wanted = Math.min(SAFE_REPLICAS, brokers);
  if (fewest >= wanted) return [];
  return [
    look(
      'replicas',
      `${topic} has ${String(fewest)} ${fewest === 1 ? 'copy' : 'copies'} on ${String(brokers)} brokers`,
      `give it ${String(wanted)}; internal topics are made with the option replicationFactor`,
    ),
  ];
}

function permissionFindings(topology: Topology, there: ReadonlyMap<string, InspectedTopic>): Finding[] {
  const outputs = new Set(outputsOf(topology));
  const inputs = [...namedTopics(topology)].filter(
    (topic) => !outputs.has(topic) || topology.subTopologies().some(({ sourceTopics }) => sourceTopics.includes(topic)),
  );
  const needs: readonly (readonly [string, Operation])[] = [
    ...inputs.map((topic) => [topic, 'Read'] as const),
    ...[...outputs].map((topic) => [topic, 'Write'] as const),
  ];
  return needs.flatMap(([topic, operation]) => {
    const allowed = there.get(topic)?.operations;
    if (allowed === undefined || allowed === null || allowed.has(operation)) return [];
    const list = [...allowed].join(', ');
    return [
      wrong(
        'permissions',
        `the principal may not ${operation} topic ${topic} (it may: ${list === '' ? 'nothing' : list})`,
        `kafka-acls.sh --add --allow-principal User:... --operation ${operation} --topic ${topic}`,
      ),
    ];
  });
}
