/** How an instance takes part in its group: what it says of itself, how it deals out tasks as leader, what it does when told. */
import type { GroupHandler, GroupIdentity, JoinedMember, TopicPartition } from '../../broker/port.js';
import { BrokerError } from '../../errors/broker-error.js';
import { MillraceError } from '../../errors/error.js';
import { assignTasks } from '../../group/assignor.js';
import { decodeAssignment, decodeClaim, encodeAssignment, encodeClaim } from '../../group/membership-codec.js';
import type { MemberClaim, TaskId } from '../../group/ownership.js';
import type { ActivityLog } from '../../observe/activity.js';
import type { EventChannels } from '../../observe/events.js';
import type { Logger } from '../../observe/logger.js';
import { toldWhenLong } from '../../observe/long-wait.js';
import type { Task } from '../../task/task.js';
import type { Topology } from '../../topology/topology.js';
import type { TaskSet } from '../loop/task-set.js';
import type { InstanceDirectory } from './instance-directory.js';
import { inputsOf, planOf, tasksOf, type TopicPlan } from '../topics/topic-plan.js';
import type { RebalanceMetrics } from '../../observe/instance-metrics.js';

/** For the last commit of tasks that are given up: longer than it takes to find the new leader of a partition. */
const GIVE_UP_LIMIT_MS = 15_000;
/** Tasks that one line names. */
const MOST_LISTED = 12;

interface MembershipParts {
  readonly applicationId: string;
  readonly topology: Topology;
  readonly tasks: TaskSet;
  readonly processId: string;
  /** Where this instance can be asked, `host:port`; null: nowhere. */
  readonly address: string | null;
  readonly directory: InstanceDirectory;
  readonly tasksOnDisk: () => readonly TaskId[];
  /** Looks at the cluster anew, as leader: topics may have come and internal ones are created. */
  readonly replan: () => Promise<TopicPlan>;
  /** The plan that tasks are opened by. */
  readonly plan: { current: TopicPlan };
  /** Changelogs that were deleted and created again: tasks that write to them are to be opened anew. */
  readonly recreated: Set<string>;
  readonly rejoin: (reason: string) => void;
  /** Told when the assignment settles and when it begins to change. */
  readonly rebalancing: () => void;
  readonly settled: () => void;
  /** `shutdown`: nobody is asked what to do about it. */
  readonly failed: (error: unknown, decided?: 'shutdown') => void;
  readonly metrics: RebalanceMetrics;
  readonly activity: ActivityLog;
  readonly channels: EventChannels;
  readonly logger: Logger;
}

/**
 * Cooperative: tasks go on running through a rebalance; what is to be given up is committed and closed after the new
 * assignment is known, and only then may another member have it. Kafka Streams: `StreamsPartitionAssignor` and
 * `StreamsRebalanceListener`.
 */
export class Membership implements GroupHandler {
  private generation = -1;
  private shutdownRequested = false;

  constructor(private readonly parts: MembershipParts) {}

  /** Asks all instances of the application to stop. The leader hears of it with the next join and tells the others. */
  requestShutdown(): void {
    this.shutdownRequested = true;
    this.parts.rejoin('the application is to be shut down');
  }

  beforeJoin(reason: string): Promise<void> {
    this.parts.activity.add('rebalance', `joins the group: ${reason}`);
    this.parts.metrics.began(performance.now());
    return Promise.resolve();
  }

  subscription(): Buffer {
    const { tasks, plan, processId, address, tasksOnDisk } = this.parts;
    const claim: MemberClaim = {
      processId,
      generation: this.generation,
      owned: tasks.owned,
      opening: tasks.opening,
      left: tasks.left,
      onDisk: tasksOnDisk(),
      shutdown: this.shutdownRequested,
      host: address,
    };
    return encodeClaim([...new Set([...plan.current.sources.values()].flat())].sort(), claim);
  }

  async assign(members: readonly JoinedMember[]): Promise<ReadonlyMap<string, Buffer>> {
    const plan = await this.parts.replan();
    const claims = new Map(members.map((member) => [member.memberId, decodeClaim(member.subscription)]));
    const dealt = assignTasks(tasksOf(plan), claims);
    this.parts.logger.info('leader dealt out the tasks', {
      members: [...dealt].map(([memberId, { active }]) => `${memberId}: ${active.join(' ')}`),
    });
    const topics = Object.fromEntries(plan.partitions);
    const shutdown = [...claims.values()].some((claim) => claim.shutdown);
    const hosts = Object.fromEntries(
      [...dealt].flatMap(([memberId, { active }]) => {
        const host = claims.get(memberId)?.host ?? null;
        return host === null ? [] : [[host, active] as const];
      }),
    );
    return new Map(
      [...dealt].map(([memberId, { active }]) => {
        const partitions = active.flatMap((id): TopicPartition[] => inputsOf(id, this.parts.topology, plan));
        return [memberId, encodeAssignment(partitions, { active, topics, shutdown, hosts })];
      }),
    );
  }

