/** Aggregates a stream by key and time window into a windowed table. Kafka Streams: `KStreamWindowAggregate`. */
import type { Headers } from '../../record/headers.js';
import type { AlignedWindows } from '../../time/windows.js';
import { returnedNow } from '../returned.js';
import { WindowedNode } from './windowed-node.js';

/**
 * Each record updates every window that contains it and is still open: whose end is later than the operator's stream
 * time less the grace. One drop is counted for each closed window. Null values reach the aggregator; null keys are
 * dropped. The result's timestamp is the highest of the window's records.
 */
export class WindowAggregateNode extends WindowedNode<AlignedWindows> {
  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    if (key === null) {
      this.context.dropped(this.name, 'null-key');
      return;
    }
    const { observed } = this;
    if (timestamp > observed.time) observed.time = timestamp;
    const { windows } = this.settings;
    const closeTime = observed.time - windows.graceMs;
    for (let start = windows.firstStart(timestamp); start <= timestamp; start += windows.advanceMs) {
      if (start + windows.sizeMs > closeTime) this.update(key, value, start, timestamp, headers);
      else this.context.dropped(this.name, 'late', closeTime - start - windows.sizeMs);
    }
    this.emitClosed(closeTime, headers);
  }

  protected override lastClosedStart(closeTime: number): number {
    return closeTime - this.settings.windows.sizeMs;
  }

  private update(key: unknown, value: unknown, start: number, timestamp: number, headers: Headers): void {
    const entry = this.store.peek(key, start);
    if (entry === null) {
      const initial = returnedNow(this.settings.initializer(), 'the initializer');
      this.add(key, value, start, initial, -1, timestamp, headers);
    } else this.add(key, value, start, entry.value, entry.timestamp, timestamp, headers);
  }
}
