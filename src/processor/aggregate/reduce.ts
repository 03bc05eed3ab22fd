/** Combines the values of a key into one of the same type. Kafka Streams: `KStreamReduce`. */
import { Change } from '../../record/change.js';
import type { Headers } from '../../record/headers.js';
import type { RecordView } from '../../record/record-context.js';
import type { TimestampedKeyValueStore } from '../../store/key-value-store.js';
import type { ProcessingContext } from '../context.js';
import { RunningNode } from '../node.js';
import { defined } from './defined.js';

export interface ReduceSettings {
  readonly reducer: (aggregate: unknown, value: unknown, key: unknown, record: RecordView) => unknown;
  readonly store: string;
  readonly sendOldValues: boolean;
}

/** Records without key or value are dropped. The first value of a key is its first result, with a null old value. */
export class ReduceNode extends RunningNode {
  private store!: TimestampedKeyValueStore<unknown, unknown>;
  private caching = false;

  constructor(
    name: string,
    context: ProcessingContext,
    private readonly settings: ReduceSettings,
  ) {
    super(name, context);
  }

  override init(): void {
    this.store = this.context.stores.timestampedKeyValue(this.settings.store);
    this.caching = this.store.caching;
    if (!this.caching) return;
    this.store.setFlushListener((key, newValue, oldValue, timestamp) => {
      this.forward(key, new Change(newValue, oldValue), timestamp, this.context.record.headers);
    }, this.settings.sendOldValues);
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    if (key === null || value === null) {
      this.context.dropped(this.name, key === null ? 'null-key' : 'null-value');
      return;
    }
    const { record } = this.context;
    record.timestamp = timestamp;
    record.headers = headers;
    const entry = this.store.get(key);
    let old: unknown = null;
    let next: unknown = value;
    let newTimestamp = timestamp;
    if (entry !== null) {
      old = entry.value;
      if (entry.timestamp > timestamp) newTimestamp = entry.timestamp;
      next = defined(this.settings.reducer(old, value, key, record), 'reducer', this.name);
    }
    // The tombstone of a deletion is as old as the record, though its result is as young as the aggregate was.
    this.store.put(key, next, next === null ? timestamp : newTimestamp);
    if (this.caching) return;
    this.forward(key, new Change(next, this.settings.sendOldValues ? old : null), newTimestamp, headers);
  }
}
