/** Holds the changes of a table back until time or a full buffer lets them go. Kafka Streams: `KTableSuppressProcessor`. */
import { MillraceError } from '../../errors/error.js';
import { Change } from '../../record/change.js';
import type { Headers } from '../../record/headers.js';
import type { Windowed } from '../../record/windowed.js';
import type { SuppressBuffer } from '../../store/suppress-buffer.js';
import type { NodeContext } from '../context.js';
import { RunningNode } from '../node.js';
import type { OperatorTime } from '../operator-time.js';
import { changeOf } from './change-of.js';

export interface SuppressSettings {
  readonly store: string;
  readonly until: 'windowCloses' | 'timeLimit';
  /** How far stream time must have passed the end of a window, or the first change of a key, ms. */
  readonly waitMs: number;
  readonly maxRecords: number;
  readonly maxBytes: number;
  readonly whenFull: 'emitEarly' | 'shutDown';
}

/**
 * Every change is first held back, then all that are due go, in the order of their times: a change goes out with the
 * context of its own record. Nothing goes without a record that comes in. The time of a key is that of the first change
 * held back, or the end of its window; then deletions are dropped, as nobody has heard of what they delete.
 */
export class SuppressNode extends RunningNode {
  private buffer!: SuppressBuffer<unknown, unknown>;
  private observed!: OperatorTime;
  private readonly limitsBytes: boolean;

  constructor(
    name: string,
    context: NodeContext,
    private readonly settings: SuppressSettings,
  ) {
    super(name, context);
    this.limitsBytes = Number.isFinite(settings.maxBytes);
  }

  override init(): void {
    this.buffer = this.context.stores.get('suppressBuffer', this.settings.store);
    this.observed = this.context.operatorTime(this.name);
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const { buffer, observed, settings } = this;
    const change = changeOf(value);
    const { record } = this.context;
    record.timestamp = timestamp;
    record.headers = headers;
    if (timestamp > observed.time) observed.time = timestamp;
    const time = settings.until === 'timeLimit' ? timestamp : (key as Windowed<unknown>).window.end;
    buffer.put(key, change.newValue, change.oldValue, time);
    if (!this.release()) this.finishLater(this.release, key, value);
  }

  /** Lets everything go that is due, as far as the turn allows; true when that is done. */
  private readonly release = (): boolean => {
    const { buffer, settings } = this;
    const { turn } = this.context;
    const due = this.observed.time - settings.waitMs;
    while (buffer.earliest <= due) {
      buffer.emitEarliest(this.emit);
      if (turn.ended() && buffer.earliest <= due) return false;
    }
    while (this.isFull()) {
      if (settings.whenFull === 'shutDown') throw this.tooFull();
      buffer.emitEarliest(this.emit);
      if (turn.ended() && this.isFull()) return false;
    }
    return true;
  };

  private isFull(): boolean {
    const { buffer, settings } = this;
    return buffer.records > settings.maxRecords || (this.limitsBytes && buffer.bytes > settings.maxBytes);
  }

  private readonly emit = (key: unknown, newValue: unknown, oldValue: unknown): void => {
    if (newValue === null && this.settings.until === 'windowCloses') return;
    const { timestamp, headers } = this.context.record;
    this.forward(key, new Change(newValue, oldValue), timestamp, headers);
  };

  private tooFull(): MillraceError {
    const { buffer, settings, context } = this;
    const limits: string[] = [];
    if (buffer.records > settings.maxRecords) {
      limits.push(`${String(buffer.records)} records, and maxRecords is ${String(settings.maxRecords)}`);
    }
    if (this.limitsBytes && buffer.bytes > settings.maxBytes) {
      limits.push(`${String(buffer.bytes)} bytes, and maxBytes is ${String(settings.maxBytes)}`);
    }
    const remedy =
      settings.until === 'windowCloses'
        ? 'raise the limit, or let windows close sooner (a shorter grace)'
        : "raise the limit, shorten the time limit, or set whenFull to 'emitEarly'";
    return new MillraceError(
      'BUFFER_FULL',
      `the buffer of suppress() is full: it holds ${limits.join('; ')}. Nothing may be emitted early, so processing stops; ${remedy}`,
      { node: this.name, task: context.taskId, store: settings.store },
    );
  }
}
