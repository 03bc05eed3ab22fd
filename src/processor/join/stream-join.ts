/** One side of a join of two streams: brings each of its records together with those of the other side that are near in time. */
import { NO_HEADERS, type Headers } from '../../record/headers.js';
import type { RecordView } from '../../record/record-context.js';
import type { OuterJoinStore, WaitingVisitor } from '../../store/outer-join-store.js';
import type { WindowStore, WindowVisitor } from '../../store/window-store.js';
import type { JoinWindows } from '../../time/join-windows.js';
import type { NodeContext } from '../context.js';
import { RunningNode } from '../node.js';
import { returnedNow } from '../returned.js';
import { JoinTime } from './join-time.js';

export interface StreamJoinSettings {
  readonly joiner: (left: unknown, right: unknown, key: unknown, record: RecordView) => unknown;
  readonly windows: JoinWindows;
  /** Whether this is the left side. */
  readonly left: boolean;
  /** Records of this side without a partner are emitted too, with null. */
  readonly outer: boolean;
  /** Window store of the other side. */
  readonly otherStore: string;
  /** Where records of either side wait that have no partner yet; null for an inner join, or where these are emitted at once. */
  readonly waitingStore: string | null;
  /** Name of the join's last operator, under which both sides share their time. */
  readonly join: string;
}

/**
 * Results have the later timestamp of both records and the headers of the one that came last. A record without a partner
 * has its own timestamp; it is emitted when the time of the join has passed the end of its window and the grace, by the
 * next record that moves time on, and has the headers of that one; or at once, where the windows say so, though a partner may
 * still come. Kafka Streams: `KStreamKStreamJoin`.
 */
export class StreamJoinNode extends RunningNode implements WindowVisitor<unknown>, WaitingVisitor {
  private readonly left: boolean;
  private readonly outer: boolean;
  /** How far the other record may be before and after one of this side, ms. */
  private readonly beforeMs: number;
  private readonly afterMs: number;
  private readonly graceMs: number;
  private other!: WindowStore<unknown, unknown>;
  private waiting: OuterJoinStore<unknown, unknown> | null = null;
  private time!: JoinTime;
  /** The record being joined. */
  private key: unknown = null;
  private value: unknown = null;
  private timestamp = -1;
  private headers: Headers = NO_HEADERS;
  /** State of a walk over what waits: sides of which an open record was seen, and the row that was emitted last. */
  private leftOpen = false;
  private rightOpen = false;
  private emitted: string | null = null;
  /** The walk has ended because the turn has, not because of open records. */
  private cutOff = false;

  constructor(
    name: string,
    context: NodeContext,
    private readonly settings: StreamJoinSettings,
  ) {
    super(name, context);
    const { windows, left, outer } = settings;
    this.left = left;
    this.outer = outer;
    this.beforeMs = left ? windows.beforeMs : windows.afterMs;
    this.afterMs = left ? windows.afterMs : windows.beforeMs;
    this.graceMs = windows.graceMs;
  }

  /** What has waited for a partner may have been taken out already. */
  protected override get repeatable(): boolean {
    return !this.outer || this.settings.waitingStore === null;
  }

  override init(): void {
    const { otherStore, waitingStore, join } = this.settings;
    const { stores } = this.context;
    this.other = stores.get('window', otherStore);
    this.waiting = waitingStore === null ? null : stores.get('outerJoin', waitingStore);
    this.time = JoinTime.of(join, this.context);
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const { time } = this;
    time.advance(timestamp);
    this.key = key;
    this.value = value;
    this.timestamp = timestamp;
    this.headers = headers;
    if (key === null || value === null) {
      this.incomplete();
      return;
    }
    const { waiting } = this;
    if (waiting !== null && timestamp === time.now && this.timeToEmit() && !this.walk(waiting)) {
      // The join of the record itself looks at what the walk has left, and comes after it.
      this.joinLater(waiting, key, value, timestamp, headers);
      return;
    }
    this.join(key, value, timestamp);
  }

  /** Goes on with the walk that was cut off, then joins the record that began it. Apart, as a closure in `process` would cost every record. */
  private joinLater(
    waiting: OuterJoinStore<unknown, unknown>,
    key: unknown,
    value: unknown,
    timestamp: number,
    headers: Headers,
  ): void {
    const goOn = (): boolean => {
      this.key = key;
      this.value = value;
      this.timestamp = timestamp;
      this.headers = headers;
      if (!this.walk(waiting)) return false;
      this.join(key, value, timestamp);
      return true;
    };
    this.finishLater(goOn, key, value);
  }

