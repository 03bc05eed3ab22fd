/** The numbers of an instance as one plain object. */
import type { BrokerStatus, PartitionReader } from '../broker/port.js';
import type { Measurements } from '../observe/measurements.js';
import type { CacheBudget } from '../store/cache-budget.js';
import type { Task } from '../task/task.js';
import type { InstanceMetrics } from './instance-metrics.js';
import { isConnected, inputLag } from './lags.js';
import type { StallWatch } from './loop/stall-watch.js';

/** What an instance is asked for its numbers; what is not there yet is left out. */
export interface Measured {
  readonly running?: readonly Task[] | undefined;
  readonly reader?: PartitionReader | null;
  readonly producer?: Measurements['producer'];
  /** Bytes that may be fetched ahead. */
  readonly fetchCapacity?: number;
  /** Partitions that are not fetched for the moment. */
  readonly pausedPartitions?: number | undefined;
  readonly longestStall?: number;
  readonly brokers?: readonly BrokerStatus[];
  readonly stalls?: StallWatch | null;
  readonly cache?: CacheBudget | null;
  readonly stores?: Measurements['stores'];
  readonly stateBytes?: number | null;
}

export function snapshot(metrics: InstanceMetrics, measured: Measured = {}): Measurements {
  const { records, commits, restore, latency, rebalances } = metrics;
  const { running = [], reader = null, brokers = [], stalls = null, cache = null } = measured;
  const dropped = records.drops;
  const connected = isConnected(brokers);
  const tasks = running.map((task) => ({
    id: task.id,
    streamTime: task.streamTime,
    lag: connected ? sumOf(task.partitions.map((queue) => inputLag(queue, reader))) : null,
  }));
  const restoring = restore.now;
  return {
    processed: records.processed,
    dropped,
    retried: records.retried,
    deadLetters: records.deadLetters,
    late: dropped.late ?? 0,
    connected,
    lag: connected ? sumOf(tasks.map(({ lag }) => lag)) : null,
    outOfRange: records.outOfRange,
    latency: {
      sources: latency.sources.map(({ topic, age }) => ({ topic, age: age.snapshot() })),
      sinks: latency.sinks.map(({ node, topic, endToEnd }) => ({ node, topic, endToEnd: endToEnd.snapshot() })),
    },
    processing: { busy: metrics.work.busyMs, latency: metrics.work.latency.snapshot() },
    commits: {
      count: commits.commits,
      lastLatency: commits.lastLatencyMs,
      averageLatency: commits.commits === 0 ? 0 : commits.totalLatencyMs / commits.commits,
      maxLatency: commits.maxLatencyMs,
      latency: commits.latency.snapshot(),
    },
    eventLoop: { longestStall: measured.longestStall ?? 0, delay: metrics.loopDelay.snapshot() },
    queries: { wait: metrics.queryWait.snapshot() },
    stalls: { count: stalls?.count ?? 0, now: stalls?.stalls ?? [] },
    restore: {
      records: restore.records,
      stores: restore.stores,
      lag: restoring.reduce((sum, { position, end }) => sum + Math.max(0, end - position), 0),
      now: restoring,
    },
    cache: {
      resident: cache?.residentBytes ?? 0,
      held: cache?.pendingBytes ?? 0,
      uncommitted: cache?.dirtyBytes ?? 0,
      capacity: cache?.maxBytes ?? 0,
    },
    stores: measured.stores ?? [],
    stateFolder: { bytes: measured.stateBytes ?? null },
    producer: measured.producer ?? { buffered: 0, capacity: 0, waiting: 0 },
    fetch: {
      buffered: (reader?.bufferedBytes ?? 0) + bufferedBy(running),
      capacity: measured.fetchCapacity ?? 0,
      full: measured.pausedPartitions ?? 0,
    },
    rebalances: {
      count: rebalances.count,
      lost: rebalances.lost,
      lastDuration: rebalances.lastMs,
      totalDuration: rebalances.totalMs,
    },
    tasks,
  };
}

function bufferedBy(tasks: readonly Task[]): number {
  let bytes = 0;
  for (const task of tasks) for (const queue of task.partitions) bytes += queue.bufferedBytes;
  return bytes;
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
