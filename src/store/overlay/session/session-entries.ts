/** The sessions of a session store: rows in memory first, then on disk. */
import type { Headers } from '../../../record/headers.js';
import type { RecordContext } from '../../../record/record-context.js';
import type { SessionSpec } from '../../spec.js';
import type { ChangelogAppender, ChangelogRow } from '../../task-state.js';
import type { WriteBatch } from '../../write-batch.js';
import type { Pending } from '../epoch/cell.js';
import { ClosingSessions } from './closing-sessions.js';
import { readInt64 } from '../bytes/int64.js';
import { Changes } from '../epoch/changes.js';
import { Emissions, type EmissionSource } from '../epoch/emissions.js';
import type { Ledger } from '../epoch/ledger.js';
import type { Contents, Sealing } from '../epoch/overlay-store.js';
import type { OverlayParts } from '../epoch/store-parts.js';
import { RowFiles } from '../rows/row-files.js';
import { RowTable } from '../rows/row-table.js';
import { sessionGeometryOf, type SessionGeometry } from './session-geometry.js';
import { SessionHorizon } from './session-horizon.js';
import { SESSION_LOG_TAIL, SessionLog } from './session-log.js';
import { SessionRow, sessionSlotFormat, type SessionSlot } from './session-row.js';
import { SessionScan } from './session-scan.js';
import { SessionSearch } from './session-search.js';
import { SessionSlots } from './session-slots.js';

/**
 * A session that grows is another session: the old one is removed and a new one put. What came and went within one epoch
 * leaves no trace, and its slot is used for the next session, so that a busy key costs the same as an idle one.
 *
 * A caching store has the time of what it has emitted, as the one below the cache of Kafka Streams has; and it finds what
 * has expired for as long as it has it in memory, as that cache does.
 */
export class SessionEntries implements Contents, EmissionSource<SessionSlot> {
  expiredPuts = 0;
  readonly horizon: SessionHorizon;
  readonly scan: SessionScan;
  readonly search: SessionSearch;
  /** Null where nothing can be held back. */
  readonly emissions: Emissions<SessionSlot> | null;
  /** What an operator has yet to take; null in stores that nobody takes from. */
  readonly closing: ClosingSessions | null;
  private readonly ledger: Ledger;
  private readonly context: RecordContext;
  private readonly caching: boolean;
  readonly geometry: SessionGeometry;
  private readonly table: RowTable<SessionSlot, SessionRow>;
  private readonly log: SessionLog;
  private readonly changes: Changes<SessionSlot>;
  private readonly slots: SessionSlots;

  constructor(
    private readonly parts: OverlayParts,
    spec: SessionSpec,
  ) {
    const { site, keys, kept, ledger, caching } = parts;
    const { progress } = site;
    this.ledger = ledger;
    this.context = parts.context;
    this.caching = caching;
    this.closing = spec.keepsClosed === true ? new ClosingSessions(spec.engine === 'memory') : null;
    const geometry = sessionGeometryOf(spec);
    const files = new RowFiles(site, keys, kept.codec, geometry, sessionSlotFormat);
    const newRow = (text: string, id: number): SessionRow => new SessionRow(text, id);
    const table = new RowTable({ ledger, progress, files, values: kept.codec, caching, newRow });
    this.geometry = geometry;
    this.table = table;
    this.horizon = new SessionHorizon(progress, geometry, table, this.closing, caching);
    this.scan = new SessionScan(parts, spec, { geometry, files, table }, this.horizon);
    this.search = new SessionSearch(progress, geometry, table, this.horizon);
    this.slots = new SessionSlots(table, kept, ledger);
    this.log = new SessionLog(parts, files);
    this.changes = new Changes(ledger);
    this.emissions = caching ? new Emissions<SessionSlot>(parts, this) : null;
  }

  get changed(): boolean {
    return !this.changes.none || this.table.changed;
  }

  /** The slot of a session, as far as it may be seen. */
  find(text: string, start: number, end: number): SessionSlot | undefined {
    const slot = this.findKept(text, start, end);
    return slot !== undefined && this.horizon.sees(slot) ? slot : undefined;
  }

  /** The slot of a session, expired or not, as long as it is there. */
  findKept(text: string, start: number, end: number): SessionSlot | undefined {
    return this.table.find(text, this.geometry.rowOf(end))?.find(start, end);
  }

  /** Puts a held value. */
  set(text: string, start: number, end: number, held: unknown): void {
    const { holdsBack } = this;
    this.horizon.noteEnd(end, holdsBack);
    this.horizon.noteLength(end - start);
    const row = this.liveRow(text, end, holdsBack);
    let slot = row?.find(start, end);
    if (slot === undefined) {
      slot = row?.findGone(start, end);
      if (slot === undefined) {
        slot = this.slots.add(row, text, start, end);
        // What has expired is let go of, so that the changelog may know of it all the same.
        if (!holdsBack && end < this.horizon.firstKept) slot.known = true;
      } else (row as SessionRow).revive(slot);
    }
    const base = slot.value;
    if (this.closing !== null && base === null && slot.row !== null) {
      this.closing.add(end, start, this.parts.keys.byteText(text));
    }
    slot.timestamp = this.context.timestamp;
    slot.warm = this.caching;
    this.slots.setValue(slot, held);
    this.tell(text, start, end, held);
    if (holdsBack) this.emissions?.hold(slot, base, text.length + SESSION_LOG_TAIL);
    else if (slot.epoch !== this.ledger.epoch) this.markChanged(slot);
  }

