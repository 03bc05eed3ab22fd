/** The store behind tables and aggregates that keeps headers: a value, the time of its last update and headers for each key. */
import { NO_HEADERS, type WritableHeaders } from '../../../record/headers.js';
import type { OperatorKeyValueStore, TimestampedKeyValueStoreWithHeaders } from '../../key-value-store.js';
import type { ValueTimestampHeaders } from '../../state-store.js';
import { checkedTime } from '../bytes/checked-time.js';
import { giveWithHeaders } from '../epoch/value-and-timestamp.js';
import { TimedKeyValueStore } from './timed-key-value.js';

export class OverlayHeadedKeyValueStore<K, V>
  extends TimedKeyValueStore<K, V, ValueTimestampHeaders<V>>
  implements TimestampedKeyValueStoreWithHeaders<K, V>, OperatorKeyValueStore<K, V>
{
  readonly format = 'headers';

  put(key: K, value: V | null, timestamp: number, headers: WritableHeaders = NO_HEADERS): void {
    const held = value === null ? null : this.kept.holdWithHeaders(value, headers);
    this.table.set(this.keys.text(key), held, checkedTime(timestamp, this.name));
  }

  putIfAbsent(key: K, value: V, timestamp: number, headers?: WritableHeaders): ValueTimestampHeaders<V> | null {
    const found = this.get(key);
    if (found === null) this.put(key, value, timestamp, headers);
    return found;
  }

  delete(key: K, timestamp: number): ValueTimestampHeaders<V> | null {
    const found = this.get(key);
    this.put(key, null, timestamp);
    return found;
  }

  protected override given(held: unknown, timestamp: number): ValueTimestampHeaders<V> {
    return giveWithHeaders(held, timestamp, this.values);
  }
}
