/** The session store: behind session aggregates, and of the Processor API. */
import { checkedTime } from '../bytes/checked-time.js';
import { Windowed } from '../../../record/windowed.js';
import type { StoreScan } from '../../scan.js';
import type { SessionEntry, SessionFlushListener, SessionStore } from '../../session-store.js';
import type { ChangelogRow } from '../../task-state.js';
import { entriesOf, underPrefix } from '../walk/disk-entries.js';
import type { Pending } from '../epoch/cell.js';
import { SortedWalk } from '../walk/flat-walk.js';
import { walkRows } from '../rows/row-walk.js';
import type { SessionSpec } from '../../spec.js';
import { SessionEntries } from './session-entries.js';
import { bySession, SessionRow, type SessionSlot } from './session-row.js';
import { PREFIX_BYTES, type StoreSite } from '../epoch/store-site.js';
import { scanOf, type Source, type Walk } from '../walk/walk.js';

/** What a search gives out: a part of the store would change under the reader's hands. */
class Found<V> implements SessionEntry<V> {
  constructor(
    readonly start: number,
    readonly end: number,
    readonly value: V,
  ) {}
}

/** One session of a scan, key still as bytes. */
interface Scanned {
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly held: unknown;
}

export class OverlaySessionStore<K, V> extends SessionEntries implements SessionStore<K, V> {
  readonly kind = 'session';
  readonly format: 'plain' | 'headers' = 'plain';
  private readonly byTime: boolean;
  private listener: SessionFlushListener<K, V> | null = null;

  constructor(site: StoreSite, spec: SessionSpec) {
    super(site, spec);
    this.byTime = spec.engine === 'memory';
  }

  setFlushListener(listener: SessionFlushListener<K, V>, sendOldValues: boolean): void {
    this.listener = listener;
    this.listen(sendOldValues);
  }

  put(key: K, start: number, end: number, value: V | null): void {
    this.checkTimes(start, end);
    if (value === null) this.unset(this.textOf(key), start, end);
    else this.set(this.textOf(key), start, end, this.holdValue(value));
  }

  remove(key: K, start: number, end: number): void {
    this.checkTimes(start, end);
    this.unset(this.textOf(key), start, end);
  }

  fetchSession(key: K, start: number, end: number): V | null {
    const slot = this.findSlot(this.textOf(key), start, end);
    return slot === undefined ? null : (this.values.give(slot.value) as V);
  }

  fetch(key: K): readonly SessionEntry<V>[] {
    return this.findSessions(key, 0, Number.POSITIVE_INFINITY);
  }

  findSessions(key: K, earliestEnd: number, latestStart: number): readonly SessionEntry<V>[] {
    const found = this.slotsOf(this.textOf(key), earliestEnd, latestStart) as (SessionSlot | Found<V>)[];
    for (let at = 0; at < found.length; at += 1) {
      const { start, end, value } = found[at] as SessionSlot;
      found[at] = new Found(start, end, this.values.give(value) as V);
    }
    return found as Found<V>[];
  }

  fetchKeys(fromKey: K | null, toKey: K | null): StoreScan<readonly [Windowed<K>, V]> {
    const from = this.keyBytes(fromKey);
    const to = this.keyBytes(toKey);
    const wanted = (key: string): boolean => (from === null || key >= from) && (to === null || key <= to);
    return this.scan(wanted, 0, Number.POSITIVE_INFINITY, false);
  }

  findSessionsByEnd(earliestEnd: number, latestEnd: number): StoreScan<readonly [Windowed<K>, V]> {
    if (this.closing === null) return this.scan(everyKey, earliestEnd, latestEnd, false);
    return this.scan(everyKey, Math.max(earliestEnd, this.firstLive), latestEnd, false, true);
  }

  all(): StoreScan<readonly [Windowed<K>, V]> {
    return this.scan(everyKey, 0, Number.POSITIVE_INFINITY, false);
  }

  backwardAll(): StoreScan<readonly [Windowed<K>, V]> {
    return this.scan(everyKey, 0, Number.POSITIVE_INFINITY, true);
  }

  takeClosed(upTo: number, visit: ((key: K, start: number, end: number, value: V) => boolean) | null): boolean {
    const all = this.closing?.take(upTo, (end, start, byteText) => {
      if (visit === null) return true;
      const text = this.keys.fromByteText(byteText);
      const slot = this.findKept(text, start, end);
      if (slot === undefined) return true;
      return visit(this.keys.key(text) as K, start, end, this.values.give(slot.value) as V);
    });
    if (all === false) return false;
    this.expireRows();
    return true;
  }

