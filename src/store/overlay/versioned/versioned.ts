/** The versioned store: the history of each key, to be asked for what was valid at a time. */
import { askedTime, checkedTime } from '../bytes/checked-time.js';
import { StoreFace } from '../epoch/store-face.js';
import type { OverlayParts } from '../epoch/store-parts.js';
import type { VersionedKeyValueStore, VersionedPut, VersionedRecord } from '../../versioned-store.js';
import type { VersionEntries } from './version-entries.js';

class Version<V> implements VersionedRecord<V> {
  constructor(
    readonly value: V,
    readonly timestamp: number,
    readonly validTo: number | null,
  ) {}
}

/** Each put is a changelog record with the timestamp of the version. */
export class OverlayVersionedStore<K, V> extends StoreFace implements VersionedKeyValueStore<K, V> {
  readonly kind = 'versioned';
  readonly format = 'plain';

  constructor(
    parts: OverlayParts,
    private readonly entries: VersionEntries,
  ) {
    super(parts);
  }

  get streamTime(): number {
    return this.entries.streamTime;
  }

  get expiredPuts(): number {
    return this.entries.expiredPuts;
  }

  put(key: K, value: V | null, timestamp: number): VersionedPut {
    return this.entries.set(
      this.keys.text(key),
      value === null ? null : this.kept.hold(value),
      checkedTime(timestamp, this.name),
    );
  }

  delete(key: K, timestamp: number): VersionedRecord<V> | null {
    const text = this.keys.text(key);
    const found = this.giveAt(text, timestamp);
    return this.entries.set(text, null, checkedTime(timestamp, this.name)) === 'expired' ? null : found;
  }

  get(key: K): VersionedRecord<V> | null {
    const slot = this.entries.latestOf(this.keys.text(key));
    return slot === null ? null : new Version(this.values.give(slot.value) as V, slot.start, null);
  }

  getAsOf(key: K, timestamp: number): VersionedRecord<V> | null {
    return this.giveAt(this.keys.text(key), askedTime(timestamp, this.name));
  }

  versions(key: K, from: number, to: number): readonly VersionedRecord<V>[] {
    askedTime(from, this.name);
    askedTime(to, this.name);
    const found: Version<V>[] = [];
    this.entries.visitVersions(this.keys.text(key), from, to, ({ value, start }, until) => {
      found.push(new Version(this.values.give(value) as V, start, until));
    });
    return found;
  }

  private giveAt(text: string, timestamp: number): VersionedRecord<V> | null {
    const slot = this.entries.versionAt(text, timestamp);
    if (slot === null) return null;
    return new Version(
      this.values.give(slot.value) as V,
      slot.start,
      this.entries.until < 0 ? null : this.entries.until,
    );
  }
}