  async assigned(bytes: Buffer, identity: GroupIdentity): Promise<void> {
    const { tasks, logger } = this.parts;
    const assignment = decodeAssignment(bytes);
    const { active, topics, shutdown } = assignment;
    this.generation = identity.generation;
    this.parts.directory.assigned(assignment);
    if (shutdown) {
      const reason = 'an instance of the application failed and asked all instances to stop; see the log of that one';
      this.parts.failed(new MillraceError('STATE_INVALID', reason), 'shutdown');
      return;
    }
    // By the leader's word: another look at the cluster could show something else.
    if (planChanged(this.parts.plan.current, topics)) {
      this.parts.plan.current = planOf(this.parts.topology, this.parts.applicationId, topics);
    }
    const wanted = new Set(active);
    const owned = new Set(tasks.owned);
    const revoked = [...owned].filter((id) => !wanted.has(id));
    const added = [...wanted].filter((id) => !owned.has(id));
    const changed = this.tasksWithOtherInputs(wanted);
    logger.info('assigned', { generation: identity.generation, tasks: active, revoked, added, changed });
    if (revoked.length + added.length + changed.length > 0) this.parts.rebalancing();
    await this.giveUp([...revoked, ...changed]);
    if (revoked.length > 0) this.parts.rejoin('tasks were given up');
    tasks.open([...added, ...changed]);
    this.parts.metrics.ended(performance.now());
    this.parts.activity.add('rebalance', assignedText(identity.generation, active, added, revoked, this.parts.metrics));
    this.parts.channels.tell('millrace:rebalance', {
      generation: identity.generation,
      ...{ tasks: active, added, revoked },
      duration: this.parts.metrics.lastMs,
    });
    this.parts.settled();
  }

  private async giveUp(ids: readonly TaskId[]): Promise<void> {
    if (ids.length === 0) return;
    try {
      await toldWhenLong(
        this.parts.logger,
        `giving up ${listed(ids)}`,
        'what they have done is committed and their stores are closed before other instances may have them',
        this.parts.tasks.close(ids, GIVE_UP_LIMIT_MS),
      );
    } catch (error) {
      // Without the commit the next owner does their last records again. That is what at-least-once allows.
      if (!(error instanceof BrokerError) || error.class !== 'fenced') throw error;
      this.parts.logger.warn('tasks were given up without a last commit', { tasks: ids, error: error.message });
    }
  }

  /** Running tasks whose source pattern matches other topics than when they were opened. */
  private tasksWithOtherInputs(wanted: ReadonlySet<TaskId>): TaskId[] {
    const { tasks, topology, plan, recreated } = this.parts;
    const lost = new Set(recreated);
    recreated.clear();
    const key = ({ topic, partition }: TopicPartition): string => `${topic}-${String(partition)}`;
    return tasks.running
      .filter((task) => {
        if (this.hasLost(task, lost)) return true;
        const before = new Set(task.partitions.map(key));
        const now = inputsOf(task.id as TaskId, topology, plan.current);
        return before.size !== now.length || !now.every((input) => before.has(key(input)));
      })
      .map((task) => task.id as TaskId)
      .filter((id) => wanted.has(id));
  }

  /** Rows that are in memory alone must not be given up for a changelog that does not have them. */
  private hasLost(task: Task, topics: ReadonlySet<string>): boolean {
    const logged = task.state.changelogs().filter(({ isSource }) => !isSource);
    const touched = logged.filter(({ topic }) => topic !== null && topics.has(topic));
    const inMemory = touched.find(
      ({ engine, persistent }) => engine === 'memory' || (typeof engine === 'object' && !persistent),
    );
    if (inMemory === undefined) return touched.length > 0;
    this.parts.logger.warn(
      'the changelog of a store in memory was deleted and created again: rows that do not change any more are lost when the task moves or the instance stops',
      { task: task.id, store: inMemory.store, topic: inMemory.topic },
    );
    return false;
  }

  async lost(error: Error): Promise<void> {
    this.parts.logger.warn('the group has put this member out; its tasks are closed without a commit', {
      error: error.message,
    });
    this.generation = -1;
    this.parts.directory.lost();
    this.parts.activity.add('rebalance', 'the group has put the instance out; its tasks are closed without a commit');
    this.parts.metrics.lost += 1;
    this.parts.rebalancing();
    await this.parts.tasks.abandon();
  }

  failed(error: Error): void {
    this.parts.failed(error);
  }
}

function assignedText(
  generation: number,
  active: readonly TaskId[],
  added: readonly TaskId[],
  revoked: readonly TaskId[],
  { lastMs }: RebalanceMetrics,
): string {
  const changes = [
    added.length === 0 ? '' : `, gained ${listed(added)}`,
    revoked.length === 0 ? '' : `, gave up ${listed(revoked)}`,
  ].join('');
  const tasks = active.length === 1 ? '1 task' : `${String(active.length)} tasks`;
  return `generation ${String(generation)}: ${tasks}${changes === '' ? ', none of them new' : changes} (${String(Math.round(lastMs))} ms)`;
}

/** The first of many. */
function listed(ids: readonly TaskId[]): string {
  const shown = ids.slice(0, MOST_LISTED).join(' ');
  return ids.length > MOST_LISTED ? `${shown} and ${String(ids.length - MOST_LISTED)} more` : shown;
}

function planChanged(plan: TopicPlan, topics: Readonly<Record<string, number>>): boolean {
  const names = Object.keys(topics);
  return names.length !== plan.partitions.size || names.some((name) => plan.partitions.get(name) !== topics[name]);
}
