/** The numbers of one instance, gathered from where they are counted. */
import { Histogram } from '../observe/histogram.js';
import { CommitMetrics, RebalanceMetrics, RecordMetrics, WorkMetrics } from '../observe/instance-metrics.js';
import { RecordLatency } from '../observe/record-latency.js';
import { RestoreMetrics } from '../observe/restore-metrics.js';

export class InstanceMetrics {
  readonly records = new RecordMetrics();
  readonly commits = new CommitMetrics();
  readonly restore = new RestoreMetrics();
  readonly work = new WorkMetrics();
  readonly rebalances = new RebalanceMetrics();
  readonly loopDelay = new Histogram();
  readonly latency = new RecordLatency();
}
