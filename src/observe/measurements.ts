/** The numbers of an instance as it tells them: plain data, times in ms, sizes in bytes, counts since the start. */
import type { DropReason } from '../errors/drop-reasons.js';
import type { HistogramSnapshot } from './histogram.js';
import type { Restoring } from './restore-metrics.js';

export interface TaskMeasurements {
  readonly id: string;
  /** Highest timestamp processed, ms since the epoch; -1 before the first record. */
  readonly streamTime: number;
  /** Records between what is processed and the end of the input, as last told by the broker; null while that is not known. */
  readonly lag: number | null;
}

/** A task that stands still. */
export interface Stall {
  readonly task: string;
  /** What it waits for, in words. */
  readonly reason: string;
  /** Since when, ms. */
  readonly forMs: number;
}

export interface SourceMeasurements {
  readonly topic: string;
  /** From a record's timestamp to when it is taken from the topic: of each turn of a task the oldest record. */
  readonly age: HistogramSnapshot;
}

export interface SinkMeasurements {
  readonly node: string;
  /** Null where a function chooses it for each record. */
  readonly topic: string | null;
  /** From a record's timestamp to when it is given to the producer: of each turn of a task the oldest record. */
  readonly endToEnd: HistogramSnapshot;
}

/** Of the parts of a store that this instance has, bytes. */
export interface StoreMeasurements {
  readonly store: string;
  /** Rows in memory: part of `cache.resident`. */
  readonly resident: number;
  /** Those of them that only a commit can free. */
  readonly uncommitted: number;
  /** About what is written of it, on disk or where its engine keeps it, looked at once a minute; null before that. */
  readonly written: number | null;
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
  /** How old records are where they are read and written; empty with `measureLatency: false`. */
  readonly latency: {
    readonly sources: readonly SourceMeasurements[];
    readonly sinks: readonly SinkMeasurements[];
  };
  readonly processing: {
    /** Time for which tasks had the thread, ms. Divided by `processed`: what a record costs; by the time passed: how busy it is. */
    readonly busy: number;
    /** For how long they had it at one go. */
    readonly latency: HistogramSnapshot;
  };
  readonly commits: {
    readonly count: number;
    /** Milliseconds. */
    readonly lastLatency: number;
    readonly averageLatency: number;
    readonly maxLatency: number;
    readonly latency: HistogramSnapshot;
  };
  readonly eventLoop: {
    /** The longest time since the start that nothing but one piece of code had the thread, ms. */
    readonly longestStall: number;
    /** By how much timers came late, looked at ten times a second. */
    readonly delay: HistogramSnapshot;
  };
  readonly queries: {
    /** For how long questions that this instance answered waited at most until tasks gave the thread to them. */
    readonly wait: HistogramSnapshot;
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
    /** Changelog offsets that are still to be read before all assigned tasks run. */
    readonly lag: number;
    /** Stores that are being restored. */
    readonly now: readonly Restoring[];
  };
  /** Rows of stores in memory, of all tasks, bytes. */
  readonly cache: {
    readonly resident: number;
    /** Updates held back until a commit, of `capacity` at most. */
    readonly held: number;
    /** Changes that only a commit can free. */
    readonly uncommitted: number;
    readonly capacity: number;
  };
  readonly stores: readonly StoreMeasurements[];
  readonly stateFolder: {
    /** What all its files have together, looked at once a minute; null before that. */
    readonly bytes: number | null;
  };
  readonly producer: {
    /** Bytes written by tasks and not acknowledged by brokers. */
    readonly buffered: number;
    readonly capacity: number;
    /** Tasks that wait since a partition that they write to is full. */
    readonly waiting: number;
  };
  readonly fetch: {
    /** Bytes fetched and not yet processed. */
    readonly buffered: number;
    readonly capacity: number;
    /** Partitions that are not fetched, since enough of them waits. */
    readonly full: number;
  };
  readonly rebalances: {
    readonly count: number;
    /** How often the group ended this instance's membership. */
    readonly lost: number;
    /** From joining until the assignment was settled, ms: tasks run on meanwhile. */
    readonly lastDuration: number;
    readonly totalDuration: number;
  };
  readonly tasks: readonly TaskMeasurements[];
}

/** What has metrics: an application. */
export interface MetricsSource {
  metrics(): MetricsSnapshot;
}

export interface MetricsSnapshot extends Measurements {
  readonly applicationId: string;
  readonly state: string;
}
