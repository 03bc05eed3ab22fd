/** The store behind windowed aggregates that keeps headers: a value, the time of its last update and headers for each key and window. */
import { NO_HEADERS, type WritableHeaders } from '../../../record/headers.js';
import { checkedTime } from '../bytes/checked-time.js';
import type { Headed } from '../bytes/headed-values.js';
import type { ValueTimestampHeaders } from '../../state-store.js';
import type {
  OperatorWindowStore,
  TimestampedWindowStoreWithHeaders,
  WindowEntryWithHeaders,
} from '../../window-store.js';
import { giveWithHeaders } from '../epoch/value-and-timestamp.js';
import type { StartSlot } from '../rows/start-row.js';
import { TimedWindowStore } from './timed-window.js';

export class OverlayHeadedWindowStore<K, V>
  extends TimedWindowStore<K, V, ValueTimestampHeaders<V>, WindowEntryWithHeaders<V>>
  implements TimestampedWindowStoreWithHeaders<K, V>, OperatorWindowStore<K, V>
{
  readonly format = 'headers';

  put(key: K, value: V | null, start: number, timestamp: number, headers: WritableHeaders = NO_HEADERS): void {
    const held = value === null ? null : this.kept.holdWithHeaders(value, headers);
    const time = checkedTime(timestamp, this.name);
    this.entries.set(this.keys.text(key), checkedTime(start, this.name), held, time);
  }

  protected override given(held: unknown, timestamp: number): ValueTimestampHeaders<V> {
    return giveWithHeaders(held, timestamp, this.values);
  }

  protected override entryOf({ start, value, timestamp }: StartSlot): WindowEntryWithHeaders<V> {
    return { start, value: this.values.give(value) as V, timestamp, headers: (value as Headed).headers };
  }
}
