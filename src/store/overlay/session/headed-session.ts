/** The session store that keeps headers beside its values. */
import { NO_HEADERS, type WritableHeaders } from '../../../record/headers.js';
import type { SessionEntryWithHeaders, SessionStoreWithHeaders, ValueAndHeaders } from '../../session-store.js';
import type { Headed } from '../bytes/headed-values.js';
import { OverlaySessionStore } from './session.js';

export class OverlayHeadedSessionStore<K, V>
  extends OverlaySessionStore<K, V>
  implements SessionStoreWithHeaders<K, V>
{
  override readonly format = 'headers';

  override put(key: K, start: number, end: number, value: V | null, headers: WritableHeaders = NO_HEADERS): void {
    this.checkTimes(start, end);
    const text = this.textOf(key);
    if (value === null) this.entries.unset(text, start, end);
    else this.entries.set(text, start, end, this.kept.holdWithHeaders(value, headers));
  }

  fetchSessionWithHeaders(key: K, start: number, end: number): ValueAndHeaders<V> | null {
    this.checkAsked(start, end);
    const slot = this.entries.find(this.textOf(key), start, end);
    if (slot === undefined || slot.value === null) return null;
    return { value: this.values.give(slot.value) as V, headers: (slot.value as Headed).headers };
  }

  override fetch(key: K): readonly SessionEntryWithHeaders<V>[] {
    return this.findSessions(key, 0, Number.POSITIVE_INFINITY);
  }

  override findSessions(key: K, earliestEnd: number, latestStart: number): readonly SessionEntryWithHeaders<V>[] {
    this.checkAsked(earliestEnd, latestStart);
    return this.entries.search.slotsOf(this.textOf(key), earliestEnd, latestStart).map(({ start, end, value }) => ({
      start,
      end,
      value: this.values.give(value) as V,
      headers: (value as Headed).headers,
    }));
  }
}
