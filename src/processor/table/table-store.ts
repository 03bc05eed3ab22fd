/** The store that a table operator may keep its result in, with what depends on whether it does. */
import { Change } from '../../record/change.js';
import type { Headers } from '../../record/headers.js';
import type { RecordView } from '../../record/record-context.js';
import type { TimestampedKeyValueStore } from '../../store/key-value-store.js';
import type { ProcessingContext } from '../context.js';

type Forward = (key: unknown, change: Change<unknown>, timestamp: number, headers: Headers) => void;

/** Puts a table's result into its store and forwards it, or leaves that to the store when it is caching. */
export class TableStore {
  readonly store: TimestampedKeyValueStore<unknown, unknown>;
  private readonly caching: boolean;
  private readonly record: RecordView;

  constructor(
    context: ProcessingContext,
    name: string,
    private readonly sendOldValues: boolean,
    private readonly forward: Forward,
  ) {
    this.store = context.stores.timestampedKeyValue(name);
    this.caching = this.store.caching;
    this.record = context.record;
    if (!this.caching) return;
    this.store.setFlushListener((key, newValue, oldValue, timestamp) => {
      forward(key, new Change(newValue, oldValue), timestamp, context.record.headers);
    }, sendOldValues);
  }

  /**
   * `oldValue` is only asked for by callers that know it better than the store; they pass null otherwise. The task's
   * record must be the one at hand: a deletion is logged, and a change held back is emitted, with its timestamp and headers.
   */
  put(key: unknown, newValue: unknown, oldValue: unknown, timestamp: number, headers: Headers): void {
    this.store.put(key, newValue, newValue === null ? this.record.timestamp : timestamp);
    if (this.caching) return;
    this.forward(key, new Change(newValue, this.sendOldValues ? oldValue : null), timestamp, headers);
  }
}
