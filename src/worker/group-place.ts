/** The place of an instance in its group: the member that speaks with the coordinator, and what it does when spoken to. */
import type { Admin, BrokerClient, GroupMember } from '../broker/port.js';
import type { Config } from '../config.js';
import { PROTOCOL_NAME } from '../group/membership-codec.js';
import type { ActivityLog } from '../observe/activity.js';
import type { EventChannels } from '../observe/events.js';
import type { RebalanceMetrics } from '../observe/instance-metrics.js';
import type { Topology } from '../topology/topology.js';
import type { InstanceDirectory } from './group/instance-directory.js';
import { Membership } from './group/membership.js';
import type { LongCallLog } from './loop/long-call-log.js';
import type { TaskSet } from './loop/task-set.js';
import type { StateFolder } from './state/state-folder.js';
import { prepareTopics, type TopicPlan } from './topics/topic-plan.js';

export interface GroupPlace {
  readonly member: GroupMember;
  readonly membership: Membership;
}

interface GroupPlaceParts {
  readonly topology: Topology;
  readonly config: Config;
  readonly client: Pick<BrokerClient, 'group'>;
  readonly admin: Admin;
  readonly processId: string;
  readonly directory: InstanceDirectory;
  readonly plan: { current: TopicPlan };
  /** Asked once the member is started. */
  readonly tasks: () => TaskSet;
  readonly folder: Pick<StateFolder, 'tasks'>;
  /** Changelogs that were deleted and created again since the last assignment. */
  readonly recreated: Set<string>;
  readonly longCalls: Pick<LongCallLog, 'pulse'>;
  readonly metrics: RebalanceMetrics;
  readonly activity: ActivityLog;
  readonly channels: EventChannels;
  readonly rebalancing: () => void;
  readonly settled: () => void;
  readonly failed: (error: unknown, decided?: 'shutdown') => void;
}

/** Says nothing to the coordinator yet: `member.start()` does. */
export function groupPlace(parts: GroupPlaceParts): GroupPlace {
  const { topology, config, client, admin, processId, plan, tasks, folder, recreated } = parts;
  const { rebalancing, settled, failed } = parts;
  const membership = new Membership({
    applicationId: config.applicationId,
    topology,
    get tasks() {
      return tasks();
    },
    processId,
    address: config.applicationServer,
    directory: parts.directory,
    tasksOnDisk: () => folder.tasks(),
    replan: () => prepareTopics(topology, config, admin),
    plan,
    recreated,
    rejoin: (reason) => {
      member.rejoin(reason);
    },
    rebalancing,
    settled,
    failed,
    metrics: parts.metrics,
    activity: parts.activity,
    channels: parts.channels,
    logger: config.logger,
  });
  const member = client.group(
    {
      groupId: config.applicationId,
      instanceId: config.groupInstanceId,
      protocol: PROTOCOL_NAME,
      sessionTimeoutMs: config.sessionTimeoutMs,
      rebalanceTimeoutMs: config.rebalanceTimeoutMs,
      heartbeatMs: config.heartbeatIntervalMs,
      pulse: parts.longCalls.pulse,
    },
    membership,
  );
  return { member, membership };
}