  /** Finds the sessions that are still to be taken: all that are on disk, until the operator says how far it got. */
  override prepare(): Promise<void> | void {
    const { closing } = this;
    if (closing === null) return undefined;
    const sessions = scanOf(this.name, this.site.backend, () =>
      this.walkRows(everyKey, 0, this.highestEnd, false, true),
    );
    const note = ({ end, start, key }: Scanned): void => {
      closing.add(end, start, key);
    };
    const done = (): void => {
      closing.known = true;
    };
    if (!sessions.synchronous) return noteAll(sessions, note).then(done);
    for (const found of sessions) note(found);
    done();
  }

  /** A slot that has no timestamp of its own on disk gets the end of its window. */
  override async *changelogRows(): AsyncGenerator<ChangelogRow, void> {
    for await (const [stored, head] of entriesOf(this.site.backend, underPrefix(this.site.prefix))) {
      const text = this.keys.fromByteText(stored.toString('latin1', PREFIX_BYTES + 8));
      const row = new SessionRow(text, Number(stored.readBigUInt64BE(PREFIX_BYTES)));
      this.files.readHead(row, head);
      for (const slot of row.slots) {
        if (slot.value === null) continue;
        const value = this.loggedValue(slot.value);
        const timestamp = slot.timestamp < 0 ? slot.end : slot.timestamp;
        yield { key: this.log.key(slot), value, headers: this.loggedHeaders(slot.value), timestamp };
      }
    }
  }

  protected override emit(pending: Pending<SessionSlot>, oldHeld: unknown): void {
    const { text, start, end } = pending.cell;
    this.listener?.(
      this.keys.key(text) as K,
      start,
      end,
      pending.value === null ? null : (this.values.give(pending.value) as V),
      oldHeld === null ? null : (this.values.give(oldHeld) as V),
    );
  }

  protected checkTimes(start: number, end: number): void {
    checkedTime(start, this.name);
    checkedTime(end, this.name);
    checkedTime(this.context.timestamp, this.name);
  }

  private keyBytes(key: K | null): string | null {
    return key === null ? null : this.keys.byteText(this.textOf(key));
  }

  private scan(
    wanted: (key: string) => boolean,
    earliestEnd: number,
    latestEnd: number,
    reverse: boolean,
    unseen = false,
  ): StoreScan<readonly [Windowed<K>, V]> {
    return scanOf(this.name, this.site.backend, () => {
      const rows = this.walkRows(wanted, earliestEnd, latestEnd, reverse, unseen);
      const found = this.byTime ? new SortedWalk(rows, reverse ? later : earlier) : rows;
      return {
        sources: found.sources,
        get hungry(): Source | null {
          return found.hungry;
        },
        step: () => {
          const one = found.step();
          if (one === undefined) return undefined;
          const key = this.keys.key(this.keys.fromByteText(one.key)) as K;
          return [new Windowed(key, one.start, one.end), this.values.give(one.held) as V] as const;
        },
      };
    });
  }

  private walkRows(
    wanted: (key: string) => boolean,
    earliestEnd: number,
    latestEnd: number,
    reverse: boolean,
    unseen: boolean,
  ): Walk<Scanned> {
    const first = Math.max(unseen ? earliestEnd : this.firstWanted(earliestEnd), 0);
    const last = Math.min(latestEnd, this.highestEnd);
    const firstRow = this.geometry.rowOf(first);
    return walkRows(
      {
        backend: this.site.backend,
        files: this.files,
        newer: this.newerRows(),
        byteText: (text) => this.keys.byteText(text),
        emptyRow: (byteText, id) => new SessionRow(this.keys.fromByteText(byteText), id),
      },
      {
        firstRow,
        lastRow: last < first ? firstRow - 1 : this.geometry.rowOf(last),
        reverse,
        wanted,
        foundIn: (row, key) => {
          const found: Scanned[] = [];
          for (const slot of row.slots) {
            const { start, end, value } = slot;
            if (end >= first && end <= last && (unseen || this.sees(slot)))
              found.push({ key, start, end, held: value });
          }
          return reverse ? found.reverse() : found;
        },
      },
    );
  }

  /** With warm slots: what is on disk does not tell that they may still be seen. */
  private *newerRows(): Generator<SessionRow, void> {
    for (const rows of this.rows.values()) {
      for (const row of rows.values()) {
        if (row.epoch > this.ledger.written || row.holding || row.slots.some((slot) => slot.warm)) yield row;
      }
    }
  }
}

async function noteAll(sessions: AsyncIterable<Scanned>, note: (found: Scanned) => void): Promise<void> {
  for await (const found of sessions) note(found);
}

function everyKey(): boolean {
  return true;
}

function earlier(left: Scanned, right: Scanned): number {
  return left.end - right.end || (left.key < right.key ? -1 : left.key > right.key ? 1 : bySession(left, right));
}

function later(left: Scanned, right: Scanned): number {
  return earlier(right, left);
}
