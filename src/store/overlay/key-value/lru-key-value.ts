/** A key-value store that holds a number of keys: the one used longest ago makes room for a new one. */
import type { Headers } from '../../../record/headers.js';
import type { ChangelogAppender } from '../../task-state.js';
import type { WriteBatch } from '../../write-batch.js';
import { OverlayKeyValueStore } from './key-value.js';
import type { StoreSite } from '../epoch/store-site.js';

/**
 * Reads and writes of one key count as use, scans do not. What makes room leaves a tombstone in the changelog, with the
 * timestamp of the record that came. In memory, so filled anew from the changelog, which tells writes but not reads.
 * Kafka Streams: `MemoryNavigableLRUCache`.
 */
export class OverlayLruStore<K, V> extends OverlayKeyValueStore<K, V> {
  /** Keys that have a value, the one used longest ago first. */
  private readonly order = new Set<string>();

  constructor(
    site: StoreSite,
    private readonly maxEntries: number,
  ) {
    super(site);
  }

  override get(key: K): V | null {
    const value = super.get(key);
    if (value !== null) this.used(this.keys.text(key));
    return value;
  }

  override put(key: K, value: V | null): void {
    super.put(key, value);
    const text = this.keys.text(key);
    if (value === null) this.order.delete(text);
    else this.used(text);
    for (const eldest of this.tooMany()) this.set(eldest, null, this.context.timestamp);
  }

  override restore(key: Buffer, value: Buffer | null, timestamp: number, headers: Headers): void {
    super.restore(key, value, timestamp, headers);
    const text = this.keys.textOf(key, 0, key.length);
    if (value === null) this.order.delete(text);
    else this.used(text);
    for (const eldest of this.tooMany()) super.restore(this.keys.bytes(eldest, 0, 0), null, timestamp, headers);
  }

  protected override sealChanges(appender: ChangelogAppender | null, batch: WriteBatch): void {
    // In the order of use, so that whoever restores the store knows it too; deletions first.
    const rank = new Map<string, number>();
    for (const text of this.order) rank.set(text, rank.size);
    this.changes.sort((left, right) => (rank.get(left.text) ?? -1) - (rank.get(right.text) ?? -1));
    super.sealChanges(appender, batch);
  }

  protected override forget(): void {
    super.forget();
    this.order.clear();
  }

  private used(text: string): void {
    this.order.delete(text);
    this.order.add(text);
  }

  private *tooMany(): Generator<string, void> {
    for (const eldest of this.order) {
      if (this.order.size <= this.maxEntries) return;
      this.order.delete(eldest);
      yield eldest;
    }
  }
}
