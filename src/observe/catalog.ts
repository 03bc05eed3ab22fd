/** What monitoring is given of an instance: each metric's name, unit and meaning, and how it is read from the numbers. */
import { DROP_REASONS } from '../errors/drop-reasons.js';
import type { HistogramSnapshot } from './histogram.js';
import { AGE, COMMIT_LATENCY, END_TO_END, LOOP_DELAY, PROCESS_LATENCY, QUERY_WAIT } from './length-metrics.js';
import type { MetricsSnapshot } from './measurements.js';

/** One value of a metric. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  /** In the unit that the metric's name says; of histograms in ms. */
  readonly value: number | HistogramSnapshot;
}

export interface CatalogEntry {
  /** As Prometheus has it; of what is measured in seconds or bytes the name says so. */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  /** Besides `application`, which all have. */
  readonly labels: readonly string[];
  /** What Kafka Streams has for it, null: nothing. */
  readonly kafka: string | null;
  /** Those that are known: no sample is no zero. */
  readonly read: (from: MetricsSnapshot) => readonly Sample[];
}

const STATES = ['CREATED', 'REBALANCING', 'RUNNING', 'PENDING_SHUTDOWN', 'NOT_RUNNING', 'PENDING_ERROR', 'ERROR'];
const NO_LABELS = {};

type Described = Pick<CatalogEntry, 'name' | 'help' | 'kafka'>;

function single(
  type: 'counter' | 'gauge',
  of: Described,
  value: (from: MetricsSnapshot) => number | null,
): CatalogEntry {
  const read = (from: MetricsSnapshot): Sample[] => {
    const found = value(from);
    return found === null ? [] : [{ labels: NO_LABELS, value: found }];
  };
  return { ...of, type, labels: [], read };
}

function counter(
  name: string,
  help: string,
  kafka: string | null,
  value: (from: MetricsSnapshot) => number,
): CatalogEntry {
  return single('counter', { name, help, kafka }, value);
}

function gauge(
  name: string,
  help: string,
  kafka: string | null,
  value: (from: MetricsSnapshot) => number | null,
): CatalogEntry {
  return single('gauge', { name, help, kafka }, value);
}

/** In what a metric is measured, as UCUM has it; empty where it is a plain number. */
export function unitOf({ name }: Pick<CatalogEntry, 'name'>): string {
  if (/_seconds(_total)?$/.test(name)) return 's';
  if (name.endsWith('_bytes')) return 'By';
  return /_records(_|$)/.test(name) ? '{record}' : '';
}

