/** The numbers of one instance, gathered from where they are counted. */
import { Histogram } from '../observe/histogram.js';
import { CommitMetrics, RebalanceMetrics, RecordMetrics, WorkMetrics } from '../observe/instance-metrics.js';
import { COMMIT_LATENCY, LOOP_DELAY, PROCESS_LATENCY, QUERY_WAIT, type Lengths } from '../observe/length-metrics.js';
import { RecordLatency } from '../observe/record-latency.js';
import { RestoreMetrics } from '../observe/restore-metrics.js';

export class InstanceMetrics {
  readonly records = new RecordMetrics();
  readonly commits: CommitMetrics;
  readonly restore = new RestoreMetrics();
  readonly work: WorkMetrics;
  readonly rebalances = new RebalanceMetrics();
  readonly loopDelay: Histogram;
  readonly queryWait: Histogram;
  readonly latency: RecordLatency;

  /**
   * @param lengths is told each length of time that is measured, too
   * @param committed is told how long each commit took, ms
   */
  constructor(lengths: Lengths | null = null, committed: ((milliseconds: number) => void) | null = null) {
    const told = lengths?.(COMMIT_LATENCY, {});
    this.commits = new CommitMetrics({
      observe(milliseconds) {
        told?.observe(milliseconds);
        committed?.(milliseconds);
      },
    });
    this.work = new WorkMetrics(lengths?.(PROCESS_LATENCY, {}));
    this.loopDelay = new Histogram(lengths?.(LOOP_DELAY, {}));
    this.queryWait = new Histogram(lengths?.(QUERY_WAIT, {}));
    this.latency = new RecordLatency(lengths);
  }
}
