/** The entries of a window store: rows in memory first, then on disk. Plain and timestamped stores stand on it. */
import type { Headers } from '../../../record/headers.js';
import type { WindowSpec } from '../../spec.js';
import type { ChangelogAppender, ChangelogRow } from '../../task-state.js';
import type { WriteBatch } from '../../write-batch.js';
import { Closing } from '../rows/closing.js';
import type { Pending } from '../epoch/cell.js';
import { readInt64, writeInt64 } from '../bytes/int64.js';
import { Changes } from '../epoch/changes.js';
import { OverlayStore } from '../epoch/overlay-store.js';
import { RowFiles } from '../rows/row-files.js';
import { RowTable } from '../rows/row-table.js';
import { PREFIX_BYTES, type StoreSite } from '../epoch/store-site.js';
import { geometryOf, type WindowGeometry } from './window-geometry.js';
import { StartRow, StartSlot } from '../rows/start-row.js';
import { entriesOf, underPrefix } from '../walk/disk-entries.js';
import { StartSlotFormat } from '../rows/slot-format.js';

/** Bytes behind the key in a changelog record: start and sequence number. */
const CHANGELOG_TAIL = 12;
/** Sequence numbers are positive 32-bit integers and start over after the last. */
const SEQUENCE_MASK = 0x7fffffff;

/**
 * A caching store finds what has expired for as long as there is room for it in memory, as the cache of Kafka Streams does: a
 * look-up, and the result of a late record, depend on it. The store below that cache has the time of what was emitted, and
 * what has expired there has no old value.
 */
export abstract class WindowEntries extends OverlayStore<StartSlot> {
  expiredPuts = 0;
  protected readonly geometry: WindowGeometry;
  protected readonly files: RowFiles<StartSlot, StartRow>;
  protected readonly duplicates: boolean;
  protected readonly table: RowTable<StartSlot, StartRow>;
  /** Earliest start that is seen in any case. */
  private firstVisible = Number.NEGATIVE_INFINITY;
  /** Earliest start to look for. */
  protected firstFound = Number.NEGATIVE_INFINITY;
  private firstLive = Number.NEGATIVE_INFINITY;
  /** Highest start that was emitted. */
  private emittedTime: number;
  /** What an operator has yet to take; null in stores that nobody takes from. */
  protected readonly closing: Closing | null;
  private readonly logsHeaders: boolean;
  /** With duplicates, a null put does not even move time on; in Kafka Streams' stores in memory it does. */
  private readonly ignoresNull: boolean;
  private readonly changes = new Changes<StartSlot>(this.ledger);

  constructor(site: StoreSite, spec: WindowSpec) {
    super(site);
    this.duplicates = spec.retainDuplicates ?? false;
    this.logsHeaders = spec.logHeaders === true;
    this.ignoresNull = spec.engine !== 'memory';
    this.closing = spec.keepsClosed === true ? new Closing() : null;
    this.geometry = geometryOf(spec);
    const format = new StartSlotFormat(spec.format, this.duplicates, false);
    this.files = new RowFiles(site, this.keys, this.values, this.geometry, format);
    this.table = new RowTable({
      ledger: this.ledger,
      progress: site.progress,
      files: this.files,
      values: this.values,
      caching: this.caching,
      newRow: (text, id) => new StartRow(text, id),
    });
    this.emittedTime = site.progress.streamTime;
    this.setStreamTime(site.progress.streamTime);
  }

  get changed(): boolean {
    return !this.changes.none || this.table.changed;
  }

  get streamTime(): number {
    return this.site.progress.streamTime;
  }

  /** The slot of a key and start, as far as it may be seen. */
  protected findSlot(text: string, start: number): StartSlot | undefined {
    if (start >= this.firstVisible) return this.rowAt(text, start)?.find(start);
    const slot = this.caching ? this.rowAt(text, start)?.find(start) : undefined;
    return slot?.warm === true ? slot : undefined;
  }

  protected sees(slot: StartSlot): boolean {
    return slot.start >= this.firstVisible || slot.warm;
  }

  /** The slot of a key and start, expired or not, as long as it is there. */
  protected findKept(text: string, start: number): StartSlot | undefined {
    return this.rowAt(text, start)?.find(start);
  }

