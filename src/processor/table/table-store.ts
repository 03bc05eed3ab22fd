/** The store that a table operator may keep its result in, with what depends on its kind and on whether it is caching. */
import { Change } from '../../record/change.js';
import type { Headers } from '../../record/headers.js';
import type { RecordView } from '../../record/record-context.js';
import type { OperatorKeyValueStore } from '../../store/key-value-store.js';
import type { ValueAndTimestamp } from '../../store/state-store.js';
import type { VersionedKeyValueStore } from '../../store/versioned-store.js';
import type { NodeContext, TableRows } from '../context.js';

type Forward = (key: unknown, change: Change<unknown>, timestamp: number, headers: Headers) => void;

/** Puts a table's result into its store and forwards it, or leaves that to the store when it is caching. */
export class TableStore {
  private readonly plain: OperatorKeyValueStore<unknown, unknown> | null;
  private readonly versioned: VersionedKeyValueStore<unknown, unknown> | null;
  private readonly caching: boolean;
  private readonly record: RecordView;

  constructor(
    private readonly context: NodeContext,
    private readonly node: string,
    name: string,
    private readonly sendOldValues: boolean,
    private readonly forward: Forward,
  ) {
    this.record = context.record;
    if (context.stores.kindOf(name) === 'versioned') {
      this.versioned = context.stores.get('versioned', name);
      this.plain = null;
      this.caching = false;
      return;
    }
    this.plain = context.stores.get('keyValue', name, 'timestamped');
    this.versioned = null;
    this.caching = this.plain.caching;
    if (!this.caching) return;
    this.plain.setFlushListener((key, newValue, oldValue, timestamp) => {
      forward(key, new Change(newValue, oldValue), timestamp, context.record.headers);
    }, sendOldValues);
  }

  /** The current row of a key, to be looked at before the next put. */
  row(key: unknown): ValueAndTimestamp<unknown> | null {
    return this.plain === null ? (this.versioned as TableRows).get(key) : this.plain.peek(key);
  }

  /**
   * `oldValue` is only asked for by callers that know it better than the store; they pass null otherwise. The task's
   * record must be the one at hand: a deletion is logged, and a change held back is emitted, with its timestamp and headers.
   */
  put(key: unknown, newValue: unknown, oldValue: unknown, timestamp: number, headers: Headers): void {
    if (this.plain === null) {
      this.putVersion(key, newValue, oldValue, timestamp, headers);
      return;
    }
    this.plain.put(key, newValue, newValue === null ? this.record.timestamp : timestamp);
    if (this.caching) return;
    this.forward(key, new Change(newValue, this.sendOldValues ? oldValue : null), timestamp, headers);
  }

  /** What is too old to be a version changes nothing; what is not the latest is sent on as such. */
  private putVersion(key: unknown, newValue: unknown, oldValue: unknown, timestamp: number, headers: Headers): void {
    const put = (this.versioned as VersionedKeyValueStore<unknown, unknown>).put(key, newValue, timestamp);
    if (put === 'expired') {
      this.context.dropped(this.node, 'late');
      return;
    }
    this.forward(key, new Change(newValue, this.sendOldValues ? oldValue : null, put === 'latest'), timestamp, headers);
  }
}
