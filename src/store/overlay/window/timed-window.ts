/** What stores of one value and time a key and window have in common, whether or not they keep headers too. */
import type { ValueAndTimestamp } from '../../state-store.js';
import type { TimestampedWindowEntry, WindowFlushListener } from '../../window-store.js';
import { askedTime } from '../bytes/checked-time.js';
import { peekAt } from '../epoch/value-and-timestamp.js';
import type { StartSlot } from '../rows/start-row.js';
import { WindowFace } from './window-face.js';

/** `G`: what is given out of a row; `E`: the same with the start of its window. */
export abstract class TimedWindowStore<
  K,
  V,
  G extends ValueAndTimestamp<V>,
  E extends TimestampedWindowEntry<V>,
> extends WindowFace<K, G> {
  setFlushListener(listener: WindowFlushListener<K, V>, sendOldValues: boolean): void {
    const { values } = this;
    this.entries.emissions?.listen(({ cell, value, valueTimestamp, timestamp }, old) => {
      const gone = value === null;
      listener(
        this.keys.key(cell.text) as K,
        cell.start,
        gone ? null : (values.give(value) as V),
        old === null ? null : (values.give(old) as V),
        gone ? timestamp : valueTimestamp,
      );
    }, sendOldValues);
  }

  fetch(key: K, start: number): G | null {
    const slot = this.entries.find(this.keys.text(key), askedTime(start, this.name));
    return slot === undefined || slot.value === null ? null : this.given(slot.value, slot.timestamp);
  }

  peek(key: K, start: number): ValueAndTimestamp<V> | null {
    const slot = this.entries.find(this.keys.text(key), start);
    return slot === undefined ? null : peekAt(slot, this.values);
  }

  fetchRange(key: K, from: number, to: number): readonly E[] {
    askedTime(from, this.name);
    askedTime(to, this.name);
    return this.entries.search.between(this.keys.text(key), from, to).map((slot) => this.entryOf(slot));
  }

  fetchLatest(key: K, from: number, to: number): E | null {
    const slot = this.entries.search.latest(this.keys.text(key), from, to);
    return slot === null ? null : this.entryOf(slot);
  }

  takeClosed(upTo: number, visit: ((key: K, start: number, value: V, timestamp: number) => boolean) | null): boolean {
    const index = this.entries.closing?.index;
    const all = index?.walk(upTo, (start, byteText) => {
      index.delete(start, byteText);
      if (visit === null) return true;
      const text = this.keys.fromByteText(byteText);
      const slot = this.entries.findKept(text, start);
      if (slot === undefined || slot.value === null) return true;
      return visit(this.keys.key(text) as K, start, this.values.give(slot.value) as V, slot.timestamp);
    });
    if (all === false) return false;
    this.entries.expireRows();
    return true;
  }

  /** Gives out a slot that has a value: no part of the store. */
  protected abstract entryOf(slot: StartSlot): E;
}
