/** The sessions of a session store: rows in memory first, then on disk. */
import type { Headers } from '../../../record/headers.js';
import type { SessionSpec } from '../../spec.js';
import type { ChangelogAppender } from '../../task-state.js';
import type { WriteBatch } from '../../write-batch.js';
import type { Pending } from '../epoch/cell.js';
import { ClosingSessions } from './closing-sessions.js';
import { readInt64 } from '../bytes/int64.js';
import { Changes } from '../epoch/changes.js';
import { OverlayStore } from '../epoch/overlay-store.js';
import { RowFiles } from '../rows/row-files.js';
import { RowTable } from '../rows/row-table.js';
import { sessionGeometryOf, type SessionGeometry } from './session-geometry.js';
import { CHANGELOG_TAIL, SessionLog } from './session-log.js';
import { SessionRow, sessionSlotFormat, SessionSlot } from './session-row.js';
import type { StoreSite } from '../epoch/store-site.js';

/** Above, the rows to look through are listed first. */
const MANY_ROWS = 64;

/**
 * A session that grows is another session: the old one is removed and a new one put. What came and went within one epoch
 * leaves no trace, and its slot is used for the next session, so that a busy key costs the same as an idle one.
 *
 * A caching store has the time of what it has emitted, as the one below the cache of Kafka Streams has; and it finds what
 * has expired for as long as it has it in memory, as that cache does.
 */
export abstract class SessionEntries extends OverlayStore<SessionSlot> {
  expiredPuts = 0;
  protected readonly geometry: SessionGeometry;
  protected readonly files: RowFiles<SessionSlot, SessionRow>;
  protected readonly table: RowTable<SessionSlot, SessionRow>;
  protected firstVisible = Number.NEGATIVE_INFINITY;
  /** Earliest end that may be put; never above `firstVisible`. */
  protected firstLive = Number.NEGATIVE_INFINITY;
  /** Highest end there may be, emitted or not. */
  protected highestEnd: number;
  private lastKey: unknown = null;
  private lastText = '';
  /** What an operator has yet to take; null in stores that nobody takes from. */
  protected readonly closing: ClosingSessions | null;
  private spare: SessionSlot | null = null;
  protected readonly log: SessionLog;
  private readonly changes = new Changes<SessionSlot>(this.ledger);

  constructor(site: StoreSite, spec: SessionSpec) {
    super(site);
    this.closing = spec.keepsClosed === true ? new ClosingSessions(spec.engine === 'memory') : null;
    this.geometry = sessionGeometryOf(spec);
    this.files = new RowFiles(site, this.keys, this.values, this.geometry, sessionSlotFormat);
    this.table = new RowTable({
      ledger: this.ledger,
      progress: site.progress,
      files: this.files,
      values: this.values,
      caching: this.caching,
      newRow: (text, id) => new SessionRow(text, id),
    });
    this.highestEnd = site.progress.streamTime;
    this.log = new SessionLog(site, this.keys, (held) => this.loggedValue(held));
    this.setStreamTime(site.progress.streamTime);
  }

  get changed(): boolean {
    return !this.changes.none || this.table.changed;
  }

  get streamTime(): number {
    return this.site.progress.streamTime;
  }

  /** The key's text. A record asks for the same one several times. */
  protected textOf(key: unknown): string {
    if (key === this.lastKey) return this.lastText;
    const text = this.keys.text(key);
    // Only what nobody can change may be known by its identity.
    if (typeof key === 'string') {
      this.lastKey = key;
      this.lastText = text;
    }
    return text;
  }

  /** The slot of a session, as far as it may be seen. */
  protected findSlot(text: string, start: number, end: number): SessionSlot | undefined {
    const slot = this.table.find(text, this.geometry.rowOf(end))?.find(start, end);
    return slot !== undefined && this.sees(slot) ? slot : undefined;
  }

  /** The slot of a session, expired or not, as long as it is there. */
  protected findKept(text: string, start: number, end: number): SessionSlot | undefined {
    return this.table.find(text, this.geometry.rowOf(end))?.find(start, end);
  }

