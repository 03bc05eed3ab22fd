/** Scans over the entries of a store in the order of their keys: those on disk, overridden by those in memory. */
import type { StoreScan } from '../../scan.js';
import { readInt64 } from '../bytes/int64.js';
import type { KeyCodec } from '../bytes/key-codec.js';
import type { OverlayParts } from '../epoch/store-parts.js';
import { PREFIX_BYTES } from '../epoch/store-site.js';
import { underPrefix } from '../walk/disk-entries.js';
import { MergeWalk, type NewerEntry } from '../walk/merge-walk.js';
import { scanOf, Source } from '../walk/walk.js';
import type { EntryTable } from './entry-table.js';

/** Gives out a held value. */
export type GiveEntry<T> = (held: unknown, timestamp: number) => T;

export class EntryScan<K> {
  private readonly keys: KeyCodec;

  constructor(
    private readonly parts: OverlayParts,
    private readonly table: EntryTable,
  ) {
    this.keys = parts.keys;
  }

  /** Keys between two keys, both inclusive. */
  between<T>(from: K | null, to: K | null, reverse: boolean, give: GiveEntry<T>): StoreScan<readonly [K, T]> {
    const first = from === null ? '' : this.keys.byteText(this.keys.text(from));
    // The least text above a text is the same with a zero behind it.
    const beyond = to === null ? null : `${this.keys.byteText(this.keys.text(to))}\0`;
    return this.scan(first, beyond, reverse, give);
  }

  /** Keys that begin with these bytes. */
  underPrefix<T>(prefix: Buffer, give: GiveEntry<T>): StoreScan<readonly [K, T]> {
    const text = prefix.toString('latin1');
    return this.scan(text, successor(text), false, give);
  }

  /** Keys from `first` inclusive to `beyond` exclusive (null: the last one), one character a byte. */
  private scan<T>(
    first: string,
    beyond: string | null,
    reverse: boolean,
    give: GiveEntry<T>,
  ): StoreScan<readonly [K, T]> {
    const { name, site, kept } = this.parts;
    const { head } = this.table;
    const keyOf = (byteText: string): K => this.keys.key(this.keys.fromByteText(byteText)) as K;
    return scanOf(name, site.backend, () => {
      const gte = this.diskKey(first);
      const lt = beyond === null ? underPrefix(site.prefix).lt : this.diskKey(beyond);
      const source = new Source(site.backend, { gte, lt, reverse });
      return new MergeWalk<readonly [K, T]>(
        source,
        this.newerThanDisk(first, beyond, reverse),
        reverse,
        PREFIX_BYTES,
        (entry) => [keyOf(entry.key), give(entry.held, entry.timestamp)],
        (key, value) => [
          keyOf(key),
          give(kept.codec.decode(value, head, value.length), head > 0 ? readInt64(value, 0) : -1),
        ],
      );
    });
  }

  private newerThanDisk(first: string, beyond: string | null, reverse: boolean): NewerEntry[] {
    const newer: NewerEntry[] = [];
    for (const entry of this.table.newer()) {
      const key = this.keys.byteText(entry.text);
      if (key < first || (beyond !== null && key >= beyond)) continue;
      newer.push({ key, held: entry.value, timestamp: entry.timestamp });
    }
    newer.sort((left, right) => (left.key < right.key !== reverse ? -1 : 1));
    return newer;
  }

  private diskKey(byteText: string): Buffer {
    const key = Buffer.allocUnsafe(PREFIX_BYTES + byteText.length);
    key.writeUInt32BE(this.parts.site.prefix, 0);
    key.write(byteText, PREFIX_BYTES, 'latin1');
    return key;
  }
}

/** The least byte text above all that begin with this one; null when there is none. */
function successor(prefix: string): string | null {
  for (let at = prefix.length - 1; at >= 0; at -= 1) {
    const byte = prefix.charCodeAt(at);
    if (byte < 0xff) return prefix.slice(0, at) + String.fromCharCode(byte + 1);
  }
  return null;
}
