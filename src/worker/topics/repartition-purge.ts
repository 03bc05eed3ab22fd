/** Deletes what was processed from repartition topics, which nobody else reads and which never expire by themselves. */
import type { Admin, CommittedOffset, PartitionOffset } from '../../broker/port.js';
import type { Logger } from '../../observe/logger.js';
import type { Clock } from '../../time/clock.js';

/** At most one request is under way. Kafka Streams: `TaskManager.maybePurgeCommittedRecords`. */
export class RepartitionPurge {
  private readonly processed = new Map<string, PartitionOffset>();
  private running: Promise<void> | null = null;
  private last: number;

  constructor(
    private readonly admin: Admin,
    private readonly topics: ReadonlySet<string>,
    private readonly intervalMs: number,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    this.last = clock.now();
  }

  /** Takes note of committed offsets and purges when it is time. */
  committed(offsets: readonly CommittedOffset[]): void {
    for (const { topic, partition, offset } of offsets) {
      if (this.topics.has(topic)) this.processed.set(`${topic}-${String(partition)}`, { topic, partition, offset });
    }
    if (this.running !== null || this.processed.size === 0) return;
    const now = this.clock.now();
    if (now - this.last < this.intervalMs) return;
    this.last = now;
    const purged = [...this.processed.values()];
    this.processed.clear();
    this.running = this.admin
      .deleteRecords(purged)
      .catch((error: unknown) => {
        // Nothing depends on it; the records are asked to be deleted again after the next interval.
        this.logger.warn('processed records of repartition topics could not be deleted', { error: String(error) });
      })
      .finally(() => {
        this.running = null;
      });
  }

  async idle(): Promise<void> {
    await this.running;
  }
}
