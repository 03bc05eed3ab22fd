/** The entries of a window store: which may be put, which may be seen, and what is told of them. */
import type { Headers } from '../../../record/headers.js';
import type { WindowSpec } from '../../spec.js';
import type { ChangelogAppender, ChangelogRow } from '../../task-state.js';
import type { WriteBatch } from '../../write-batch.js';
import { readInt64 } from '../bytes/int64.js';
import type { Pending } from '../epoch/cell.js';
import { Changes } from '../epoch/changes.js';
import { Emissions, type EmissionSource } from '../epoch/emissions.js';
import { ROWS_AT_ONCE, type Contents, type Sealing } from '../epoch/overlay-store.js';
import type { OverlayParts } from '../epoch/store-parts.js';
import type { StoreProgress } from '../epoch/store-site.js';
import { ClosingWindows } from '../rows/closing.js';
import { RowFiles } from '../rows/row-files.js';
import { RowTable } from '../rows/row-table.js';
import { StartSlotFormat } from '../rows/slot-format.js';
import { StartRow, StartSlot } from '../rows/start-row.js';
import { geometryOf, type WindowGeometry } from './window-geometry.js';
import { WINDOW_LOG_TAIL, WindowLog } from './window-log.js';
import { WindowScan, type WindowSight } from './window-scan.js';
import { WindowSearch } from './window-search.js';

/** Sequence numbers are positive 32-bit integers and start over after the last. */
const SEQUENCE_MASK = 0x7fffffff;

/**
 * A caching store finds what has expired for as long as there is room for it in memory, as the cache of Kafka Streams does: a
 * look-up, and the result of a late record, depend on it. The store below that cache has the time of what was emitted, and
 * what has expired there has no old value.
 */
export class WindowEntries implements Contents, EmissionSource<StartSlot>, WindowSight {
  expiredPuts = 0;
  /** Earliest start to look for. */
  firstFound = Number.NEGATIVE_INFINITY;
  readonly duplicates: boolean;
  readonly geometry: WindowGeometry;
  readonly table: RowTable<StartSlot, StartRow>;
  readonly scan: WindowScan;
  readonly search: WindowSearch;
  /** Null where nothing can be held back. */
  readonly emissions: Emissions<StartSlot> | null;
  /** What an operator has yet to take; null in stores that nobody takes from. */
  readonly closing: ClosingWindows | null;
  /** Earliest start that is seen in any case. */
  private firstVisible = Number.NEGATIVE_INFINITY;
  private firstLive = Number.NEGATIVE_INFINITY;
  /** Highest start that was emitted. */
  private emittedTime: number;
  private readonly progress: StoreProgress;
  private readonly caching: boolean;
  private readonly logsHeaders: boolean;
  /** With duplicates, a null put does not even move time on; in Kafka Streams' stores in memory it does. */
  private readonly ignoresNull: boolean;
  private readonly log: WindowLog;
  private readonly changes: Changes<StartSlot>;

  /** @param emits somebody can listen to the store */
  constructor(
    private readonly parts: OverlayParts,
    spec: WindowSpec,
    emits: boolean,
  ) {
    const { site, keys, kept, ledger, caching } = parts;
    const { progress } = site;
    this.progress = progress;
    this.caching = caching;
    this.duplicates = spec.retainDuplicates ?? false;
    this.logsHeaders = spec.logHeaders === true;
    this.ignoresNull = spec.engine !== 'memory';
    this.closing = spec.keepsClosed === true ? new ClosingWindows() : null;
    const geometry = geometryOf(spec);
    const format = new StartSlotFormat(spec.format, this.duplicates, false);
    const files = new RowFiles(site, keys, kept.codec, geometry, format);
    const newRow = (text: string, id: number): StartRow => new StartRow(text, id);
    const table = new RowTable({ ledger, progress, files, values: kept.codec, caching, newRow });
    this.geometry = geometry;
    this.table = table;
    this.scan = new WindowScan(parts, spec, { geometry, files, table }, this);
    this.search = new WindowSearch(geometry, table, this);
    this.log = new WindowLog(parts, files);
    this.changes = new Changes(ledger);
    this.emissions = emits && caching ? new Emissions<StartSlot>(parts, this) : null;
    this.emittedTime = progress.streamTime;
    this.setStreamTime(progress.streamTime);
  }