  /** Slots of a key that start in `[from, to]` and may be seen, in order. */
  protected slotsBetween(text: string, from: number, to: number): StartSlot[] {
    const found: StartSlot[] = [];
    const first = Math.max(from, this.firstFound, 0);
    const last = Math.min(to, this.site.progress.streamTime);
    if (first > last) return found;
    const lastRow = this.geometry.rowOf(last);
    let id = this.geometry.rowOf(first);
    const { firstRow } = this.table;
    if (id < firstRow) {
      for (const expired of this.expiredRows(id, lastRow)) this.addSlots(found, text, expired, first, last);
      id = firstRow;
    }
    for (; id <= lastRow; id += 1) this.addSlots(found, text, id, first, last);
    return found;
  }

  /** The slot of a key that starts last in `[from, to]` and may be seen. */
  protected latestSlot(text: string, from: number, to: number): StartSlot | null {
    const first = Math.max(from, this.firstFound, 0);
    const last = Math.min(to, this.site.progress.streamTime);
    if (first > last) return null;
    const firstRow = this.geometry.rowOf(first);
    const lastRow = this.geometry.rowOf(last);
    for (let id = lastRow; id >= firstRow && id >= this.table.firstRow; id -= 1) {
      const slot = this.latestInRow(text, id, first, last);
      if (slot !== null) return slot;
    }
    if (firstRow >= this.table.firstRow) return null;
    for (const id of this.expiredRows(firstRow, lastRow).reverse()) {
      const slot = this.latestInRow(text, id, first, last);
      if (slot !== null) return slot;
    }
    return null;
  }

  private addSlots(found: StartSlot[], text: string, id: number, first: number, last: number): void {
    const row = this.table.find(text, id);
    if (row === undefined) return;
    const { slots } = row;
    for (let at = row.firstFrom(first); at < slots.length; at += 1) {
      const slot = slots[at] as StartSlot;
      if (slot.start > last) return;
      if (slot.value !== null && this.sees(slot)) found.push(slot);
    }
  }

  private latestInRow(text: string, id: number, first: number, last: number): StartSlot | null {
    const row = this.table.find(text, id);
    if (row === undefined) return null;
    const { slots } = row;
    for (let at = row.firstFrom(last + 1) - 1; at >= 0; at -= 1) {
      const slot = slots[at] as StartSlot;
      if (slot.start < first) return null;
      if (slot.value !== null && this.sees(slot)) return slot;
    }
    return null;
  }

  /** Numbers of the rows that have expired as a whole and are still in memory, ascending. */
  private expiredRows(first: number, last: number): number[] {
    return this.table.inMemory(first, Math.min(last, this.table.firstRow - 1));
  }

  /** Puts a held value, `null` to delete. */
  protected set(text: string, start: number, held: unknown, timestamp: number): void {
    const { progress } = this.site;
    const nothing = this.duplicates && held === null;
    if (start > progress.streamTime && !(nothing && this.ignoresNull)) this.setStreamTime(start);
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
    if (this.logsHeaders) slot.headers = this.context.headers;
    else if (this.headed !== null) slot.headers = this.loggedHeaders(held);
    if (this.closing !== null && slot.row !== null) this.noteClosing(this.closing, slot, held);
    this.table.setValue(slot, held);
    if (this.holdsBack) this.holdBack(slot, base, text.length + CHANGELOG_TAIL);
    else if (slot.epoch !== this.ledger.epoch) this.markChanged(slot);
  }

  restore(key: Buffer, value: Buffer | null, timestamp: number, headers: Headers): void {
    const end = key.length - CHANGELOG_TAIL;
    const start = readInt64(key, end);
    const sequence = key.readInt32BE(end + 8);
    const { progress } = this.site;
    if (this.duplicates) progress.sequence = sequence;
    const nothing = this.duplicates && value === null;
    if (start > progress.streamTime && !(nothing && this.ignoresNull)) this.setStreamTime(start);
    this.emittedTime = progress.streamTime;
    if (nothing || (start < this.firstLive && this.closing === null)) return;
    const text = this.keys.textOf(key, 0, end);
    // Before anything is changed: what cannot be decoded may be left out.
    const held = value === null ? null : this.restoredValue(value, headers);
    const row = this.table.ensure(text, this.geometry.rowAt(start));
    const slot = row.findExact(start, sequence) ?? this.newSlot(row, text, start, sequence);
    slot.timestamp = timestamp;
    slot.epoch = this.ledger.epoch;
    this.table.setValue(slot, held);
    this.table.mark(row);
  }

