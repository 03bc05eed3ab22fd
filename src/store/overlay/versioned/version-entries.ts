/** The versions of a versioned store: histories in memory first, then on disk. */
import { NO_HEADERS, type Headers } from '../../../record/headers.js';
import type { VersionedSpec } from '../../spec.js';
import type { ChangelogAppender } from '../../task-state.js';
import type { VersionedPut } from '../../versioned-store.js';
import type { WriteBatch } from '../../write-batch.js';
import { DeletedKeys } from './deleted-keys.js';
import { History } from './history.js';
import { LatestFiles } from './latest-files.js';
import { Changes } from '../epoch/changes.js';
import { ClockHand } from '../epoch/clock-hand.js';
import { OverlayStore } from '../epoch/overlay-store.js';
import { ExpiredRows } from '../rows/expired-rows.js';
import { RowFiles } from '../rows/row-files.js';
import type { StoreSite } from '../epoch/store-site.js';
import { FIRST_HISTORY_ROW, versionGeometryOf, type VersionGeometry } from './version-geometry.js';
import { StartRow, StartSlot } from '../rows/start-row.js';
import { StartSlotFormat } from '../rows/slot-format.js';

/** Memory of a changelog record that is still to be written, beside key and value. */
const LOGGED_BYTES = 80;

/** A put for the changelog. */
interface Logged {
  readonly text: string;
  readonly timestamp: number;
  /** A held value, null for a deletion. */
  readonly held: unknown;
}

/**
 * The versions of a key follow each other without a gap: each is valid up to the start of the next. The latest is held apart,
 * since it never expires; each older one lies in the row of the time at which it ceased to be valid.
 */
export abstract class VersionEntries extends OverlayStore<StartSlot> {
  expiredPuts = 0;
  /** Set by `locate`: up to when the version that it found is valid. */
  protected until = 0;
  private readonly geometry: VersionGeometry;
  private readonly files: RowFiles<StartSlot, StartRow>;
  private readonly latest: LatestFiles;
  private readonly deleted: DeletedKeys;
  private readonly histories = new Map<string, History>();
  /** The history of the last access: a put mostly follows the get of its key. */
  private last: History | null = null;
  private readonly changes = new Changes<History>(this.ledger);
  private logged: Logged[] = [];
  private readonly hand = new ClockHand<History>(
    this.budget,
    () => this.histories.values(),
    (history) => history.epoch > this.ledger.written,
    (history) => this.drop(history),
  );
  private firstVisible = Number.NEGATIVE_INFINITY;
  /** Number of the first row that is still live; those below are removed from disk with the next seal. */
  private firstRow = FIRST_HISTORY_ROW;
  private readonly expired: ExpiredRows;

  constructor(site: StoreSite, spec: VersionedSpec) {
    super(site);
    // An update that is not the latest must not be lost to one that is.
    this.caching = false;
    this.geometry = versionGeometryOf(spec);
    this.files = new RowFiles(site, this.keys, this.values, this.geometry, new StartSlotFormat('plain', false, true));
    this.expired = new ExpiredRows(this.files, FIRST_HISTORY_ROW);
    this.latest = new LatestFiles(site, this.values, this.files);
    this.deleted = new DeletedKeys(site, this.keys);
    this.setStreamTime(site.progress.streamTime);
  }

  get changed(): boolean {
    return !this.changes.none || this.logged.length > 0;
  }

  get streamTime(): number {
    return this.site.progress.streamTime;
  }

  override prepare(): Promise<void> | void {
    return this.deleted.load();
  }

  restore(key: Buffer, value: Buffer | null, timestamp: number, _headers: Headers): void {
    const held = value === null ? null : this.values.decode(value, 0, value.length);
    this.apply(this.keys.textOf(key, 0, key.length), held, timestamp);
  }

  evict(steps: number): boolean {
    return this.hand.evict(steps);
  }

  /** Puts a held value, `null` for a deletion, and notes it for the changelog, even where it is too old to be kept. */
  protected set(text: string, held: unknown, timestamp: number): VersionedPut {
    if (this.site.logged) {
      this.logged.push({ text, timestamp, held });
      this.countLogged(text, held);
    }
    const put = this.apply(text, held, timestamp);
    if (put === 'expired') this.expiredPuts += 1;
    return put;
  }