  /** Brings the record together with those of the other side, or has it wait for them. */
  private join(key: unknown, value: unknown, timestamp: number): void {
    const { waiting, time } = this;
    const last = Math.max(0, timestamp + this.afterMs);
    const matches = this.other.visitRange(key, Math.max(0, timestamp - this.beforeMs), last, this);
    if (matches > 0 || !this.outer) return;
    if (waiting === null || last < time.now) {
      // Whatever it could be joined with has come already, or is late itself; or nobody asked to wait for it.
      this.emit(key, value, null, this.left, timestamp);
      return;
    }
    if (timestamp < time.earliestWaiting) time.earliestWaiting = timestamp;
    this.describe(timestamp);
    waiting.add(timestamp, this.left, key, value);
  }

  visitEntry(start: number, other: unknown): void {
    const { timestamp, waiting } = this;
    if (waiting !== null) {
      this.describe(timestamp);
      waiting.remove(start, !this.left, this.key);
    }
    this.emit(this.key, this.value, other, this.left, start > timestamp ? start : timestamp);
  }

  visitWaiting(timestamp: number, left: boolean, row: string): boolean {
    const { time } = this;
    const waiting = this.waiting as OuterJoinStore<unknown, unknown>;
    time.earliestWaiting = timestamp;
    if (this.leftOpen && this.rightOpen) return false;
    const { windows } = this.settings;
    if (timestamp + (left ? windows.afterMs : windows.beforeMs) + this.graceMs >= time.now) {
      if (left) this.leftOpen = true;
      else this.rightOpen = true;
      // A second value of this row would end the walk here, a single one lets it look at the row behind it.
      return !(this.leftOpen && this.rightOpen && waiting.valuesOf(row).length > 1);
    }
    const key = waiting.keyOf(row);
    for (const value of waiting.valuesOf(row)) {
      this.emit(key, value, null, left, timestamp);
      // Only now, so that a row is not lost whose value the joiner failed at.
      if (this.emitted !== row) this.removeEmitted(waiting);
      this.emitted = row;
    }
    this.cutOff = this.context.turn.ended();
    return !this.cutOff;
  }

  /** Whether to look for what has found no partner and cannot find one any more. */
  private timeToEmit(): boolean {
    const { time } = this;
    const reach = this.afterMs + this.graceMs;
    // With nothing waiting the sum of Kafka Streams overflows, and looking in vain takes a turn there too.
    if (time.earliestWaiting === Number.POSITIVE_INFINITY ? reach <= 0 : time.earliestWaiting + reach >= time.now)
      return false;
    if (!time.takeTurn(this.context)) return false;
    time.earliestWaiting = Number.POSITIVE_INFINITY;
    return true;
  }

  /** Emits what has found no partner and cannot find one any more; false when the turn is over and there is more. */
  private walk(waiting: OuterJoinStore<unknown, unknown>): boolean {
    this.leftOpen = false;
    this.rightOpen = false;
    this.emitted = null;
    this.cutOff = false;
    waiting.walk(this);
    this.removeEmitted(waiting);
    return !this.cutOff;
  }

  private removeEmitted(waiting: OuterJoinStore<unknown, unknown>): void {
    if (this.emitted === null) return;
    this.describe(this.timestamp);
    waiting.removeRow(this.emitted);
  }

  /** A record without a key has no partner, as is known at once; one without a value is none. */
  private incomplete(): void {
    const { key, value, timestamp } = this;
    if (this.outer && key === null && value !== null) {
      this.emit(key, value, null, this.left, timestamp);
      return;
    }
    this.describe(timestamp);
    this.context.dropped(this.name, key === null ? 'null-key' : 'null-value');
  }

  private emit(key: unknown, value: unknown, other: unknown, left: boolean, timestamp: number): void {
    const { joiner } = this.settings;
    const { record } = this.context;
    this.describe(timestamp);
    const joined = left ? joiner(value, other, key, record) : joiner(other, value, key, record);
    this.forward(key, returnedNow(joined, 'the joiner'), timestamp, this.headers);
  }

  private describe(timestamp: number): void {
    const { record } = this.context;
    record.timestamp = timestamp;
    record.headers = this.headers;
  }
}
