/** The session store: behind session aggregates, and of the Processor API. */
import type { Windowed } from '../../../record/windowed.js';
import type { StoreScan } from '../../scan.js';
import type { SessionEntry, SessionFlushListener, SessionStore } from '../../session-store.js';
import { askedTime, checkedTime } from '../bytes/checked-time.js';
import { StoreFace } from '../epoch/store-face.js';
import type { OverlayParts } from '../epoch/store-parts.js';
import type { SessionEntries } from './session-entries.js';
import type { SessionSlot } from './session-row.js';
import type { SessionRange } from './session-scan.js';

/** What a search gives out: a part of the store would change under the reader's hands. */
class Found<V> implements SessionEntry<V> {
  constructor(
    readonly start: number,
    readonly end: number,
    readonly value: V,
  ) {}
}

const EVERYTHING: SessionRange<never> = {
  fromKey: null,
  toKey: null,
  earliestEnd: 0,
  latestEnd: Number.POSITIVE_INFINITY,
  reverse: false,
  unseen: false,
};

/** Not even a wrong key is the same. */
const NO_KEY = Symbol('no key');

export class OverlaySessionStore<K, V> extends StoreFace implements SessionStore<K, V> {
  readonly kind = 'session';
  readonly format: 'plain' | 'headers' = 'plain';
  private lastKey: unknown = NO_KEY;
  private lastText = '';

  constructor(
    parts: OverlayParts,
    protected readonly entries: SessionEntries,
  ) {
    super(parts);
  }

  get stretchMs(): number {
    return this.entries.geometry.rowMs;
  }

  get streamTime(): number {
    return this.entries.horizon.streamTime;
  }

  get expiredPuts(): number {
    return this.entries.expiredPuts;
  }

  setFlushListener(listener: SessionFlushListener<K, V>, sendOldValues: boolean): void {
    this.entries.emissions?.listen(({ cell, value }, old) => {
      listener(
        this.keys.key(cell.text) as K,
        cell.start,
        cell.end,
        value === null ? null : this.give(value),
        old === null ? null : this.give(old),
      );
    }, sendOldValues);
  }

  put(key: K, start: number, end: number, value: V | null): void {
    this.checkTimes(start, end);
    if (value === null) this.entries.unset(this.textOf(key), start, end);
    else this.entries.set(this.textOf(key), start, end, this.kept.hold(value));
  }

  remove(key: K, start: number, end: number): void {
    this.checkTimes(start, end);
    this.entries.unset(this.textOf(key), start, end);
  }

  fetchSession(key: K, start: number, end: number): V | null {
    this.checkAsked(start, end);
    const slot = this.entries.find(this.textOf(key), start, end);
    return slot === undefined ? null : (this.values.give(slot.value) as V);
  }

  fetch(key: K): readonly SessionEntry<V>[] {
    return this.findSessions(key, 0, Number.POSITIVE_INFINITY);
  }

  findSessions(key: K, earliestEnd: number, latestStart: number): readonly SessionEntry<V>[] {
    this.checkAsked(earliestEnd, latestStart);
    const slots = this.entries.search.slotsOf(this.textOf(key), earliestEnd, latestStart);
    const found = slots as (SessionSlot | Found<V>)[];
    for (let at = 0; at < found.length; at += 1) {
      const { start, end, value } = found[at] as SessionSlot;
      found[at] = new Found(start, end, this.values.give(value) as V);
    }
    return found as Found<V>[];
  }

  fetchKeys(fromKey: K | null, toKey: K | null): StoreScan<readonly [Windowed<K>, V]> {
    return this.scan({ ...EVERYTHING, fromKey, toKey });
  }

  findSessionsByEnd(earliestEnd: number, latestEnd: number): StoreScan<readonly [Windowed<K>, V]> {
    this.checkAsked(earliestEnd, latestEnd);
    const { closing, horizon } = this.entries;
    if (closing === null) return this.scan({ ...EVERYTHING, earliestEnd, latestEnd });
    return this.scan({ ...EVERYTHING, earliestEnd: Math.max(earliestEnd, horizon.firstLive), latestEnd, unseen: true });
  }

  all(): StoreScan<readonly [Windowed<K>, V]> {
    return this.scan(EVERYTHING);
  }

  backwardAll(): StoreScan<readonly [Windowed<K>, V]> {
    return this.scan({ ...EVERYTHING, reverse: true });
  }

  takeClosed(upTo: number, visit: ((key: K, start: number, end: number, value: V) => boolean) | null): boolean {
    const all = this.entries.closing?.take(upTo, (end, start, byteText) => {
      if (visit === null) return true;
      const text = this.keys.fromByteText(byteText);
      const slot = this.entries.findKept(text, start, end);
      if (slot === undefined) return true;
      return visit(this.keys.key(text) as K, start, end, this.give(slot.value));
    });
    if (all === false) return false;
    this.entries.horizon.expireRows();
    return true;
  }

  protected checkTimes(start: number, end: number): void {
    checkedTime(start, this.name);
    checkedTime(end, this.name);
    checkedTime(this.context.timestamp, this.name);
  }

  protected checkAsked(from: number, to: number): void {
    askedTime(from, this.name);
    askedTime(to, this.name);
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

  private scan(range: SessionRange<K>): StoreScan<readonly [Windowed<K>, V]> {
    return this.entries.scan.scan(range, this.give);
  }

  private readonly give = (held: unknown): V => this.values.give(held) as V;
}
