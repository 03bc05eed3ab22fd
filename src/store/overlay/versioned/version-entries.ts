/** The versions of a versioned store: histories in memory first, then on disk. */
import type { Headers } from '../../../record/headers.js';
import type { VersionedSpec } from '../../spec.js';
import type { ChangelogAppender } from '../../task-state.js';
import type { VersionedPut } from '../../versioned-store.js';
import type { WriteBatch } from '../../write-batch.js';
import { DeletedKeys } from './deleted-keys.js';
import type { History } from './history.js';
import { HistoryTable } from './history-table.js';
import { LatestFiles } from './latest-files.js';
import type { KeyCodec } from '../bytes/key-codec.js';
import type { ValueCodec } from '../bytes/value-codec.js';
import type { ChangeWatch } from '../epoch/change-watch.js';
import type { Ledger } from '../epoch/ledger.js';
import type { Contents, Sealing } from '../epoch/overlay-store.js';
import type { OverlayParts } from '../epoch/store-parts.js';
import { ExpiredRows } from '../rows/expired-rows.js';
import { RowFiles } from '../rows/row-files.js';
import type { StoreSite } from '../epoch/store-site.js';
import { VersionLog } from './version-log.js';
import { FIRST_HISTORY_ROW, versionGeometryOf, type VersionGeometry } from './version-geometry.js';
import { StartSlot, type StartRow } from '../rows/start-row.js';
import { StartSlotFormat } from '../rows/slot-format.js';

/**
 * The versions of a key follow each other without a gap: each is valid up to the start of the next. The latest is held apart,
 * since it never expires; each older one lies in the row of the time at which it ceased to be valid.
 */
export class VersionEntries implements Contents {
  expiredPuts = 0;
  /** Set by `locate`: up to when the version that it found is valid. */
  until = 0;
  private readonly site: StoreSite;
  private readonly keys: KeyCodec;
  private readonly values: ValueCodec;
  private readonly ledger: Ledger;
  private readonly watch: ChangeWatch;
  private readonly geometry: VersionGeometry;
  private readonly files: RowFiles<StartSlot, StartRow>;
  private readonly latest: LatestFiles;
  private readonly deleted: DeletedKeys;
  private readonly histories: HistoryTable;
  private readonly log: VersionLog;
  private readonly expired: ExpiredRows;
  private firstVisible = Number.NEGATIVE_INFINITY;
  /** Number of the first row that is still live; those below are removed from disk with the next seal. */
  private firstRow = FIRST_HISTORY_ROW;

  constructor(parts: OverlayParts, spec: VersionedSpec) {
    const { site, keys, kept, ledger } = parts;
    const values = kept.codec;
    this.site = site;
    this.keys = keys;
    this.values = values;
    this.ledger = ledger;
    this.watch = parts.watch;
    this.geometry = versionGeometryOf(spec);
    this.files = new RowFiles(site, keys, values, this.geometry, new StartSlotFormat('plain', false, true));
    this.latest = new LatestFiles(site, values, this.files);
    this.deleted = new DeletedKeys(site, keys);
    this.histories = new HistoryTable(ledger, values, this.files, this.latest);
    this.log = new VersionLog(parts);
    this.expired = new ExpiredRows(this.files, FIRST_HISTORY_ROW);
    this.setStreamTime(site.progress.streamTime);
  }

  get changed(): boolean {
    return !this.histories.changes.none || !this.log.none;
  }

  get streamTime(): number {
    return this.site.progress.streamTime;
  }

  prepare(): Promise<void> | void {
    return this.deleted.load();
  }

  restore(key: Buffer, value: Buffer | null, timestamp: number, _headers: Headers): void {
    const held = value === null ? null : this.values.decode(value, 0, value.length);
    this.apply(this.keys.textOf(key, 0, key.length), held, timestamp);
  }

  evict(steps: number): boolean {
    return this.histories.evict(steps);
  }

  /** Puts a held value, `null` for a deletion, and notes it for the changelog, even where it is too old to be kept. */
  set(text: string, held: unknown, timestamp: number): VersionedPut {
    this.log.note(text, timestamp, held);
    const put = this.apply(text, held, timestamp);
    const { watch } = this;
    if (put === 'expired') this.expiredPuts += 1;
    else if (watch.listeners !== null) watch.tell(text, held, timestamp, timestamp, -1);
    return put;
  }

  /** The version of a key that is valid at a time, with its end in `until`, -1 for the latest; null where there is none. */
  versionAt(text: string, time: number): StartSlot | null {
    const history = this.histories.find(text);
    const { latest } = history;
    if (latest !== null && latest.start <= time) {
      this.until = -1;
      return latest.value === null ? null : latest;
    }
    if (latest === null || time < this.firstVisible) return null;
    const found = this.locate(history, latest, time);
    return found === null || found.value === null ? null : found;
  }

  /** Shows what `versionAt` finds for the moments of a time, one after the other; `until` null: the latest. */
  visitVersions(text: string, from: number, to: number, visit: (slot: StartSlot, until: number | null) => void): void {
    const history = this.histories.find(text);
    const { latest } = history;
    if (latest === null) return;
    const first = Math.max(from, this.firstVisible);
    const older = first <= to;
    let before: StartSlot | null = null;
    const ended = (until: number): void => {
      if (before !== null && before.value !== null && before.start <= to && until > first) visit(before, until);
    };
    for (let at = history.firstFrom(this.geometry.rowOf(first)); older && at < history.ids.length; at += 1) {
      for (const slot of this.histories.rowAt(history, at).slots) {
        ended(slot.start);
        before = slot;
      }
    }
    if (older) ended(latest.start);
    if (from <= to && latest.value !== null && latest.start <= to) visit(latest, null);
  }

