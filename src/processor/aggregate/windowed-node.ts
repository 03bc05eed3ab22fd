/** What aggregations over windows of known length have in common: their store, their time, and what goes downstream. */
import { Change } from '../../record/change.js';
import { NO_HEADERS, type Headers } from '../../record/headers.js';
import type { RecordView } from '../../record/record-context.js';
import { Windowed } from '../../record/windowed.js';
import type { EmitStrategy } from '../../time/emit-strategy.js';
import type { OperatorWindowStore } from '../../store/window-store.js';
import type { NodeContext } from '../context.js';
import { countedPuts, dropLate, type CountedPuts } from '../expired-puts.js';
import { RunningNode } from '../node.js';
import type { OperatorTime } from '../operator-time.js';
import { ClosingTime } from './closing-time.js';
import { defined } from './defined.js';

/** What is asked of windows here. */
interface WindowTimes {
  readonly sizeMs: number;
  readonly graceMs: number;
}

export interface WindowedSettings<W extends WindowTimes> {
  readonly windows: W;
  readonly initializer: () => unknown;
  readonly aggregator: (aggregate: unknown, value: unknown, key: unknown, record: RecordView) => unknown;
  readonly store: string;
  readonly sendOldValues: boolean;
  readonly emit: EmitStrategy;
}

/**
 * The operator's stream time is the highest timestamp it was ever given, whatever instance it ran on then.
 * Kafka Streams: `AbstractKStreamTimeWindowAggregateProcessor`.
 */
export abstract class WindowedNode<W extends WindowTimes> extends RunningNode {
  protected store!: OperatorWindowStore<unknown, unknown>;
  protected observed!: OperatorTime;
  private caching = false;
  private counted!: CountedPuts;
  /** Null: updates are emitted. */
  private closing: ClosingTime | null = null;
  /** Of the record that has brought the emission about. */
  private headers: Headers = NO_HEADERS;

  constructor(
    name: string,
    context: NodeContext,
    protected readonly settings: WindowedSettings<W>,
  ) {
    super(name, context);
  }

  /** One of several windows may have been changed already. */
  protected override get repeatable(): boolean {
    return false;
  }

  override init(): void {
    this.store = this.context.stores.get('window', this.settings.store, 'timestamped');
    this.counted = countedPuts(this.context, this.settings.store);
    this.observed = this.context.operatorTime(this.name);
    if (this.settings.emit === 'onWindowClose') {
      this.resumeClosing();
      return;
    }
    this.caching = this.store.caching;
    if (!this.caching) return;
    const { sizeMs } = this.settings.windows;
    this.store.setFlushListener((key, start, newValue, oldValue, timestamp) => {
      this.noteExpired();
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
    this.noteExpired();
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
    if (this.caching || this.closing !== null) return;
    const { windows, sendOldValues } = this.settings;
    const windowed = new Windowed(key, start, start + windows.sizeMs);
    this.forward(windowed, new Change(next, sendOldValues ? old : null), timestamp, headers);
  }

  /** The store may have seen a later time than this operator, from another stream of a cogroup. */
  private noteExpired(): void {
    dropLate(this.counted, this.store.expiredPuts, this.context, this.name);
  }

  /** Latest start of the windows that are closed by a time. */
  protected abstract lastClosedStart(closeTime: number): number;

  /** Asked after each record: emits the windows that have closed, each once, with the timestamp of its last update. */
  protected emitClosed(closeTime: number, headers: Headers): void {
    const { closing } = this;
    if (closing === null || !closing.due(closeTime)) return;
    const upTo = this.lastClosedStart(closeTime);
    if (upTo < 0) return;
    const emit = (): boolean => {
      this.headers = headers;
      const all = this.store.takeClosed(upTo, this.emitOne);
      this.headers = NO_HEADERS;
      if (all) closing.emitted.time = closeTime;
      return all;
    };
    if (!emit()) this.context.turn.later(emit);
  }

  private readonly emitOne = (key: unknown, start: number, value: unknown, timestamp: number): boolean => {
    const windowed = new Windowed(key, start, start + this.settings.windows.sizeMs);
    this.forward(windowed, new Change(value, null), timestamp, this.headers);
    return !this.context.turn.ended();
  };

  /** Goes on where emission had got to; what was emitted then is late now, whoever emitted it. */
  private resumeClosing(): void {
    const { store, windows } = this.settings;
    const emitted = this.context.savedTime(store);
    this.closing = new ClosingTime(this.context, emitted);
    if (emitted.time < 0) return;
    this.store.takeClosed(this.lastClosedStart(emitted.time), null);
    this.observed.time = Math.max(this.observed.time, emitted.time + windows.graceMs);
  }
}
