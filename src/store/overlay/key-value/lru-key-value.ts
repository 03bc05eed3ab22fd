/** A key-value store that holds a number of keys: the one used longest ago makes room for a new one. */
import type { Headers } from '../../../record/headers.js';
import type { ChangelogAppender, ChangelogRow } from '../../task-state.js';
import type { WriteBatch } from '../../write-batch.js';
import type { EntryTable } from '../entries/entry-table.js';
import type { Contents, Sealing } from '../epoch/overlay-store.js';
import type { OverlayParts } from '../epoch/store-parts.js';
import { OverlayKeyValueStore } from './key-value.js';

/**
 * Reads and writes of one key count as use, scans do not. What makes room leaves a tombstone in the changelog, with the
 * timestamp of the record that came. In memory, so filled anew from the changelog, which tells writes but not reads.
 * Kafka Streams: `MemoryNavigableLRUCache`.
 */
export class OverlayLruStore<K, V> extends OverlayKeyValueStore<K, V> implements Contents {
  /** Keys that have a value, the one used longest ago first. */
  private readonly order = new Set<string>();

  constructor(
    private readonly parts: OverlayParts,
    private readonly entries: EntryTable,
    private readonly maxEntries: number,
  ) {
    super(parts, entries);
  }

  get changed(): boolean {
    return this.entries.changed;
  }

  override get(key: K): V | null {
    const value = super.get(key);
    if (value !== null) this.used(this.parts.keys.text(key));
    return value;
  }

  override put(key: K, value: V | null): void {
    super.put(key, value);
    const { keys, context } = this.parts;
    const text = keys.text(key);
    if (value === null) this.order.delete(text);
    else this.used(text);
    for (const eldest of this.tooMany()) this.entries.set(eldest, null, context.timestamp);
  }

  restore(key: Buffer, value: Buffer | null, timestamp: number, headers: Headers): void {
    this.entries.restore(key, value, timestamp, headers);
    const { keys } = this.parts;
    const text = keys.textOf(key, 0, key.length);
    if (value === null) this.order.delete(text);
    else this.used(text);
    for (const eldest of this.tooMany()) this.entries.restore(keys.bytes(eldest, 0, 0), null, timestamp, headers);
  }

  /** In the order of use, so that whoever restores the store knows it too; deletions first. */
  seal(appender: ChangelogAppender | null, batch: WriteBatch): Sealing {
    const rank = new Map<string, number>();
    for (const text of this.order) rank.set(text, rank.size);
    this.entries.changes.sort((left, right) => (rank.get(left.text) ?? -1) - (rank.get(right.text) ?? -1));
    return this.entries.seal(appender, batch);
  }

  changelogRows(): AsyncGenerator<ChangelogRow, void> {
    return this.entries.changelogRows();
  }

  evict(steps: number): boolean {
    return this.entries.evict(steps);
  }

  forget(): void {
    this.entries.forget();
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
