/** Who of the group has which task, as the leader last told it: what routing and `metadata()` go by. */
import type { MemberAssignment } from '../../group/membership-codec.js';
import { parseTaskId, type TaskId } from '../../group/ownership.js';
import type { InstanceLags, InstanceMetadata, TaskOwner } from '../../observe/instance-metadata.js';
import type { Topology } from '../../topology/topology.js';
import { inputsOf, type TopicPlan } from '../topics/topic-plan.js';

/** An instance that has told the group where it can be reached is known by that address to all others. */
export class InstanceDirectory {
  private others: ReadonlyMap<string, readonly TaskId[]> = new Map();

  /** @param address of this instance, `host:port`; null: it has told none */
  constructor(private readonly address: string | null) {}

  get self(): TaskOwner {
    return { host: this.address, isHere: true };
  }

  assigned({ hosts }: Pick<MemberAssignment, 'hosts'>): void {
    this.others = new Map(Object.entries(hosts ?? {}).filter(([host]) => host !== this.address));
  }

  /** This instance is no member any more, and hears nothing of the others. */
  lost(): void {
    this.others = new Map();
  }

  /** @param own tasks that run here */
  ownerOf(task: TaskId, own: ReadonlySet<string>): TaskOwner | null {
    if (own.has(task)) return this.self;
    for (const [host, tasks] of this.others) if (tasks.includes(task)) return { host, isHere: false };
    return null;
  }

  /** This instance first, then the others by their addresses. */
  instances(
    own: { readonly tasks: readonly TaskId[]; readonly lags: InstanceLags },
    topology: Topology,
    plan: TopicPlan,
  ): readonly InstanceMetadata[] {
    const describe = (
      owner: TaskOwner,
      tasks: readonly TaskId[],
      lags: InstanceLags | null = null,
    ): InstanceMetadata => ({
      ...owner,
      tasks,
      partitions: tasks.flatMap((id) =>
        inputsOf(id, topology, plan).map(({ topic, partition }) => ({ topic, partition })),
      ),
      stores: storesOf(tasks, topology),
      lags,
    });
    const others = [...this.others].sort(([a], [b]) => (a < b ? -1 : 1));
    return [
      describe(this.self, own.tasks, own.lags),
      ...others.map(([host, tasks]) => describe({ host, isHere: false }, tasks)),
    ];
  }
}

function storesOf(tasks: readonly TaskId[], topology: Topology): readonly string[] {
  const parts = new Set(tasks.map((id) => parseTaskId(id).subTopology));
  const own = topology.subTopologies().flatMap(({ id, stores }) => (parts.has(id) ? stores : []));
  return [...own, ...topology.globalStores.map(({ store }) => store.name)].sort();
}