  private tell(text: string, start: number, end: number, held: unknown): void {
    const { watch } = this.parts;
    if (watch.listeners !== null) watch.tell(text, held, -1, start, end);
  }

  /** Removes a session; a deletion of what was not there is logged too, as Kafka Streams does, unless it is held back. */
  unset(text: string, start: number, end: number): void {
    const { holdsBack } = this;
    this.horizon.noteEnd(end, holdsBack);
    const row = this.liveRow(text, end, holdsBack);
    let slot = row?.find(start, end);
    if (slot !== undefined) {
      this.tell(text, start, end, null);
      this.closing?.delete(end, start, this.parts.keys.byteText(text));
      if (!slot.known && (slot.pending === null ? !holdsBack : slot.pending.base === null)) {
        this.vanish(slot, row as SessionRow, holdsBack);
        return;
      }
      this.slots.bury(slot, row as SessionRow);
    } else {
      slot = row?.findGone(start, end);
      if (slot === undefined) {
        if (holdsBack) return;
        slot = this.slots.add(row, text, start, end);
        slot.known = true;
        // Put in the same epoch, it must be this slot that is used: of two, the deletion might be logged last.
        if (row !== null) this.slots.bury(slot, row);
      }
    }
    const base = slot.value;
    slot.timestamp = this.context.timestamp;
    this.slots.setValue(slot, null);
    if (holdsBack) this.emissions?.hold(slot, base, text.length + SESSION_LOG_TAIL);
    else if (slot.epoch !== this.ledger.epoch) this.markChanged(slot);
  }

  restore(key: Buffer, value: Buffer | null, _timestamp: number, headers: Headers): void {
    const tail = key.length - SESSION_LOG_TAIL;
    const end = readInt64(key, tail);
    const start = readInt64(key, tail + 8);
    this.horizon.noteEnd(end, false);
    if (end < this.horizon.firstLive && this.closing === null) return;
    const text = this.parts.keys.textOf(key, 0, tail);
    const row = this.table.ensure(text, this.geometry.rowOf(end));
    let slot = row.find(start, end);
    if (value === null) {
      if (slot === undefined) return;
      row.detach(slot);
      this.table.grow(row, -slot.size);
    } else {
      // Before anything is changed: what cannot be decoded may be left out.
      const held = this.parts.kept.restored(value, headers);
      this.horizon.noteLength(end - start);
      slot ??= this.slots.add(row, text, start, end);
      slot.known = true;
      slot.epoch = this.ledger.epoch;
      this.slots.setValue(slot, held);
    }
    this.table.mark(row);
  }

  changelogRows(): AsyncGenerator<ChangelogRow, void> {
    return this.log.rows();
  }

  prepare(): Promise<void> | void {
    if (this.closing !== null) return this.scan.fill(this.closing);
  }

  evict(steps: number): boolean {
    return this.table.evict(steps);
  }

  *seal(appender: ChangelogAppender | null, batch: WriteBatch): Sealing {
    yield* this.log.seal(this.changes.all, this.horizon.streamTime, appender);
    yield* this.table.seal(batch, this.horizon.firstKept, this.caching);
    this.changes.clear();
  }

  markChanged(slot: SessionSlot): void {
    if (this.holdsBack) {
      this.horizon.advance(slot.end);
      if (slot.end < this.horizon.firstLive) this.expiredPuts += 1;
    }
    if (slot.epoch === this.ledger.epoch) return;
    this.changes.add(slot);
    if (slot.row !== null) this.table.mark(slot.row);
  }

  /**
   * What has expired below the cache is not known there any more: its replacement is emitted as if it were new. Rows are read
   * before they are changed, so that the value at the last emission is always known.
   */
  baseOf({ cell, base }: Pending<SessionSlot>): unknown {
    return cell.end < this.horizon.firstVisible ? null : base;
  }

  forget(): void {
    this.closing?.clear();
    this.table.forget();
    this.slots.forget();
    this.changes.clear();
    this.horizon.forget();
    this.log.forget();
  }

  /** Puts go through the cache. */
  private get holdsBack(): boolean {
    return this.emissions !== null && this.emissions.active;
  }

  /** Neither the changelog nor anybody downstream has heard of it. */
  private vanish(slot: SessionSlot, row: SessionRow, holdsBack: boolean): void {
    if (holdsBack) this.emissions?.drop(slot);
    else this.log.cameAndWent(slot, this.context.timestamp);
    this.slots.free(slot, row);
  }

  /** The row to put into, null when its time is over. What is held back has one until then: it is emitted once. */
  private liveRow(text: string, end: number, holdsBack: boolean): SessionRow | null {
    if (end < this.horizon.firstLive && !holdsBack && this.closing === null) {
      this.expiredPuts += 1;
      return null;
    }
    return this.table.ensure(text, this.geometry.rowOf(end));
  }
}