  get changed(): boolean {
    return !this.changes.none || this.table.changed;
  }

  get unlogged(): boolean {
    return !this.changes.none;
  }

  get streamTime(): number {
    return this.progress.streamTime;
  }

  /** The slot of a key and start, as far as it may be seen. */
  find(text: string, start: number): StartSlot | undefined {
    if (start >= this.firstVisible) return this.findKept(text, start);
    const slot = this.caching ? this.findKept(text, start) : undefined;
    return slot?.warm === true ? slot : undefined;
  }

  /** The slot of a key and start, expired or not, as long as it is there. */
  findKept(text: string, start: number): StartSlot | undefined {
    return this.table.find(text, this.geometry.rowAt(start))?.find(start);
  }

  sees(slot: StartSlot): boolean {
    return slot.start >= this.firstVisible || slot.warm;
  }

  /** Puts a held value, `null` to delete. */
  set(text: string, start: number, held: unknown, timestamp: number): void {
    const { kept, context, ledger } = this.parts;
    const nothing = this.duplicates && held === null;
    if (start > this.progress.streamTime && !(nothing && this.ignoresNull)) this.setStreamTime(start);
    let slot: StartSlot | undefined;
    if (nothing) {
      // It has nothing to delete, but is logged, as Kafka Streams does.
      slot = this.newSlot(null, text, start, this.nextSequence());
      if (start < this.firstLive && !this.ignoresNull) this.expiredPuts += 1;
    } else if (this.duplicates) {
      // Every put is an entry of its own.
      slot = this.newSlot(this.liveRow(text, start), text, start, this.nextSequence());
    } else {
      const row = this.liveRow(text, start);
      slot = row?.find(start) ?? this.newSlot(row, text, start, 0);
    }
    const base = slot.value;
    slot.timestamp = timestamp;
    slot.warm = this.caching;
    if (this.logsHeaders) slot.headers = context.headers;
    else if (kept.headed !== null) slot.headers = kept.loggedHeaders(held);
    if (this.closing !== null && slot.row !== null) this.noteClosing(this.closing, slot, held);
    this.table.setValue(slot, held);
    if (this.holdsBack) this.emissions?.hold(slot, base, text.length + WINDOW_LOG_TAIL);
    else if (slot.epoch !== ledger.epoch) this.markChanged(slot);
    const { watch } = this.parts;
    if (watch.listeners !== null && slot.row !== null) watch.tell(text, held, timestamp, start, -1);
  }

  restore(key: Buffer, value: Buffer | null, timestamp: number, headers: Headers): void {
    const { keys, kept, ledger } = this.parts;
    const { progress } = this;
    const end = key.length - WINDOW_LOG_TAIL;
    const start = readInt64(key, end);
    const sequence = key.readInt32BE(end + 8);
    if (this.duplicates) progress.sequence = sequence;
    const nothing = this.duplicates && value === null;
    if (start > progress.streamTime && !(nothing && this.ignoresNull)) this.setStreamTime(start);
    this.emittedTime = progress.streamTime;
    if (nothing || (start < this.firstLive && this.closing === null)) return;
    const text = keys.textOf(key, 0, end);
    // Before anything is changed: what cannot be decoded may be left out.
    const held = value === null ? null : kept.restored(value, headers);
    const row = this.table.ensure(text, this.geometry.rowAt(start));
    const slot = row.findExact(start, sequence) ?? this.newSlot(row, text, start, sequence);
    slot.timestamp = timestamp;
    slot.epoch = ledger.epoch;
    this.table.setValue(slot, held);
    this.table.mark(row);
  }

  changelogRows(): AsyncGenerator<ChangelogRow, void> {
    return this.log.rows();
  }

