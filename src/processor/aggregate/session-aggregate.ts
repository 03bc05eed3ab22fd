/** Aggregates a stream by key and session into a windowed table. Kafka Streams: `KStreamSessionWindowAggregate`. */
import { Change } from '../../record/change.js';
import { NO_HEADERS, type Headers } from '../../record/headers.js';
import type { RecordView } from '../../record/record-context.js';
import { Windowed } from '../../record/windowed.js';
import type { SessionEntry, SessionStore } from '../../store/session-store.js';
import type { EmitStrategy } from '../../time/emit-strategy.js';
import type { SessionWindows } from '../../time/session-windows.js';
import type { NodeContext } from '../context.js';
import { countedPuts, dropLate, type CountedPuts } from '../expired-puts.js';
import { RunningNode } from '../node.js';
import { returnedNow } from '../returned.js';
import type { OperatorTime } from '../operator-time.js';
import { ClosingTime } from './closing-time.js';
import { defined } from './defined.js';

export interface SessionAggregateSettings {
  readonly windows: SessionWindows;
  readonly initializer: () => unknown;
  readonly aggregator: (aggregate: unknown, value: unknown, key: unknown, record: RecordView) => unknown;
  readonly merger: (aggregate: unknown, other: unknown, key: unknown, record: RecordView) => unknown;
  readonly store: string;
  readonly sendOldValues: boolean;
  readonly emit: EmitStrategy;
}

/**
 * All sessions that a record can reach become one with it: they are removed, each with a deletion downstream, and the
 * merged one is put. Where the merged session is the record alone, nothing is removed, its value is only replaced. Whether a
 * record is late is judged by the end of the merged session. Null values reach the aggregator; null keys are dropped.
 * Results have the time of their session's end and no headers; a new session never has an old value.
 */
export class SessionAggregateNode extends RunningNode {
  private store!: SessionStore<unknown, unknown>;
  private caching = false;
  /** Null: updates are emitted. */
  private closing: ClosingTime | null = null;
  /** Of the record that has brought the emission about. */
  private headers: Headers = NO_HEADERS;
  private observed!: OperatorTime;
  private counted!: CountedPuts;

  constructor(
    name: string,
    context: NodeContext,
    private readonly settings: SessionAggregateSettings,
  ) {
    super(name, context);
  }

  /** Sessions may have been merged already. */
  protected override get repeatable(): boolean {
    return false;
  }

  override init(): void {
    this.store = this.context.stores.get('session', this.settings.store);
    this.counted = countedPuts(this.context, this.settings.store);
    this.observed = this.context.operatorTime(this.name);
    this.caching = this.store.caching;
    if (this.settings.emit === 'onWindowClose') this.resumeClosing();
    if (!this.caching) return;
    this.store.setFlushListener((key, start, end, newValue, oldValue) => {
      this.noteExpired();
      // A store that keeps headers gives a result those that were put with it: none.
      const headers = this.store.format === 'headers' ? NO_HEADERS : this.context.record.headers;
      this.forward(new Windowed(key, start, end), new Change(newValue, oldValue), end, headers);
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
    const closeTime = observed.time - windows.graceMs - windows.gapMs;
    this.add(key, value, timestamp, headers, closeTime);
    if (this.closing !== null) this.emitClosed(this.closing, closeTime, headers);
  }

  private add(key: unknown, value: unknown, timestamp: number, headers: Headers, closeTime: number): void {
    const { windows, initializer, aggregator, merger } = this.settings;
    const { record } = this.context;
    const found = this.store.findSessions(key, timestamp - windows.gapMs, timestamp + windows.gapMs);
    record.timestamp = timestamp;
    record.headers = headers;
    let aggregate = returnedNow(initializer(), 'the initializer');
    let start = timestamp;
    let end = timestamp;
    for (let at = 0; at < found.length; at += 1) {
      const session = found[at] as SessionEntry<unknown>;
      aggregate = defined(merger(aggregate, session.value, key, record), 'merger', this.name);
      if (session.start < start) start = session.start;
      if (session.end > end) end = session.end;
    }
    if (end < closeTime) {
      this.context.dropped(this.name, 'late', closeTime - end);
      return;
    }
    if (start !== timestamp || end !== timestamp) this.absorb(key, found);
    // Downstream of the deletions the record has been another one.
    record.timestamp = timestamp;
    record.headers = headers;
    const next = defined(aggregator(aggregate, value, key, record), 'aggregator', this.name);
    this.store.put(key, start, end, next);
    if (this.caching || this.closing !== null) return;
    this.noteExpired();
    this.forward(new Windowed(key, start, end), new Change(next, null), end, NO_HEADERS);
  }

  /** Each session that has ended so long ago that nothing can be added, once, with the time of its end. */
  private emitClosed(closing: ClosingTime, closeTime: number, headers: Headers): void {
    if (!closing.due(closeTime) || closeTime <= 0) return;
    const emit = (): boolean => {
      this.headers = headers;
      // The end is part of the session.
      const all = this.store.takeClosed(closeTime - 1, this.emitOne);
      this.headers = NO_HEADERS;
      if (all) closing.emitted.time = closeTime;
      return all;
    };
    if (!emit()) this.context.turn.later(emit);
  }

  private readonly emitOne = (key: unknown, start: number, end: number, value: unknown): boolean => {
    this.forward(new Windowed(key, start, end), new Change(value, null), end, this.headers);
    return !this.context.turn.ended();
  };

  /** Goes on where emission had got to; what was emitted then is late now, whoever emitted it. */
  private resumeClosing(): void {
    const { store, windows } = this.settings;
    const emitted = this.context.savedTime(store);
    this.closing = new ClosingTime(this.context, emitted);
    if (emitted.time < 0) return;
    this.store.takeClosed(emitted.time - 1, null);
    this.observed.time = Math.max(this.observed.time, emitted.time + windows.graceMs + windows.gapMs);
  }

  /** A session that ends just where sessions close is still emitted, but a store with exact retention does not keep it. */
  private noteExpired(): void {
    dropLate(this.counted, this.store.expiredPuts, this.context, this.name);
  }

  private absorb(key: unknown, sessions: readonly SessionEntry<unknown>[]): void {
    const { store, caching } = this;
    const { sendOldValues } = this.settings;
    const { record } = this.context;
    const { timestamp, headers } = record;
    for (let at = 0; at < sessions.length; at += 1) {
      const { start, end, value } = sessions[at] as SessionEntry<unknown>;
      record.timestamp = timestamp;
      record.headers = headers;
      store.remove(key, start, end);
      if (caching || this.closing !== null) continue;
      this.forward(new Windowed(key, start, end), new Change(null, sendOldValues ? value : null), end, NO_HEADERS);
    }
  }
}
