/** Beside a record's way: the applications of a process whose numbers somebody reads. */
import type { MetricsSnapshot, MetricsSource } from './measurements.js';

/** Each once; those with one id stand together. */
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
    /** Of each id those that go on; where none does, the last one. */
    const byId = new Map<string, Map<MetricsSource, MetricsSnapshot>>();
    for (const streams of this.all) {
      const numbers = streams.metrics();
      const known = byId.get(numbers.applicationId);
      if (known === undefined) byId.set(numbers.applicationId, new Map([[streams, numbers]]));
      else this.join(known, streams, numbers);
    }
    return [...byId.values()].flatMap((known) => [...known.values()]);
  }

  private join(known: Map<MetricsSource, MetricsSnapshot>, streams: MetricsSource, numbers: MetricsSnapshot): void {
    for (const [other, { state }] of known) if (hasEnded(state)) this.forget(known, other);
    if (hasEnded(numbers.state) && known.size > 0) this.all.delete(streams);
    else known.set(streams, numbers);
  }

  private forget(known: Map<MetricsSource, MetricsSnapshot>, streams: MetricsSource): void {
    known.delete(streams);
    this.all.delete(streams);
  }
}

function hasEnded(state: string): boolean {
  return state === 'NOT_RUNNING' || state === 'ERROR';
}
