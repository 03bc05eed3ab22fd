/** Aggregates a stream by key and time window into a windowed table. Kafka Streams: `KStreamWindowAggregate`. */
import { Change } from '../../record/change.js';
import type { Headers } from '../../record/headers.js';
import type { RecordView } from '../../record/record-context.js';
import { Windowed } from '../../record/windowed.js';
import type { TimestampedWindowStore } from '../../store/window-store.js';
import type { TimeWindows } from '../../time/time-windows.js';
import type { ProcessingContext } from '../context.js';
import { RunningNode } from '../node.js';
import type { OperatorTime } from '../operator-time.js';
import { defined } from './defined.js';

export interface WindowAggregateSettings {
  readonly windows: TimeWindows;
  readonly initializer: () => unknown;
  readonly aggregator: (aggregate: unknown, value: unknown, key: unknown, record: RecordView) => unknown;
  readonly store: string;
  readonly sendOldValues: boolean;
}

/**
 * Each record updates every window that contains it and is still open: whose end is later than the operator's stream
 * time less the grace. One drop is counted for each closed window. Null values reach the aggregator; null keys are
 * dropped. The result's timestamp is the highest of the window's records. The operator's stream time is the highest
 * timestamp it was ever given, whatever instance it ran on then.
 */
export class WindowAggregateNode extends RunningNode {
  private store!: TimestampedWindowStore<unknown, unknown>;
  private caching = false;
  private observed!: OperatorTime;

  constructor(
    name: string,
    context: ProcessingContext,
    private readonly settings: WindowAggregateSettings,
  ) {
    super(name, context);
  }

  override init(): void {
    this.store = this.context.stores.timestampedWindow(this.settings.store);
    this.observed = this.context.operatorTime(this.name);
    this.caching = this.store.caching;
    if (!this.caching) return;
    const { sizeMs } = this.settings.windows;
    this.store.setFlushListener((key, start, newValue, oldValue, timestamp) => {
      const windowed = new Windowed(key, start, start + sizeMs);
      this.forward(windowed, new Change(newValue, oldValue), timestamp, this.context.record.headers);
    }, this.settings.sendOldValues);
  }

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
      else this.context.dropped(this.name, 'late');
    }
  }

  private update(key: unknown, value: unknown, start: number, timestamp: number, headers: Headers): void {
    const { record } = this.context;
    const entry = this.store.fetch(key, start);
    let old: unknown;
    let newTimestamp = timestamp;
    if (entry === null) old = this.settings.initializer();
    else {
      old = entry.value;
      if (entry.timestamp > timestamp) newTimestamp = entry.timestamp;
    }
    record.timestamp = timestamp;
    record.headers = headers;
    const next = defined(this.settings.aggregator(old, value, key, record), 'aggregator', this.name);
    // The tombstone of a deletion is as old as the record, though its result is as young as the aggregate was.
    this.store.put(key, next, start, next === null ? timestamp : newTimestamp);
    if (this.caching) return;
    const windowed = new Windowed(key, start, start + this.settings.windows.sizeMs);
    this.forward(windowed, new Change(next, this.settings.sendOldValues ? old : null), newTimestamp, headers);
  }
}
