/** A join of a stream with itself that needs one store only: what the two sides would do one after the other. */
import { NO_HEADERS, type Headers } from '../../record/headers.js';
import type { RecordView } from '../../record/record-context.js';
import type { WindowStore, WindowVisitor } from '../../store/window-store.js';
import type { JoinWindows } from '../../time/join-windows.js';
import type { NodeContext } from '../context.js';
import { RunningNode } from '../node.js';
import { returnedNow } from '../returned.js';
import type { OperatorTime } from '../operator-time.js';

export interface StreamSelfJoinSettings {
  readonly joiner: (left: unknown, right: unknown, key: unknown, record: RecordView) => unknown;
  readonly windows: JoinWindows;
  readonly store: string;
  /** A record without a key is emitted with null in place of its partner: as the left one, as the right one. */
  readonly leftOuter: boolean;
  readonly rightOuter: boolean;
}

/**
 * The record as the left one joins the earlier records, then as the right one; the pair with itself comes before the first
 * pair that is later than it, else last, and not at all for a record that no store would keep any more, or when the window
 * does not contain its own time.
 * Kafka Streams: `KStreamKStreamSelfJoin`.
 */
export class StreamSelfJoinNode extends RunningNode implements WindowVisitor<unknown> {
  private window!: WindowStore<unknown, unknown>;
  private observed!: OperatorTime;
  /** The record being joined, on which side it is, and whether its pair with itself is still to come. */
  private key: unknown = null;
  private value: unknown = null;
  private timestamp = -1;
  private headers: Headers = NO_HEADERS;
  private isLeft = true;
  private own: unknown = null;
  private ownIsDue = false;

  constructor(
    name: string,
    context: NodeContext,
    private readonly settings: StreamSelfJoinSettings,
  ) {
    super(name, context);
  }

  override init(): void {
    this.window = this.context.stores.get('window', this.settings.store);
    this.observed = this.context.operatorTime(this.name);
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    this.key = key;
    this.value = value;
    this.timestamp = timestamp;
    this.headers = headers;
    if (key === null || value === null) {
      this.incomplete();
      return;
    }
    const { observed, window } = this;
    const { beforeMs, afterMs, retentionMs, containsOwnTime } = this.settings.windows;
    this.own = this.joined(value, value, timestamp);
    if (timestamp > observed.time) observed.time = timestamp;
    const { time: now } = observed;
    this.ownIsDue = containsOwnTime && (timestamp === now || timestamp > now - retentionMs + 1);
    this.isLeft = true;
    window.visitRange(key, Math.max(0, timestamp - beforeMs), Math.max(0, timestamp + afterMs), this);
    this.isLeft = false;
    window.visitRange(key, Math.max(0, timestamp - afterMs), Math.max(0, timestamp + beforeMs), this);
    this.emitOwn();
  }

  visitEntry(start: number, other: unknown): void {
    const { key, value, timestamp, headers } = this;
    const later = start > timestamp ? start : timestamp;
    if (this.isLeft) {
      this.forward(key, this.joined(value, other, later), later, headers);
      return;
    }
    if (start > timestamp) this.emitOwn();
    this.forward(key, this.joined(other, value, later), later, headers);
  }

  private incomplete(): void {
    const { key, value, timestamp, headers } = this;
    const { leftOuter, rightOuter } = this.settings;
    if (key !== null || value === null || !leftOuter) {
      this.describe(timestamp);
      this.context.dropped(this.name, key === null ? 'null-key' : 'null-value');
      return;
    }
    this.forward(key, this.joined(value, null, timestamp), timestamp, headers);
    if (rightOuter) this.forward(key, this.joined(null, value, timestamp), timestamp, headers);
    else this.context.dropped(this.name, 'null-key');
  }

  private emitOwn(): void {
    if (!this.ownIsDue) return;
    this.ownIsDue = false;
    this.forward(this.key, this.own, this.timestamp, this.headers);
  }

  private joined(left: unknown, right: unknown, timestamp: number): unknown {
    this.describe(timestamp);
    return returnedNow(this.settings.joiner(left, right, this.key, this.context.record), 'the joiner');
  }

  private describe(timestamp: number): void {
    const { record } = this.context;
    record.timestamp = timestamp;
    record.headers = this.headers;
  }
}