  /** A slot that has no timestamp of its own on disk gets the start of its window. */
  override async *changelogRows(): AsyncGenerator<ChangelogRow, void> {
    for await (const [stored, head] of entriesOf(this.site.backend, underPrefix(this.site.prefix))) {
      const text = this.keys.fromByteText(stored.toString('latin1', PREFIX_BYTES + 8));
      const row = new StartRow(text, Number(stored.readBigUInt64BE(PREFIX_BYTES)));
      this.files.readHead(row, head);
      for (const slot of row.slots) {
        if (slot.value === null) continue;
        const value = this.loggedValue(slot.value);
        const timestamp = slot.timestamp < 0 ? slot.start : slot.timestamp;
        yield { key: this.changelogKey(slot), value, headers: this.loggedHeaders(slot.value), timestamp };
      }
    }
  }

  evict(steps: number): boolean {
    const expired = this.budget.over && this.table.keepsExpired;
    if (expired) this.table.dropExpired();
    return this.table.evict(steps) || expired;
  }

  protected override sealChanges(appender: ChangelogAppender | null, batch: WriteBatch): void {
    if (appender !== null) for (const slot of this.changes.all) this.log(slot, appender);
    this.table.seal(batch, Math.min(this.firstFound, this.closing?.from ?? Number.POSITIVE_INFINITY), false);
    this.changes.clear();
  }

  protected override markChanged(slot: StartSlot): void {
    if (slot.start > this.emittedTime) this.emittedTime = slot.start;
    if (slot.epoch === this.ledger.epoch) return;
    this.changes.add(slot);
    if (slot.row !== null) this.table.mark(slot.row);
  }

  protected override baseOf(pending: Pending<StartSlot>): unknown {
    const { start, row } = pending.cell;
    if (start >= this.geometry.firstVisible(this.emittedTime)) return super.baseOf(pending);
    // Nobody is told of its deletion, but on disk it must go.
    if (pending.value === null && row !== null) this.table.mark(row);
    return null;
  }

  /** Rows are read before they are changed, so that the value at the last emission is always known. */
  protected override loadBase(): unknown {
    return null;
  }

  protected override forget(): void {
    this.closing?.clear();
    this.table.forget();
    this.changes.clear();
    this.firstVisible = Number.NEGATIVE_INFINITY;
    this.firstFound = Number.NEGATIVE_INFINITY;
    this.firstLive = Number.NEGATIVE_INFINITY;
    this.emittedTime = -1;
  }

  private noteClosing({ index }: Closing, slot: StartSlot, held: unknown): void {
    if ((held === null) === (slot.value === null)) return;
    const key = this.keys.byteText(slot.text);
    if (held === null) index.delete(slot.start, key);
    else index.add(slot.start, key);
  }

  private changelogKey(slot: StartSlot): Buffer {
    const key = this.keys.bytes(slot.text, 0, CHANGELOG_TAIL);
    writeInt64(key, slot.start, key.length - CHANGELOG_TAIL);
    key.writeInt32BE(slot.sequence, key.length - 4);
    return key;
  }

  private log(slot: StartSlot, appender: ChangelogAppender): void {
    const key = this.changelogKey(slot);
    const value = slot.value === null ? null : this.loggedValue(slot.value);
    appender.append(this.site.opening.changelogTopic, this.site.partition, key, value, slot.headers, slot.timestamp);
  }

  private newSlot(row: StartRow | null, text: string, start: number, sequence: number): StartSlot {
    const slot = new StartSlot(row, text, start, sequence);
    if (row === null) return slot;
    row.insert(slot);
    this.table.grow(row, slot.size);
    return slot;
  }

  private nextSequence(): number {
    const { progress } = this.site;
    progress.sequence = (progress.sequence + 1) & SEQUENCE_MASK;
    return progress.sequence;
  }

  /** The row to put into, null when its time is over. */
  private liveRow(text: string, start: number): StartRow | null {
    if (start >= this.firstLive) return this.table.ensure(text, this.geometry.rowAt(start));
    this.expiredPuts += 1;
    return this.caching ? this.table.ensure(text, this.geometry.rowAt(start)) : null;
  }

  private rowAt(text: string, start: number): StartRow | undefined {
    return this.table.find(text, this.geometry.rowAt(start));
  }

  private setStreamTime(time: number): void {
    this.site.progress.streamTime = time;
    if (time >= 0) {
      const { geometry, caching } = this;
      this.firstLive = geometry.firstLive(time);
      this.firstVisible = geometry.firstVisible(time);
      if (!caching) this.firstFound = this.firstVisible;
    }
    this.expireRows();
  }

  /** Gives up rows of which the time is over, unless an operator has yet to take something from them. */
  protected expireRows(): void {
    const kept = Math.min(this.firstLive, this.closing?.from ?? Number.POSITIVE_INFINITY);
    if (!this.table.expireBelow(this.geometry.rowOf(kept))) return;
    if (!this.caching || this.budget.over) this.table.dropExpired();
  }
}
