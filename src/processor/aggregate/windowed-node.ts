/** What aggregations over windows of known length have in common: their store, their time, and what goes downstream. */
import { Change } from '../../record/change.js';
import type { Headers } from '../../record/headers.js';
import type { RecordView } from '../../record/record-context.js';
import { Windowed } from '../../record/windowed.js';
import type { TimestampedWindowStore } from '../../store/window-store.js';
import type { ProcessingContext } from '../context.js';
import { RunningNode } from '../node.js';
import type { OperatorTime } from '../operator-time.js';
import { defined } from './defined.js';

export interface WindowedSettings<W extends { readonly sizeMs: number }> {
  readonly windows: W;
  readonly initializer: () => unknown;
  readonly aggregator: (aggregate: unknown, value: unknown, key: unknown, record: RecordView) => unknown;
  readonly store: string;
  readonly sendOldValues: boolean;
}

/**
 * The operator's stream time is the highest timestamp it was ever given, whatever instance it ran on then.
 * Kafka Streams: `AbstractKStreamTimeWindowAggregateProcessor`.
 */
export abstract class WindowedNode<W extends { readonly sizeMs: number }> extends RunningNode {
  protected store!: TimestampedWindowStore<unknown, unknown>;
  protected observed!: OperatorTime;
  private caching = false;

  constructor(
    name: string,
    context: ProcessingContext,
    protected readonly settings: WindowedSettings<W>,
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

  /**
   * Adds a record to a window.
   * @param old the window's aggregate, or what it begins with
   * @param oldTimestamp of the aggregate; -1 when it only begins
   */
  protected add(
    key: unknown,
    value: unknown,
    start: number,
    old: unknown,
    oldTimestamp: number,
    timestamp: number,
    headers: Headers,
  ): void {
    const { record } = this.context;
    record.timestamp = timestamp;
    record.headers = headers;
    const next = defined(this.settings.aggregator(old, value, key, record), 'aggregator', this.name);
    const newTimestamp = oldTimestamp > timestamp ? oldTimestamp : timestamp;
    // The tombstone of a deletion is as old as the record, though its result is as young as the aggregate was.
    this.store.put(key, next, start, next === null ? timestamp : newTimestamp);
    this.updated(key, start, next, old, newTimestamp, headers);
  }

  /** Tells downstream of a window that was put; a caching store does it later. */
  protected updated(
    key: unknown,
    start: number,
    next: unknown,
    old: unknown,
    timestamp: number,
    headers: Headers,
  ): void {
    if (this.caching) return;
    const { windows, sendOldValues } = this.settings;
    const windowed = new Windowed(key, start, start + windows.sizeMs);
    this.forward(windowed, new Change(next, sendOldValues ? old : null), timestamp, headers);
  }
}