  prepare(): Promise<void> | void {
    if (this.closing !== null) return this.scan.fill(this.closing);
  }

  evict(steps: number): boolean {
    const expired = this.parts.ledger.budget.over && this.table.keepsExpired;
    if (expired) this.table.dropExpired();
    return this.table.evict(steps) || expired;
  }

  *seal(appender: ChangelogAppender | null, batch: WriteBatch): Sealing {
    if (appender !== null) yield* this.sealUnwritten(appender);
    else this.changes.clear();
    yield* this.table.seal(batch, Math.min(this.firstFound, this.closing?.from ?? Number.POSITIVE_INFINITY), false);
  }

  *sealUnwritten(appender: ChangelogAppender): Sealing {
    let logged = 0;
    for (const slot of this.changes.all) {
      if (logged % ROWS_AT_ONCE === 0) yield;
      logged += 1;
      this.log.append(slot, appender);
    }
    this.changes.clear();
  }

  markChanged(slot: StartSlot): void {
    if (slot.start > this.emittedTime) this.emittedTime = slot.start;
    else if (this.holdsBack && slot.start < this.geometry.firstLive(this.emittedTime)) this.expiredPuts += 1;
    if (slot.epoch === this.parts.ledger.epoch) return;
    this.changes.add(slot);
    if (slot.row !== null) this.table.mark(slot.row);
  }

  /** Rows are read before they are changed, so that the value at the last emission is always known. */
  baseOf({ cell, base, value }: Pending<StartSlot>): unknown {
    if (cell.start >= this.geometry.firstVisible(this.emittedTime)) return base;
    // Nobody is told of its deletion, but on disk it must go.
    if (value === null && cell.row !== null) this.table.mark(cell.row);
    return null;
  }

  forget(): void {
    this.closing?.clear();
    this.table.forget();
    this.changes.clear();
    this.firstVisible = Number.NEGATIVE_INFINITY;
    this.firstFound = Number.NEGATIVE_INFINITY;
    this.firstLive = Number.NEGATIVE_INFINITY;
    this.emittedTime = -1;
  }

  /** Gives up rows of which the time is over, unless an operator has yet to take something from them. */
  expireRows(): void {
    const kept = Math.min(this.firstLive, this.closing?.from ?? Number.POSITIVE_INFINITY);
    if (!this.table.expireBelow(this.geometry.rowOf(kept))) return;
    if (!this.caching || this.parts.ledger.budget.over) this.table.dropExpired();
  }

  /** Puts go through the cache. */
  private get holdsBack(): boolean {
    return this.emissions !== null && this.emissions.active;
  }

  private noteClosing({ index }: ClosingWindows, slot: StartSlot, held: unknown): void {
    if ((held === null) === (slot.value === null)) return;
    const key = this.parts.keys.byteText(slot.text);
    if (held === null) index.delete(slot.start, key);
    else index.add(slot.start, key);
  }

  private newSlot(row: StartRow | null, text: string, start: number, sequence: number): StartSlot {
    const slot = new StartSlot(row, text, start, sequence);
    if (row === null) return slot;
    row.insert(slot);
    this.table.grow(row, slot.size);
    return slot;
  }

  private nextSequence(): number {
    const { progress } = this;
    progress.sequence = (progress.sequence + 1) & SEQUENCE_MASK;
    return progress.sequence;
  }

  /** The row to put into, null when its time is over. What is held back has one, and is counted when it is emitted. */
  private liveRow(text: string, start: number): StartRow | null {
    if (start < this.firstLive && !this.holdsBack) {
      this.expiredPuts += 1;
      if (!this.caching) return null;
    }
    return this.table.ensure(text, this.geometry.rowAt(start));
  }

  private setStreamTime(time: number): void {
    this.progress.streamTime = time;
    if (time >= 0) {
      const { geometry, caching } = this;
      this.firstLive = geometry.firstLive(time);
      this.firstVisible = geometry.firstVisible(time);
      if (!caching) this.firstFound = this.firstVisible;
    }
    this.expireRows();
  }
}
