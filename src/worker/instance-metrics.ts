/** The numbers of one instance, gathered from where they are counted. */
import { CommitMetrics, RecordMetrics } from '../observe/instance-metrics.js';

/** Restored changelog records. */
export class RestoreMetrics {
  records = 0;
  stores = 0;
}

export class InstanceMetrics {
  readonly records = new RecordMetrics();
  readonly commits = new CommitMetrics();
  readonly restore = new RestoreMetrics();
}
