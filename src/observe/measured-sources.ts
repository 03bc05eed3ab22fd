/** Beside a record's way: the applications of a process whose numbers somebody reads. */
import { hasEnded } from './instance-state.js';
import type { MetricsSnapshot, MetricsSource } from './measurements.js';

/** Each once, in the order of their coming. */
export class MeasuredSources {
  private readonly all = new Set<MetricsSource>();

  add(streams: MetricsSource): void {
    this.all.add(streams);
  }

  /**
   * The numbers of all, as they are now. One that has ended is told of as long as there is no other one with its id: a process that
   * starts its application anew would else tell each metric of it twice, and keep all that it ever started.
   */
  read(): MetricsSnapshot[] {
    const read = [...this.all].map((streams) => ({ streams, numbers: streams.metrics() }));
    const goOn = new Set(
      read.filter(({ numbers }) => !hasEnded(numbers.state)).map(({ numbers }) => numbers.applicationId),
    );
    const last = new Map(read.map(({ streams, numbers }) => [numbers.applicationId, streams]));
    for (const { streams, numbers } of read) {
      const { applicationId } = numbers;
      const isFollowed = goOn.has(applicationId) || last.get(applicationId) !== streams;
      if (hasEnded(numbers.state) && isFollowed) this.all.delete(streams);
    }
    return read.filter(({ streams }) => this.all.has(streams)).map(({ numbers }) => numbers);
  }
}
