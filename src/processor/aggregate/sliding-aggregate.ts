/** Aggregates a stream by key and sliding window into a windowed table. Kafka Streams: `KStreamSlidingWindowAggregate`. */
import type { Headers } from '../../record/headers.js';
import type { TimestampedWindowEntry } from '../../store/window-store.js';
import type { SlidingWindows } from '../../time/sliding-windows.js';
import { returnedNow } from '../returned.js';
import { WindowedNode } from './windowed-node.js';

type Found = TimestampedWindowEntry<unknown>;

/**
 * For each record there is its left window, which ends at it, and, once later records are near enough, its right window,
 * which begins one millisecond behind it. So a record updates the windows that it falls into, and may bring about three: its
 * own two, and the right one of the record before it. The timestamp of a window is the highest of its records; that is how
 * the record before is found. Records with a null key or value are dropped, and those of which every window is closed: a
 * window is closed when its end is earlier than the operator's stream time less the grace.
 */
export class SlidingAggregateNode extends WindowedNode<SlidingWindows> {
  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    if (key === null || value === null) {
      this.context.dropped(this.name, key === null ? 'null-key' : 'null-value');
      return;
    }
    const { observed } = this;
    if (timestamp > observed.time) observed.time = timestamp;
    const { sizeMs, graceMs } = this.settings.windows;
    const lateBy = observed.time - graceMs - timestamp - sizeMs;
    if (lateBy > 0) {
      this.context.dropped(this.name, 'late', lateBy);
      return;
    }
    if (timestamp < sizeMs) {
      this.addEarly(key, value, timestamp, headers);
      // Such records bring about no emission in Kafka Streams, nor do they begin the interval until the next one.
      return;
    }
    this.addToAll(key, value, timestamp, headers);
    this.emitClosed(observed.time - graceMs, headers);
  }

  protected override lastClosedStart(closeTime: number): number {
    // The end is part of the window.
    return closeTime - this.settings.windows.sizeMs - 1;
  }

  /** Newest windows first, as Kafka Streams does. */
  private addToAll(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const { sizeMs } = this.settings.windows;
    const left = timestamp - sizeMs;
    const found = this.store.fetchRange(key, left, timestamp + 1);
    let later: Found | null = null;
    let leftExists = false;
    let rightExists = false;
    let previous = -1;
    for (let i = found.length - 1; i >= 0; i--) {
      const window = found[i] as Found;
      if (window.start > timestamp) {
        rightExists = true;
        continue;
      }
      this.update(key, value, window.start, window, timestamp, headers);
      if (window.start > left) {
        later ??= window;
      } else {
        leftExists = true;
        // There was a record of this time, or a later one in the same millisecond's window: all windows are there.
        if (window.timestamp >= timestamp) return;
        previous = window.timestamp;
      }
    }
    const before = this.store.fetchLatest(key, Math.max(0, left - sizeMs), left - 1);
    if (before !== null) previous = before.timestamp;
    if (previous >= left - 1 && previous >= 0 && !found.some(({ start }) => start === previous + 1)) {
      this.update(key, value, previous + 1, null, timestamp, headers);
    }
    if (!leftExists) {
      // What the record before is in is also near enough to this one.
      const base = before !== null && previous >= left ? { value: before.value, timestamp } : null;
      this.update(key, value, left, base, timestamp, headers);
    }
    if (!rightExists) this.copyToRight(key, later, timestamp, headers);
  }

  /** There are no windows before 0: records that would have theirs there share the one from 0 on. */
  private addEarly(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const found = this.store.fetchRange(key, 0, timestamp + 1);
    let shared: Found | null = null;
    let later: Found | null = null;
    let rightExists = false;
    let previous = -1;
    for (const window of found) {
      if (window.start === 0) {
        shared = window;
        if (window.timestamp < timestamp) previous = window.timestamp;
      } else if (window.start <= timestamp) {
        later = window;
        this.update(key, value, window.start, window, timestamp, headers);
      } else {
        rightExists = true;
      }
    }
    if (!rightExists) this.copyToRight(key, later ?? shared, timestamp, headers);
    if (previous >= 0 && !found.some(({ start }) => start === previous + 1)) {
      this.update(key, value, previous + 1, null, timestamp, headers);
    }
    this.update(key, value, 0, shared, timestamp, headers);
  }

  /** Adds the record to a window, which begins with it when `window` is null. */
  private update(
    key: unknown,
    value: unknown,
    start: number,
    window: { readonly value: unknown; readonly timestamp: number } | null,
    timestamp: number,
    headers: Headers,
  ): void {
    const { windows, initializer } = this.settings;
    const lateBy = this.observed.time - windows.graceMs - start - windows.sizeMs;
    if (lateBy > 0) {
      this.context.dropped(this.name, 'late', lateBy);
    } else if (window === null) {
      this.add(key, value, start, returnedNow(initializer(), 'the initializer'), -1, timestamp, headers);
    } else {
      this.add(key, value, start, window.value, window.timestamp, timestamp, headers);
    }
  }

  /** The record's right window begins with what is in the newest window around it, if that has later records. */
  private copyToRight(key: unknown, window: Found | null, timestamp: number, headers: Headers): void {
    if (window === null || window.timestamp <= timestamp) return;
    const { record } = this.context;
    record.timestamp = timestamp;
    record.headers = headers;
    this.store.put(key, window.value, timestamp + 1, window.timestamp);
    this.updated(key, timestamp + 1, window.value, null, window.timestamp, headers);
  }
}
