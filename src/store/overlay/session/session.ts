/** The session store: behind session aggregates, and of the Processor API. */
import { checkedTime } from '../bytes/checked-time.js';
import { Windowed } from '../../../record/windowed.js';
import type { StoreScan } from '../../scan.js';
import type { SessionEntry, SessionFlushListener, SessionStore } from '../../session-store.js';
import type { ChangelogRow } from '../../task-state.js';
import { entriesOf, underPrefix } from '../walk/disk-entries.js';
import type { Pending } from '../epoch/cell.js';
import { between, RowScan, type ScanRange } from '../rows/row-scan.js';
import type { SessionSpec } from '../../spec.js';
import { SessionEntries } from './session-entries.js';
import { bySession, SessionRow, type SessionSlot } from './session-row.js';
import { PREFIX_BYTES, type StoreSite } from '../epoch/store-site.js';

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
  private readonly rowScan: RowScan<SessionSlot, SessionRow, Scanned>;
  private listener: SessionFlushListener<K, V> | null = null;

  constructor(site: StoreSite, spec: SessionSpec) {
    super(site, spec);
    const { name, keys, files, table, geometry } = this;
    this.rowScan = new RowScan(
      { name, backend: site.backend, keys, files, table },
      {
        newRow: (text, id) => new SessionRow(text, id),
        rowOf: (end) => geometry.rowOf(end),
        foundIn: (row, key, range) => this.foundIn(row, key, range),
        compare: spec.engine === 'memory' ? byEnd : null,
      },
    );
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
    const wanted = between(this.keyBytes(fromKey), this.keyBytes(toKey));
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
    const range = { first: 0, last: this.highestEnd, reverse: false, wanted: everyKey, unseen: true };
    const noted = this.rowScan.visit(range, ({ end, start, key }) => {
      closing.add(end, start, key);
    });
    const done = (): void => {
      closing.known = true;
    };
    if (noted !== undefined) return noted.then(done);
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
    return this.rowScan.scan(
      () => {
        const first = Math.max(unseen ? earliestEnd : this.firstWanted(earliestEnd), 0);
        return { first, last: Math.min(latestEnd, this.highestEnd), reverse, wanted, unseen };
      },
      ({ key, start, end, held }) => [new Windowed(this.keyOf(key), start, end), this.values.give(held) as V] as const,
    );
  }

  private keyOf(byteText: string): K {
    return this.keys.key(this.keys.fromByteText(byteText)) as K;
  }

  private foundIn(row: SessionRow, key: string, { first, last, unseen }: ScanRange): Scanned[] {
    const found: Scanned[] = [];
    for (const slot of row.slots) {
      const { start, end, value } = slot;
      if (end >= first && end <= last && (unseen || this.sees(slot))) found.push({ key, start, end, held: value });
    }
    return found;
  }
}

function everyKey(): boolean {
  return true;
}

/** By end, then key, then start. */
function byEnd(left: Scanned, right: Scanned): number {
  return left.end - right.end || (left.key < right.key ? -1 : left.key > right.key ? 1 : bySession(left, right));
}