  /** Slots of a key with `end >= earliestEnd` and `start <= latestStart`, by end, then start. */
  protected slotsOf(text: string, earliestEnd: number, latestStart: number): SessionSlot[] {
    const found: SessionSlot[] = [];
    const first = this.firstWanted(earliestEnd);
    const last = Math.min(latestStart + this.site.progress.longest, this.highestEnd);
    if (first > last) return found;
    const firstRow = this.geometry.rowOf(first);
    const lastRow = this.geometry.rowOf(last);
    if (lastRow - firstRow > MANY_ROWS) {
      for (const id of this.table.existing(firstRow, lastRow)) this.addSlots(found, text, id, first, latestStart);
    } else {
      for (let id = firstRow; id <= lastRow; id += 1) this.addSlots(found, text, id, first, latestStart);
    }
    return found;
  }

  /** The earliest end to look for, when it is asked for all from `earliestEnd` on. */
  protected firstWanted(earliestEnd: number): number {
    return this.caching || earliestEnd > this.firstVisible ? earliestEnd : this.firstVisible;
  }

  protected sees(slot: SessionSlot): boolean {
    return slot.end >= this.firstVisible || slot.warm;
  }

  /** The earliest end that is kept, seen or not: what is still to be taken as closed is. */
  protected get firstKept(): number {
    return this.closing === null ? this.firstVisible : Math.min(this.firstLive, this.closing.from);
  }

  /** Puts a held value. */
  protected set(text: string, start: number, end: number, held: unknown): void {
    this.noteEnd(end);
    this.noteLength(end - start);
    const row = this.liveRow(text, end);
    let slot = row?.find(start, end);
    if (slot === undefined) {
      slot = row?.findGone(start, end);
      if (slot === undefined) {
        slot = this.newSlot(row, text, start, end);
        // What has expired is let go of, so that the changelog may know of it all the same.
        if (!this.holdsBack && end < this.firstKept) slot.known = true;
      } else (row as SessionRow).revive(slot);
    }
    const base = slot.value;
    if (this.closing !== null && base === null && slot.row !== null) {
      this.closing.add(end, start, this.keys.byteText(text));
    }
    slot.timestamp = this.context.timestamp;
    slot.warm = this.caching;
    this.setValue(slot, held);
    if (this.holdsBack) this.holdBack(slot, base, text.length + CHANGELOG_TAIL);
    else if (slot.epoch !== this.ledger.epoch) this.markChanged(slot);
  }

  /** Removes a session; a deletion of what was not there is logged too, as Kafka Streams does, unless it is held back. */
  protected unset(text: string, start: number, end: number): void {
    this.noteEnd(end);
    const row = this.liveRow(text, end);
    let slot = row?.find(start, end);
    if (slot !== undefined) {
      this.closing?.delete(end, start, this.keys.byteText(text));
      if (!slot.known && (slot.pending === null ? !this.holdsBack : slot.pending.base === null)) {
        this.vanish(slot);
        return;
      }
      this.bury(slot, row as SessionRow);
    } else {
      slot = row?.findGone(start, end);
      if (slot === undefined) {
        if (this.holdsBack) return;
        slot = this.newSlot(row, text, start, end);
        slot.known = true;
        // Put in the same epoch, it must be this slot that is used: of two, the deletion might be logged last.
        if (row !== null) this.bury(slot, row);
      }
    }
    const base = slot.value;
    slot.timestamp = this.context.timestamp;
    this.setValue(slot, null);
    if (this.holdsBack) this.holdBack(slot, base, text.length + CHANGELOG_TAIL);
    else if (slot.epoch !== this.ledger.epoch) this.markChanged(slot);
  }

  restore(key: Buffer, value: Buffer | null, _timestamp: number, headers: Headers): void {
    const tail = key.length - CHANGELOG_TAIL;
    const end = readInt64(key, tail);
    const start = readInt64(key, tail + 8);
    if (end > this.highestEnd) this.highestEnd = end;
    if (end > this.site.progress.streamTime) this.setStreamTime(end);
    if (end < this.firstLive && this.closing === null) return;
    const text = this.keys.textOf(key, 0, tail);
    const row = this.table.ensure(text, this.geometry.rowOf(end));
    let slot = row.find(start, end);
    if (value === null) {
      if (slot === undefined) return;
      row.detach(slot);
      this.table.grow(row, -slot.size);
    } else {
      // Before anything is changed: what cannot be decoded may be left out.
      const held = this.restoredValue(value, headers);
      this.noteLength(end - start);
      slot ??= this.newSlot(row, text, start, end);
      slot.known = true;
      slot.epoch = this.ledger.epoch;
      this.setValue(slot, held);
    }
    this.table.mark(row);
  }

  evict(steps: number): boolean {
    return this.table.evict(steps);
  }

