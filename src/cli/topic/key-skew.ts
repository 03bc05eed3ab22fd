/** Beside the commands: how unevenly keys are spread, which makes one task work while others wait. */
import { createHash } from 'node:crypto';
import type { ScannedRecord } from './scan-topic.js';

/** How often one key occurs. */
export interface KeyShare {
  readonly key: Buffer;
  readonly records: number;
  /** Of all records looked at, 0 to 1. */
  readonly share: number;
}

export interface KeySkew {
  readonly records: number;
  readonly withoutKey: number;
  readonly tombstones: number;
  readonly differentKeys: number;
  /** The most frequent keys, each of which occurs more than once. */
  readonly top: readonly KeyShare[];
  readonly earliest: number | null;
  readonly latest: number | null;
}

const TOP_KEYS = 5;

/** Counts what a scan finds. */
export class KeyCounter {
  private readonly counts = new Map<string, { readonly key: Buffer; records: number }>();
  private records = 0;
  private withoutKey = 0;
  private tombstones = 0;
  private earliest: number | null = null;
  private latest: number | null = null;

  add({ key, value, timestamp }: ScannedRecord): void {
    this.records += 1;
    if (value === null) this.tombstones += 1;
    this.earliest = this.earliest === null ? timestamp : Math.min(this.earliest, timestamp);
    this.latest = this.latest === null ? timestamp : Math.max(this.latest, timestamp);
    if (key === null) {
      this.withoutKey += 1;
      return;
    }
    // Long keys would be kept twice.
    const name = key.length <= 64 ? key.toString('latin1') : createHash('sha1').update(key).digest('base64');
    const known = this.counts.get(name);
    if (known === undefined) this.counts.set(name, { key, records: 1 });
    else known.records += 1;
  }

  result(): KeySkew {
    const { records, withoutKey, tombstones, earliest, latest } = this;
    const top = [...this.counts.values()]
      .filter((one) => one.records > 1)
      .sort((a, b) => b.records - a.records || Buffer.compare(a.key, b.key))
      .slice(0, TOP_KEYS)
      .map((one) => ({ ...one, share: one.records / records }));
    return { records, withoutKey, tombstones, differentKeys: this.counts.size, top, earliest, latest };
  }
}
