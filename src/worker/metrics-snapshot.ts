/** The numbers of an instance as one plain object. */
import type { PartitionReader } from '../broker/port.js';
import type { Task } from '../task/task.js';
import type { InstanceMetrics } from './instance-metrics.js';

export interface TaskMeasurements {
  readonly id: string;
  /** Highest timestamp processed, ms since the epoch; -1 before the first record. */
  readonly streamTime: number;
  /** Records between what is processed and the end of the input, as last told by the broker. */
  readonly lag: number;
}

export interface Measurements {
  /** Records processed since the start. */
  readonly processed: number;
  /** Records dropped since the start, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Records that came after their window had closed: `dropped.late`. */
  readonly late: number;
  /** Sum over the running tasks. */
  readonly lag: number;
  readonly outOfRange: number;
  readonly commits: {
    readonly count: number;
    /** Milliseconds. */
    readonly lastLatency: number;
    readonly averageLatency: number;
    readonly maxLatency: number;
  };
  readonly eventLoop: {
    /** The longest time since the start that nothing but one piece of code had the thread, ms. */
    readonly longestStall: number;
  };
  readonly restore: {
    /** Changelog records read since the start. */
    readonly records: number;
    /** Stores restored since the start. */
    readonly stores: number;
  };
  readonly tasks: readonly TaskMeasurements[];
}

export interface MetricsSnapshot extends Measurements {
  readonly state: string;
}

export function snapshot(
  metrics: InstanceMetrics,
  running: readonly Task[],
  reader: PartitionReader | null,
  longestStall: number,
): Measurements {
  const { records, commits, restore } = metrics;
  const dropped = records.drops;
  const tasks = running.map((task) => ({ id: task.id, streamTime: task.streamTime, lag: lagOf(task, reader) }));
  return {
    processed: records.processed,
    dropped,
    late: dropped['late'] ?? 0,
    lag: tasks.reduce((sum, task) => sum + task.lag, 0),
    outOfRange: records.outOfRange,
    commits: {
      count: commits.commits,
      lastLatency: commits.lastLatencyMs,
      averageLatency: commits.commits === 0 ? 0 : commits.totalLatencyMs / commits.commits,
      maxLatency: commits.maxLatencyMs,
    },
    eventLoop: { longestStall },
    restore: { records: restore.records, stores: restore.stores },
    tasks,
  };
}

function lagOf(task: Task, reader: PartitionReader | null): number {
  let lag = 0;
  for (const queue of task.partitions) {
    const end = reader?.endOffset(queue) ?? -1;
    if (end >= 0) lag += Math.max(0, end - queue.committableOffset);
  }
  return lag;
}