  protected override sealChanges(appender: ChangelogAppender | null, batch: WriteBatch): void {
    this.log.seal(this.changes.all, this.streamTime, appender);
    this.table.seal(batch, this.firstKept, this.caching);
    this.changes.clear();
  }

  protected override markChanged(slot: SessionSlot): void {
    if (this.holdsBack) {
      if (slot.end > this.site.progress.streamTime) this.setStreamTime(slot.end);
      if (slot.end < this.firstLive) this.expiredPuts += 1;
    }
    if (slot.epoch === this.ledger.epoch) return;
    this.changes.add(slot);
    if (slot.row !== null) this.table.mark(slot.row);
  }

  /** What has expired below the cache is not known there any more: its replacement is emitted as if it were new. */
  protected override baseOf(pending: Pending<SessionSlot>): unknown {
    return pending.cell.end < this.firstVisible ? null : pending.base;
  }

  /** Rows are read before they are changed, so that the value at the last emission is always known. */
  protected override loadBase(): unknown {
    return null;
  }

  protected override forget(): void {
    this.closing?.clear();
    this.table.forget();
    this.spare = null;
    this.changes.clear();
    this.firstVisible = Number.NEGATIVE_INFINITY;
    this.firstLive = Number.NEGATIVE_INFINITY;
    this.highestEnd = -1;
    this.log.forget();
  }

  private addSlots(found: SessionSlot[], text: string, id: number, first: number, latestStart: number): void {
    const row = this.table.find(text, id);
    if (row === undefined) return;
    const { slots } = row;
    for (let at = row.firstFrom(first); at < slots.length; at += 1) {
      const slot = slots[at] as SessionSlot;
      if (slot.start <= latestStart && this.sees(slot)) found.push(slot);
    }
  }

  private noteEnd(end: number): void {
    if (end > this.highestEnd) this.highestEnd = end;
    if (!this.holdsBack && end > this.site.progress.streamTime) this.setStreamTime(end);
  }

  private noteLength(length: number): void {
    if (length > this.site.progress.longest) this.site.progress.longest = length;
  }

  /** Neither the changelog nor anybody downstream has heard of it: its slot is free for the next session. */
  private vanish(slot: SessionSlot): void {
    this.letGo(slot);
    if (!this.holdsBack) this.log.cameAndWent(slot, this.context.timestamp);
    const row = slot.row as SessionRow;
    row.detach(slot);
    this.setValue(slot, null);
    this.table.grow(row, -slot.size);
    slot.row = null;
    this.spare = slot;
  }

  /** On disk it goes with this epoch, whether or not there is anybody to tell. */
  private bury(slot: SessionSlot, row: SessionRow): void {
    row.detach(slot);
    row.gone.push(slot);
    this.table.mark(row);
  }

  private newSlot(row: SessionRow | null, text: string, start: number, end: number): SessionSlot {
    let slot = this.spare;
    if (slot === null) slot = new SessionSlot(row, text, start, end);
    else {
      this.spare = null;
      slot.row = row;
      slot.text = text;
      slot.start = start;
      slot.end = end;
      // It may be among the changes of this epoch already, but the row may be another.
      if (row !== null && slot.epoch === this.ledger.epoch) this.table.mark(row);
    }
    if (row === null) return slot;
    row.insert(slot);
    this.table.grow(row, slot.size);
    return slot;
  }

  private setValue(slot: SessionSlot, held: unknown): void {
    slot.headers = this.loggedHeaders(held);
    this.table.setValue(slot, held);
  }

  /** The row to put into, null when its time is over. What is held back has one until then: it is emitted once. */
  private liveRow(text: string, end: number): SessionRow | null {
    if (end < this.firstLive && !this.holdsBack && this.closing === null) {
      this.expiredPuts += 1;
      return null;
    }
    return this.table.ensure(text, this.geometry.rowOf(end));
  }

  private setStreamTime(time: number): void {
    this.site.progress.streamTime = time;
    this.firstVisible = this.geometry.firstVisible(time);
    this.firstLive = this.geometry.firstLive(time);
    this.expireRows();
  }

  /** Gives up rows of which the time is over, unless an operator has yet to take something from them. */
  protected expireRows(): void {
    const kept = Math.min(this.firstLive, this.closing?.from ?? Number.POSITIVE_INFINITY);
    if (this.table.expireBelow(this.geometry.rowOf(kept)) && !this.caching) this.table.dropExpired();
  }
}
