/** The plain window store: of stream-stream joins, where every record is an entry, and of the Processor API. */
import type { WindowEntry, WindowStore } from '../window-store.js';
import type { StoreSite } from './store-site.js';
import { WindowScanning } from './window-scan.js';

/** Changelog records carry the timestamp of the record that was processed. */
export class OverlayWindowStore<K, V> extends WindowScanning<K, V> implements WindowStore<K, V> {
  readonly kind = 'window';

  constructor(site: StoreSite) {
    super(site, false);
  }

  put(key: K, value: V | null, start: number): void {
    this.set(this.keys.text(key), start, value === null ? null : this.values.hold(value), this.context.timestamp);
  }

  fetch(key: K, start: number): V | null {
    if (this.duplicates) return null;
    const slot = this.findSlot(this.keys.text(key), start);
    return slot === undefined || slot.value === null ? null : (this.values.give(slot.value) as V);
  }

  fetchRange(key: K, from: number, to: number): readonly WindowEntry<V>[] {
    const slots = this.slotsBetween(this.keys.text(key), from, to);
    return slots.map((slot) => ({ start: slot.start, value: this.values.give(slot.value) as V }));
  }

  protected override giveFound(held: unknown): V {
    return this.values.give(held) as V;
  }

  protected override emit(): void {
    // Nobody can listen to a plain store: it holds nothing back.
  }
}
