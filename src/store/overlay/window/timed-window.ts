/** What stores of one value and time a key and window have in common, whether or not they keep headers too. */
import type { ValueAndTimestamp } from '../../state-store.js';
import type { TimestampedWindowEntry, WindowFlushListener } from '../../window-store.js';
import type { Pending } from '../epoch/cell.js';
import { peekAt } from '../epoch/value-and-timestamp.js';
import type { StartSlot } from '../rows/start-row.js';
import { WindowScanning } from './window-scan.js';

/** `G`: what is given out of a row; `E`: the same with the start of its window. */
export abstract class TimedWindowStore<
  K,
  V,
  G extends ValueAndTimestamp<V>,
  E extends TimestampedWindowEntry<V>,
> extends WindowScanning<K, G> {
  readonly kind = 'window';
  private listener: WindowFlushListener<K, V> | null = null;

  setFlushListener(listener: WindowFlushListener<K, V>, sendOldValues: boolean): void {
    this.listener = listener;
    this.listen(sendOldValues);
  }

  fetch(key: K, start: number): G | null {
    const slot = this.findSlot(this.keys.text(key), start);
    return slot === undefined || slot.value === null ? null : this.giveFound(slot.value, slot.timestamp);
  }

  peek(key: K, start: number): ValueAndTimestamp<V> | null {
    const slot = this.findSlot(this.keys.text(key), start);
    return slot === undefined ? null : peekAt(slot, this.values);
  }

  fetchRange(key: K, from: number, to: number): readonly E[] {
    return this.slotsBetween(this.keys.text(key), from, to).map((slot) => this.entryOf(slot));
  }

  fetchLatest(key: K, from: number, to: number): E | null {
    const slot = this.latestSlot(this.keys.text(key), from, to);
    return slot === null ? null : this.entryOf(slot);
  }

  takeClosed(upTo: number, visit: ((key: K, start: number, value: V, timestamp: number) => boolean) | null): boolean {
    const index = this.closing?.index;
    const all = index?.walk(upTo, (start, byteText) => {
      index.delete(start, byteText);
      if (visit === null) return true;
      const text = this.keys.fromByteText(byteText);
      const slot = this.findKept(text, start);
      if (slot === undefined || slot.value === null) return true;
      return visit(this.keys.key(text) as K, start, this.values.give(slot.value) as V, slot.timestamp);
    });
    if (all === false) return false;
    this.expireRows();
    return true;
  }

  /** Gives out a slot that has a value: no part of the store. */
  protected abstract entryOf(slot: StartSlot): E;

  protected override emit(pending: Pending<StartSlot>, oldHeld: unknown): void {
    const slot = pending.cell;
    const gone = pending.value === null;
    this.listener?.(
      this.keys.key(slot.text) as K,
      slot.start,
      gone ? null : (this.values.give(pending.value) as V),
      oldHeld === null ? null : (this.values.give(oldHeld) as V),
      gone ? pending.timestamp : pending.valueTimestamp,
    );
  }
}