  /** The version of a key that is valid at a time, with its end in `until`, -1 for the latest; null where there is none. */
  protected versionAt(text: string, time: number): StartSlot | null {
    const history = this.find(text);
    const { latest } = history;
    if (latest !== null && latest.start <= time) {
      this.until = -1;
      return latest.value === null ? null : latest;
    }
    if (latest === null || time < this.firstVisible) return null;
    const found = this.locate(history, latest, time);
    return found === null || found.value === null ? null : found;
  }

  protected latestOf(text: string): StartSlot | null {
    const { latest } = this.find(text);
    return latest === null || latest.value === null ? null : latest;
  }

  protected override sealChanges(appender: ChangelogAppender | null, batch: WriteBatch): void {
    if (appender !== null) for (const one of this.logged) this.log(one, appender);
    this.deleted.expire(this.firstVisible, batch, (text) => {
      batch.delete(this.latest.key(text));
      const history = this.histories.get(text);
      if (history === undefined) return;
      this.deleted.unlist(history, batch);
      this.empty(history);
    });
    for (const history of this.changes.all) {
      this.trim(history);
      for (const row of history.rows)
        if (row?.epoch === this.ledger.epoch) this.files.write(row, this.ledger.epoch, batch);
      if (history.headEpoch !== this.ledger.epoch) continue;
      const key = this.latest.key(history.text);
      if (history.latest === null) batch.delete(key);
      else batch.put(key, this.latest.encode(history));
      this.deleted.note(history, batch);
    }
    this.expired.removeBelow(this.firstRow, batch);
    this.changes.clear();
    this.logged = [];
  }

  protected override emit(): void {
    // Nothing is held back.
  }

  protected override loadBase(): unknown {
    return null;
  }

  protected override markChanged(): void {
    // Histories are marked, not their versions.
  }

  protected override forget(): void {
    this.histories.clear();
    this.hand.restart();
    this.last = null;
    this.changes.clear();
    this.logged = [];
    this.deleted.clear();
    this.firstVisible = Number.NEGATIVE_INFINITY;
    this.firstRow = FIRST_HISTORY_ROW;
    this.expired.forget();
  }

  private apply(text: string, held: unknown, timestamp: number): VersionedPut {
    if (timestamp < this.firstVisible) return 'expired';
    if (timestamp > this.site.progress.streamTime) this.setStreamTime(timestamp);
    const history = this.find(text);
    this.trim(history);
    this.mark(history);
    const { latest } = history;
    if (latest !== null && timestamp < latest.start) return this.insert(history, latest, held, timestamp);
    history.headEpoch = this.ledger.epoch;
    if (latest === null || timestamp > latest.start) this.succeed(history, latest, held, timestamp);
    else if (held === null && latest.value !== null && history.gap) this.stepBack(history, latest);
    else {
      // A deletion at this time is on record already, even when a value now takes its place.
      if (latest.value === null) history.gap = false;
      this.setValue(latest, null, held);
    }
    this.deleted.follow(history);
    return 'latest';
  }

  /** A new latest version. */
  private succeed(history: History, latest: StartSlot | null, held: unknown, timestamp: number): void {
    if (latest !== null) {
      this.grow(-latest.size);
      this.add(history, this.geometry.rowOf(timestamp), latest.start, latest.value);
    }
    const slot = new StartSlot(null, history.text, timestamp, 0);
    history.latest = slot;
    history.gap = latest === null || latest.value === null;
    this.grow(slot.size);
    this.setValue(slot, null, held);
  }