  latestOf(text: string): StartSlot | null {
    const { latest } = this.histories.find(text);
    return latest === null || latest.value === null ? null : latest;
  }

  *seal(appender: ChangelogAppender | null, batch: WriteBatch): Sealing {
    yield* this.log.seal(appender);
    this.deleted.expire(this.firstVisible, batch, (text) => {
      batch.delete(this.latest.key(text));
      const history = this.histories.inMemory(text);
      if (history === undefined) return;
      this.deleted.unlist(history, batch);
      this.histories.empty(history);
    });
    for (const history of this.histories.changes.all) {
      yield;
      this.histories.trim(history, this.firstRow);
      for (const row of history.rows)
        if (row?.epoch === this.ledger.epoch) this.files.write(row, this.ledger.handedOver, batch);
      if (history.headEpoch !== this.ledger.epoch) continue;
      const key = this.latest.key(history.text);
      if (history.latest === null) batch.delete(key);
      else batch.put(key, this.latest.encode(history));
      this.deleted.note(history, batch);
    }
    this.expired.removeBelow(this.firstRow, batch);
    this.histories.changes.clear();
  }

  forget(): void {
    this.histories.forget();
    this.log.clear();
    this.deleted.clear();
    this.firstVisible = Number.NEGATIVE_INFINITY;
    this.firstRow = FIRST_HISTORY_ROW;
    this.expired.forget();
  }

  private apply(text: string, held: unknown, timestamp: number): VersionedPut {
    if (timestamp < this.firstVisible) return 'expired';
    if (timestamp > this.site.progress.streamTime) this.setStreamTime(timestamp);
    const history = this.histories.find(text);
    this.histories.trim(history, this.firstRow);
    this.histories.mark(history);
    const { latest } = history;
    if (latest !== null && timestamp < latest.start) return this.insert(history, latest, held, timestamp);
    history.headEpoch = this.ledger.epoch;
    if (latest === null || timestamp > latest.start) this.succeed(history, latest, held, timestamp);
    else if (held === null && latest.value !== null && history.gap) this.stepBack(history, latest);
    else {
      // A deletion at this time is on record already, even when a value now takes its place.
      if (latest.value === null) history.gap = false;
      this.histories.setValue(latest, null, held);
    }
    this.deleted.follow(history);
    return 'latest';
  }

  /** A new latest version. */
  private succeed(history: History, latest: StartSlot | null, held: unknown, timestamp: number): void {
    if (latest !== null) {
      this.histories.grow(-latest.size);
      this.add(history, this.geometry.rowOf(timestamp), latest.start, latest.value);
    }
    const slot = new StartSlot(null, history.text, timestamp, 0);
    history.latest = slot;
    history.gap = latest === null || latest.value === null;
    this.histories.grow(slot.size);
    this.histories.setValue(slot, null, held);
  }

  /** The latest version, before which there was a gap, is deleted: the end before the gap is the latest again. */
  private stepBack(history: History, latest: StartSlot): void {
    this.histories.grow(-latest.size);
    history.latest = null;
    history.gap = false;
    const before = this.locate(history, latest, latest.start - 1);
    if (before === null) return;
    const row = before.row as StartRow;
    this.histories.grow(-row.remove(before));
    row.epoch = this.ledger.epoch;
    history.latest = new StartSlot(null, history.text, before.start, 0);
    this.histories.grow(history.latest.size);
  }

  /** A version that comes before the latest one cuts short the one that was valid at its time. */
  private insert(history: History, latest: StartSlot, held: unknown, timestamp: number): number {
    const before = this.locate(history, latest, timestamp);
    const { until } = this;
    if (until === latest.start && history.gap) {
      history.gap = false;
      history.headEpoch = this.ledger.epoch;
    }
    if (before !== null && before.start === timestamp) {
      const row = before.row as StartRow;
      before.epoch = this.ledger.epoch;
      row.epoch = this.ledger.epoch;
      this.histories.setValue(before, row, held);
      return until;
    }
    this.add(history, this.geometry.rowOf(until), timestamp, held);
    const id = this.geometry.rowOf(timestamp);
    if (before !== null && before.row?.id !== id) {
      const row = before.row as StartRow;
      this.histories.grow(-row.remove(before));
      row.epoch = this.ledger.epoch;
      this.add(history, id, before.start, before.value);
    }
    return until;
  }

  private add(history: History, id: number, start: number, held: unknown): void {
    const row = this.histories.rowFor(history, id);
    const slot = new StartSlot(row, history.text, start, 0);
    slot.epoch = this.ledger.epoch;
    row.epoch = this.ledger.epoch;
    row.insert(slot);
    row.size += slot.size;
    this.histories.grow(slot.size);
    this.histories.setValue(slot, row, held);
  }

  /** Finds the version valid at a time before the latest one, and in `until` its end; null: the first begins at `until`. */
  private locate(history: History, latest: StartSlot, time: number): StartSlot | null {
    let found: StartSlot | null = null;
    for (let at = history.firstFrom(this.geometry.rowOf(time)); at < history.ids.length; at += 1) {
      const row = this.histories.rowAt(history, at);
      const after = row.firstFrom(time + 1);
      if (after > 0) found = row.slots[after - 1] as StartSlot;
      const next = row.slots[after];
      if (next === undefined) continue;
      this.until = next.start;
      return found;
    }
    this.until = latest.start;
    return found;
  }

  private setStreamTime(time: number): void {
    this.site.progress.streamTime = time;
    if (time < 0) return;
    this.firstVisible = this.geometry.firstVisible(time);
    this.firstRow = this.geometry.rowOf(this.firstVisible);
  }
}
