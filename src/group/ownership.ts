/** The tasks of an application and who claims them. */

/** `<sub-topology>_<partition>`. Kafka Streams: `TaskId`. */
export type TaskId = `${number}_${number}`;

export function taskId(subTopology: number, partition: number): TaskId {
  return `${subTopology}_${partition}`;
}

export function parseTaskId(id: TaskId): { readonly subTopology: number; readonly partition: number } {
  const [subTopology, partition] = id.split('_').map(Number) as [number, number];
  return { subTopology, partition };
}

/** By sub-topology, then partition, as numbers. */
export function compareTaskIds(a: TaskId, b: TaskId): number {
  const left = parseTaskId(a);
  const right = parseTaskId(b);
  return left.subTopology - right.subTopology || left.partition - right.partition;
}

/** What a member says of itself when it joins. */
export interface MemberClaim {
  /** One process; stays the same over restarts that keep the state folder. */
  readonly processId: string;
  /** Generation in which `owned` was assigned; -1 when nothing is owned. */
  readonly generation: number;
  /** Tasks it is running, or restoring, and goes on with until told otherwise. */
  readonly owned: readonly TaskId[];
  /** Those of them that do not run yet. Default: none. */
  readonly opening?: readonly TaskId[];
  /** Tasks that it ran and does not run any more: how long ago it stopped, ms. Default: none. */
  readonly left?: Readonly<Record<TaskId, number>>;
  /** Tasks whose state it has on disk, running or not. */
  readonly onDisk: readonly TaskId[];
  /** Set when the whole application is to stop. */
  readonly shutdown: boolean;
  /** Where it can be asked, `host:port`. Default: nowhere. */
  readonly host?: string | null;
}
