/** The store behind windowed aggregates: a value and the time of its last update for each key and window. */
import { checkedTime } from '../bytes/checked-time.js';
import type { ValueAndTimestamp } from '../../state-store.js';
import type { OperatorWindowStore, TimestampedWindowEntry } from '../../window-store.js';
import { give } from '../epoch/value-and-timestamp.js';
import type { StartSlot } from '../rows/start-row.js';
import { TimedWindowStore } from './timed-window.js';

export class OverlayTimestampedWindowStore<K, V>
  extends TimedWindowStore<K, V, ValueAndTimestamp<V>, TimestampedWindowEntry<V>>
  implements OperatorWindowStore<K, V>
{
  readonly format = 'timestamped';

  put(key: K, value: V | null, start: number, timestamp: number): void {
    const held = value === null ? null : this.kept.hold(value);
    const time = checkedTime(timestamp, this.name);
    this.entries.set(this.keys.text(key), checkedTime(start, this.name), held, time);
  }

  protected override given(held: unknown, timestamp: number): ValueAndTimestamp<V> {
    return give(held, timestamp, this.values);
  }

  protected override entryOf({ start, value, timestamp }: StartSlot): TimestampedWindowEntry<V> {
    return { start, value: this.values.give(value) as V, timestamp };
  }
}
