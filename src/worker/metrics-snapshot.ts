/** The numbers of an instance as one plain object. */
import type { BrokerStatus, PartitionReader } from '../broker/port.js';
import type { DropReason } from '../errors/drop-reasons.js';
import type { Task } from '../task/task.js';
import type { InstanceMetrics } from './instance-metrics.js';
import type { Stall, StallWatch } from './loop/stall-watch.js';

export interface TaskMeasurements {
  readonly id: string;
  /** Highest timestamp processed, ms since the epoch; -1 before the first record. */
  readonly streamTime: number;
  /** Records between what is processed and the end of the input, as last told by the broker; null while that is not known. */
  readonly lag: number | null;
}

export interface Measurements {
  /** Records processed since the start. */
  readonly processed: number;
  /** Records dropped since the start, by reason. */
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
  /** How often a record was tried again at which a function had thrown. */
  readonly retried: number;
  /** Dead letters written since the start. */
  readonly deadLetters: number;
  /** Records that came after their window had closed: `dropped.late`. */
  readonly late: number;
  /** Whether the brokers answer that were last asked. While one of them does not, its partitions stand still. */
  readonly connected: boolean;
  /** Sum over the running tasks; null, not 0, while it is not known: before the first answer, and while a broker is away. */
  readonly lag: number | null;
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
  /** Tasks that have records and made no progress for the option `stallTimeout`. */
  readonly stalls: {
    /** Since the start. */
    readonly count: number;
    /** Those of now, with what they wait for. */
    readonly now: readonly Stall[];
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
  brokers: readonly BrokerStatus[] = [],
  watch: StallWatch | null = null,
): Measurements {
  const { records, commits, restore } = metrics;
  const dropped = records.drops;
  const answering = brokers.some(({ state }) => state === 'answering');
  const connected = answering && !brokers.some(({ state }) => state === 'lost');
  const tasks = running.map((task) => ({
    id: task.id,
    streamTime: task.streamTime,
    lag: connected ? lagOf(task, reader) : null,
  }));
  return {
    processed: records.processed,
    dropped,
    retried: records.retried,
    deadLetters: records.deadLetters,
    late: dropped.late ?? 0,
    connected,
    lag: connected ? sumOf(tasks.map(({ lag }) => lag)) : null,
    outOfRange: records.outOfRange,
    commits: {
      count: commits.commits,
      lastLatency: commits.lastLatencyMs,
      averageLatency: commits.commits === 0 ? 0 : commits.totalLatencyMs / commits.commits,
      maxLatency: commits.maxLatencyMs,
    },
    eventLoop: { longestStall },
    stalls: { count: watch?.count ?? 0, now: watch?.stalls ?? [] },
    restore: { records: restore.records, stores: restore.stores },
    tasks,
  };
}

/** Null when one of them is. */
function sumOf(lags: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const lag of lags) {
    if (lag === null) return null;
    sum += lag;
  }
  return sum;
}

function lagOf(task: Task, reader: PartitionReader | null): number | null {
  let lag = 0;
  for (const queue of task.partitions) {
    const end = reader?.endOffset(queue) ?? -1;
    if (end < 0) return null;
    lag += Math.max(0, end - queue.committableOffset);
  }
  return lag;
}
