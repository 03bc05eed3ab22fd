/** Scans of a window store over many keys. */
import { Windowed } from '../../../record/windowed.js';
import type { StoreScan } from '../../scan.js';
import { between, RowScan, type ScanRange } from '../rows/row-scan.js';
import type { WindowSpec } from '../../spec.js';
import type { StoreSite } from '../epoch/store-site.js';
import { WindowEntries } from './window-entries.js';
import { StartRow, type StartSlot } from '../rows/start-row.js';

/** One window found, key still as bytes. */
interface Found {
  readonly key: string;
  readonly start: number;
  readonly held: unknown;
  readonly timestamp: number;
}

/**
 * Order: stores on disk by row, key, time, where a row is a stretch of time; stores in memory by time, then key.
 * Kafka Streams: segment, key, time and time, key.
 */
export abstract class WindowScanning<K, G> extends WindowEntries {
  private readonly rowScan: RowScan<StartSlot, StartRow, Found>;

  constructor(site: StoreSite, spec: WindowSpec) {
    super(site, spec);
    const { name, keys, files, table, geometry } = this;
    this.rowScan = new RowScan(
      { name, backend: site.backend, keys, files, table },
      {
        newRow: (text, id) => new StartRow(text, id),
        rowOf: (start) => geometry.rowOf(start),
        foundIn: (row, key, range) => this.foundIn(row, key, range),
        compare: spec.engine === 'memory' ? byStart : null,
      },
    );
  }

  fetchKeys(fromKey: K | null, toKey: K | null, from: number, to: number): StoreScan<readonly [Windowed<K>, G]> {
    return this.scan(this.keyBytes(fromKey), this.keyBytes(toKey), from, to, false);
  }

  backwardFetchKeys(
    fromKey: K | null,
    toKey: K | null,
    from: number,
    to: number,
  ): StoreScan<readonly [Windowed<K>, G]> {
    return this.scan(this.keyBytes(fromKey), this.keyBytes(toKey), from, to, true);
  }

  fetchAll(from: number, to: number): StoreScan<readonly [Windowed<K>, G]> {
    return this.scan(null, null, from, to, false);
  }

  backwardFetchAll(from: number, to: number): StoreScan<readonly [Windowed<K>, G]> {
    return this.scan(null, null, from, to, true);
  }

  all(): StoreScan<readonly [Windowed<K>, G]> {
    return this.scan(null, null, 0, Number.POSITIVE_INFINITY, false);
  }

  backwardAll(): StoreScan<readonly [Windowed<K>, G]> {
    return this.scan(null, null, 0, Number.POSITIVE_INFINITY, true);
  }

  /** Finds the windows that are still to be taken: all that are on disk, until the operator says how far it got. */
  override prepare(): Promise<void> | void {
    const { closing } = this;
    if (closing === null) return undefined;
    const range = { first: 0, last: this.streamTime, reverse: false, wanted: between(null, null), unseen: true };
    const noted = this.rowScan.visit(range, ({ start, key }) => {
      closing.index.add(start, key);
    });
    const done = (): void => {
      closing.known = true;
    };
    if (noted !== undefined) return noted.then(done);
    done();
  }

  protected abstract giveFound(held: unknown, timestamp: number): G;

  private keyBytes(key: K | null): string | null {
    return key === null ? null : this.keys.byteText(this.keys.text(key));
  }

  private scan(
    fromKey: string | null,
    toKey: string | null,
    from: number,
    to: number,
    reverse: boolean,
  ): StoreScan<readonly [Windowed<K>, G]> {
    const wanted = between(fromKey, toKey);
    return this.rowScan.scan(
      () => {
        const first = Math.max(from, this.firstFound, 0);
        return { first, last: Math.min(to, this.streamTime), reverse, wanted, unseen: false };
      },
      (found) => this.giveWindow(found),
    );
  }

  private giveWindow(found: Found): readonly [Windowed<K>, G] {
    const key = this.keys.key(this.keys.fromByteText(found.key)) as K;
    const windowed = new Windowed(key, found.start, found.start + this.geometry.windowSizeMs);
    return [windowed, this.giveFound(found.held, found.timestamp)];
  }

  private foundIn(row: StartRow, key: string, { first, last, unseen }: ScanRange): Found[] {
    const found: Found[] = [];
    for (const slot of row.slots) {
      const { start, value, timestamp } = slot;
      if (value === null || start < first || start > last || !(unseen || this.sees(slot))) continue;
      found.push({ key, start, held: value, timestamp });
    }
    return found;
  }
}

/** By start, then key. */
function byStart(left: Found, right: Found): number {
  return left.start - right.start || (left.key < right.key ? -1 : left.key > right.key ? 1 : 0);
}