  /** The latest version, before which there was a gap, is deleted: the end before the gap is the latest again. */
  private stepBack(history: History, latest: StartSlot): void {
    this.grow(-latest.size);
    history.latest = null;
    history.gap = false;
    const before = this.locate(history, latest, latest.start - 1);
    if (before === null) return;
    const row = before.row as StartRow;
    this.grow(-row.remove(before));
    row.epoch = this.ledger.epoch;
    history.latest = new StartSlot(null, history.text, before.start, 0);
    this.grow(history.latest.size);
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
      this.setValue(before, row, held);
      return until;
    }
    this.add(history, this.geometry.rowOf(until), timestamp, held);
    const id = this.geometry.rowOf(timestamp);
    if (before !== null && before.row?.id !== id) {
      const row = before.row as StartRow;
      this.grow(-row.remove(before));
      row.epoch = this.ledger.epoch;
      this.add(history, id, before.start, before.value);
    }
    return until;
  }

  private add(history: History, id: number, start: number, held: unknown): void {
    const row = this.rowFor(history, id);
    const slot = new StartSlot(row, history.text, start, 0);
    slot.epoch = this.ledger.epoch;
    row.epoch = this.ledger.epoch;
    row.insert(slot);
    row.size += slot.size;
    this.grow(slot.size);
    this.setValue(slot, row, held);
  }

  /** Finds the version valid at a time before the latest one, and in `until` its end; null: the first begins at `until`. */
  private locate(history: History, latest: StartSlot, time: number): StartSlot | null {
    let found: StartSlot | null = null;
    for (let at = history.firstFrom(this.geometry.rowOf(time)); at < history.ids.length; at += 1) {
      const row = this.rowAt(history, at);
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

  private setValue(slot: StartSlot, row: StartRow | null, held: unknown): void {
    slot.value = held;
    // The size of a slot counts a number in.
    if (typeof held === 'number') return;
    const grown = slot.resize(held === null ? 0 : this.values.size(held));
    if (grown === 0) return;
    if (row !== null) row.size += grown;
    this.grow(grown);
  }

  /** Counts what a history that is part of the current epoch has grown by. */
  private grow(bytes: number): void {
    this.ledger.grow(bytes);
    this.ledger.growDirty(bytes);
  }

  private countLogged(text: string, held: unknown): void {
    const size = held === null || typeof held === 'number' ? 8 : this.values.size(held);
    this.ledger.growDirty(LOGGED_BYTES + text.length + size);
  }

  private mark(history: History): void {
    if (history.epoch === this.ledger.epoch) return;
    this.changes.add(history);
    this.ledger.growDirty(history.size);
  }

  private log({ text, timestamp, held }: Logged, appender: ChangelogAppender): void {
    const value = held === null ? null : this.values.encode(held, 0);
    const { opening, partition } = this.site;
    appender.append(opening.changelogTopic, partition, this.keys.bytes(text, 0, 0), value, NO_HEADERS, timestamp);
  }

  /** The history of a key, from memory or disk. An absent key has one too, without versions. */
  private find(text: string): History {
    const { last } = this;
    if (last !== null && last.text === text) return last;
    let history = this.histories.get(text);
    if (history === undefined) {
      // Room is made first: the new one must not be dropped before it is used.
      this.ledger.makeRoom();
      history = new History(text);
      this.latest.read(history);
      this.histories.set(text, history);
      this.ledger.grow(history.size);
    } else history.referenced = true;
    this.last = history;
    return history;
  }

  private rowAt(history: History, at: number): StartRow {
    return history.rows[at] ?? this.readRow(history, at);
  }

  private rowFor(history: History, id: number): StartRow {
    const at = history.firstFrom(id);
    if (history.ids[at] === id) return this.rowAt(history, at);
    const row = new StartRow(history.text, id);
    history.ids.splice(at, 0, id);
    history.rows.splice(at, 0, row);
    history.headEpoch = this.ledger.epoch;
    this.grow(row.size);
    return row;
  }

  private readRow(history: History, at: number): StartRow {
    const row = new StartRow(history.text, history.ids[at] as number);
    history.rows[at] = row;
    this.ledger.grow(row.size);
    if (this.files.read(row)) this.ledger.grow(row.measure());
    if (history.epoch === this.ledger.epoch) this.ledger.growDirty(row.size);
    return row;
  }

  /** Lets go of rows whose time is over. */
  private trim(history: History): void {
    const { ids, rows } = history;
    while (ids.length > 0 && (ids[0] as number) < this.firstRow) {
      const row = rows[0];
      if (row) {
        this.ledger.grow(-row.size);
        if (history.epoch === this.ledger.epoch) this.ledger.growDirty(-row.size);
      }
      ids.shift();
      rows.shift();
    }
  }

  private drop(history: History): true {
    this.histories.delete(history.text);
    this.ledger.grow(-history.size);
    if (this.last === history) this.last = null;
    return true;
  }

  /** Nothing is known of the key any more. That stays in memory until the disk knows it too. */
  private empty(history: History): void {
    this.mark(history);
    const before = history.size;
    history.clear();
    this.grow(history.size - before);
  }

  private setStreamTime(time: number): void {
    this.site.progress.streamTime = time;
    if (time < 0) return;
    this.firstVisible = this.geometry.firstVisible(time);
    this.firstRow = this.geometry.rowOf(this.firstVisible);
  }
}
