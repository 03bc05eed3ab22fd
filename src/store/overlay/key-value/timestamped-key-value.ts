/** The store behind tables and aggregates: a value and the time of its last update for each key. */
import { checkedTime } from '../bytes/checked-time.js';
import type { OperatorKeyValueStore } from '../../key-value-store.js';
import type { ValueAndTimestamp } from '../../state-store.js';
import { give } from '../epoch/value-and-timestamp.js';
import { TimedKeyValueStore } from './timed-key-value.js';

export class OverlayTimestampedKeyValueStore<K, V>
  extends TimedKeyValueStore<K, V, ValueAndTimestamp<V>>
  implements OperatorKeyValueStore<K, V>
{
  readonly format = 'timestamped';

  put(key: K, value: V | null, timestamp: number): void {
    const held = value === null ? null : this.kept.hold(value);
    this.table.set(this.keys.text(key), held, checkedTime(timestamp, this.name));
  }

  putIfAbsent(key: K, value: V, timestamp: number): ValueAndTimestamp<V> | null {
    const found = this.get(key);
    if (found === null) this.put(key, value, timestamp);
    return found;
  }

  delete(key: K, timestamp: number): ValueAndTimestamp<V> | null {
    const found = this.get(key);
    this.put(key, null, timestamp);
    return found;
  }

  protected override given(held: unknown, timestamp: number): ValueAndTimestamp<V> {
    return give(held, timestamp, this.values);
  }
}