/** All metrics, in the order of the documentation. */
export const CATALOG: readonly CatalogEntry[] = [
  {
    name: 'millrace_state',
    type: 'gauge',
    help: '1 for the state that the instance is in, 0 for the others',
    labels: ['state'],
    kafka: 'client-state',
    read: ({ state }) => STATES.map((one) => ({ labels: { state: one }, value: one === state ? 1 : 0 })),
  },
  gauge('millrace_connected', '1 while the brokers answer that were last asked', null, ({ connected }) =>
    connected ? 1 : 0,
  ),
  gauge('millrace_tasks_running', 'tasks that process records', 'assigned-active-tasks', ({ tasks }) => tasks.length),
  gauge(
    'millrace_tasks_stalled',
    'tasks that have records and have made no progress for stallTimeout',
    null,
    ({ stalls }) => stalls.now.length,
  ),
  counter('millrace_task_stalls_total', 'times that a task began to stand still', null, ({ stalls }) => stalls.count),
  {
    name: END_TO_END,
    type: 'histogram',
    help: "from a record's timestamp to when the result is given to the producer: of each turn of a task the oldest",
    labels: ['node', 'topic'],
    kafka: 'record-e2e-latency-avg, -min, -max (terminal nodes)',
    read: ({ latency }) =>
      latency.sinks.map(({ node, topic, endToEnd }) => ({ labels: { node, topic: topic ?? '' }, value: endToEnd })),
  },
  {
    name: AGE,
    type: 'histogram',
    help: "from a record's timestamp to when it is taken from its topic: of each turn of a task the oldest",
    labels: ['topic'],
    kafka: 'record-e2e-latency-avg, -min, -max (source nodes)',
    read: ({ latency }) => latency.sources.map(({ topic, age }) => ({ labels: { topic }, value: age })),
  },
  gauge(
    'millrace_lag_records',
    'records that wait in the inputs of the running tasks; no value while a broker is away',
    'records-lag (consumer)',
    ({ lag }) => lag,
  ),
  {
    name: 'millrace_task_lag_records',
    type: 'gauge',
    help: 'the same of each task',
    labels: ['task'],
    kafka: 'records-lag (consumer)',
    read: ({ tasks }) => tasks.flatMap(({ id, lag }) => (lag === null ? [] : [{ labels: { task: id }, value: lag }])),
  },
  {
    name: 'millrace_task_stream_time_seconds',
    type: 'gauge',
    help: 'highest timestamp that a task has processed, since the epoch',
    labels: ['task'],
    kafka: null,
    read: ({ tasks }) =>
      tasks.flatMap(({ id, streamTime }) =>
        streamTime < 0 ? [] : [{ labels: { task: id }, value: streamTime / 1000 }],
      ),
  },
  counter('millrace_records_processed_total', 'records processed', 'process-total', ({ processed }) => processed),
  counter(
    'millrace_processing_seconds_total',
    'time for which tasks had the thread: by the time passed, how busy the instance is',
    'process-ratio',
    ({ processing }) => processing.busy / 1000,
  ),
  {
    name: PROCESS_LATENCY,
    type: 'histogram',
    help: 'for how long tasks had the thread at one go: 10 ms, unless a function takes longer',
    labels: [],
    kafka: 'process-latency-avg, -max',
    read: ({ processing }) => [{ labels: NO_LABELS, value: processing.latency }],
  },
  {
    name: 'millrace_records_dropped_total',
    type: 'counter',
    help: 'records dropped, by reason',
    labels: ['reason'],
    kafka: 'dropped-records-total',
    read: ({ dropped }) =>
      Object.keys(DROP_REASONS).map((reason) => ({
        labels: { reason },
        value: dropped[reason as keyof typeof DROP_REASONS] ?? 0,
      })),
  },
  counter(
    'millrace_records_retried_total',
    'times that a record was tried again at which a function had thrown',
    null,
    ({ retried }) => retried,
  ),
  counter('millrace_dead_letters_total', 'dead letters written', null, ({ deadLetters }) => deadLetters),
  counter(
    'millrace_offsets_out_of_range_total',
    'times that an offset was not in the log any more and the reset policy applied',
    null,
    ({ outOfRange }) => outOfRange,
  ),
  {
    name: COMMIT_LATENCY,
    type: 'histogram',
    help: 'from the end of an epoch until it is durable',
    labels: [],
    kafka: 'commit-latency-avg, -max',
    read: ({ commits }) => [{ labels: NO_LABELS, value: commits.latency }],
  },
  {
    name: LOOP_DELAY,
    type: 'histogram',
    help: 'by how much timers come late, looked at ten times a second',
    labels: [],
    kafka: null,
    read: ({ eventLoop }) => [{ labels: NO_LABELS, value: eventLoop.delay }],
  },
  {
    name: QUERY_WAIT,
    type: 'histogram',
    help: 'for how long a question about a store, whoever asked, waited at most until tasks gave it the thread',
    labels: [],
    kafka: null,
    read: ({ queries }) => [{ labels: NO_LABELS, value: queries.wait }],
  },
  gauge(
    'millrace_event_loop_longest_stall_seconds',
    'the longest time since the start that one piece of code had the thread',
    null,
    ({ eventLoop }) => eventLoop.longestStall / 1000,
  ),
  gauge(
    'millrace_restore_lag_records',
    'changelog offsets still to be read before all assigned tasks run',
    'restore-remaining-records-total',
    ({ restore }) => restore.lag,
  ),
  gauge('millrace_restoring_stores', 'stores that are being restored', null, ({ restore }) => restore.now.length),
  counter(
    'millrace_restored_records_total',
    'changelog records read',
    'restore-total',
    ({ restore }) => restore.records,
  ),
  counter('millrace_restored_stores_total', 'stores restored', null, ({ restore }) => restore.stores),
  {
    name: 'millrace_cache_bytes',
    type: 'gauge',
    help: 'rows of stores in memory: resident (all), held (back until a commit), uncommitted (only a commit frees them)',
    labels: ['kind'],
    kafka: 'cache-size-bytes-total',
    read: ({ cache: { resident, held, uncommitted } }) =>
      Object.entries({ resident, held, uncommitted }).map(([kind, value]) => ({ labels: { kind }, value })),
  },
  gauge('millrace_cache_capacity_bytes', 'stateStoreCacheMaxBytes', null, ({ cache }) => cache.capacity),
  {
    name: 'millrace_store_memory_bytes',
    type: 'gauge',
    help: 'rows of each store in memory: resident (all), uncommitted (only a commit frees them)',
    labels: ['store', 'kind'],
    kafka: 'size-all-mem-tables, block-cache-usage',
    read: ({ stores }) =>
      stores.flatMap(({ store, resident, uncommitted }) =>
        Object.entries({ resident, uncommitted }).map(([kind, value]) => ({ labels: { store, kind }, value })),
      ),
  },
  {
    name: 'millrace_store_written_bytes',
    type: 'gauge',
    help: 'about what is written of each store, looked at once a minute; without what LevelDB has in its log alone',
    labels: ['store'],
    kafka: 'total-sst-files-size',
    read: ({ stores }) =>
      stores.flatMap(({ store, written }) => (written === null ? [] : [{ labels: { store }, value: written }])),
  },
  gauge(
    'millrace_state_folder_bytes',
    'size of the state folder, looked at once a minute',
    'total-sst-files-size',
    ({ stateFolder }) => stateFolder.bytes,
  ),
  gauge(
    'millrace_producer_buffered_bytes',
    'written by tasks and not acknowledged by brokers',
    'buffer-total-bytes less buffer-available-bytes (producer)',
    ({ producer }) => producer.buffered,
  ),
  gauge(
    'millrace_producer_capacity_bytes',
    'producer.bufferBytes',
    'buffer-total-bytes (producer)',
    ({ producer }) => producer.capacity,
  ),
  gauge(
    'millrace_producer_waiting_tasks',
    'tasks that wait since a partition that they write to is full',
    'bufferpool-wait-time-ns-total (producer)',
    ({ producer }) => producer.waiting,
  ),
  gauge(
    'millrace_fetch_buffered_bytes',
    'fetched and not yet processed',
    'input-buffer-bytes-total',
    ({ fetch }) => fetch.buffered,
  ),
  gauge('millrace_fetch_capacity_bytes', 'fetchBufferBytes', null, ({ fetch }) => fetch.capacity),
  gauge(
    'millrace_fetch_full_partitions',
    'partitions that are not fetched, since enough of them waits',
    null,
    ({ fetch }) => fetch.full,
  ),
  counter(
    'millrace_rebalances_total',
    'rebalances',
    'rebalance-total (consumer)',
    ({ rebalances }) => rebalances.count,
  ),
  counter(
    'millrace_rebalance_seconds_total',
    'time from joining until the assignment was settled; tasks run on meanwhile',
    'rebalance-latency-total (consumer)',
    ({ rebalances }) => rebalances.totalDuration / 1000,
  ),
  counter(
    'millrace_memberships_lost_total',
    'times that the group put the instance out',
    'partition-lost-latency (consumer)',
    ({ rebalances }) => rebalances.lost,
  ),
];
