/** Scans of a window store over many keys. */
import { Windowed } from '../../../record/windowed.js';
import type { StoreScan } from '../../scan.js';
import type { WindowSpec } from '../../spec.js';
import type { OverlayParts } from '../epoch/store-parts.js';
import type { ClosingWindows } from '../rows/closing.js';
import type { RowFiles } from '../rows/row-files.js';
import { RowTableScan, type ScanRange } from '../rows/row-scan.js';
import type { RowTable } from '../rows/row-table.js';
import { StartRow, type StartSlot } from '../rows/start-row.js';
import type { WindowGeometry } from './window-geometry.js';

/** One window found, key still as bytes. */
interface Found {
  readonly key: string;
  readonly start: number;
  readonly held: unknown;
  readonly timestamp: number;
}

/** What a store says of its windows. */
export interface WindowSight {
  /** Earliest start to look for. */
  readonly firstFound: number;
  readonly streamTime: number;
  sees(slot: StartSlot): boolean;
}

export interface WindowRows {
  readonly geometry: WindowGeometry;
  readonly files: RowFiles<StartSlot, StartRow>;
  readonly table: RowTable<StartSlot, StartRow>;
}

/**
 * Order: stores on disk by row, key, time, where a row is a stretch of time; stores in memory by time, then key.
 * Kafka Streams: segment, key, time and time, key.
 */
export class WindowScan {
  private readonly windowSizeMs: number;
  private readonly rows: RowTableScan<StartSlot, StartRow, Found>;

  constructor(
    { name, site, keys }: OverlayParts,
    spec: WindowSpec,
    { geometry, files, table }: WindowRows,
    private readonly sight: WindowSight,
  ) {
    this.windowSizeMs = geometry.windowSizeMs;
    this.rows = new RowTableScan(
      { name, backend: site.backend, keys, files, table },
      {
        newRow: (text, id) => new StartRow(text, id),
        rowOf: (start) => geometry.rowOf(start),
        foundIn: (row, key, range) => this.foundIn(row, key, range),
        compare: spec.engine === 'memory' ? byStart : null,
      },
    );
  }

  /** Keys between two keys, and starts between two times, all inclusive. `give` gives out a held value. */
  scan<K, G>(
    keys: readonly [from: K | null, to: K | null],
    times: readonly [from: number, to: number],
    reverse: boolean,
    give: (held: unknown, timestamp: number) => G,
  ): StoreScan<readonly [Windowed<K>, G]> {
    const wanted = this.rows.wanted(keys[0], keys[1]);
    return this.rows.scan(
      () => {
        const first = Math.max(times[0], this.sight.firstFound, 0);
        return { first, last: Math.min(times[1], this.sight.streamTime), reverse, wanted, unseen: false };
      },
      ({ key, start, held, timestamp }) => [this.windowed<K>(key, start), give(held, timestamp)] as const,
    );
  }

  /** Finds the windows that are still to be taken, at opening. */
  fill(closing: ClosingWindows): Promise<void> | void {
    return this.rows.fill(closing, this.sight.streamTime, ({ start, key }) => {
      closing.index.add(start, key);
    });
  }

  private windowed<K>(byteText: string, start: number): Windowed<K> {
    return new Windowed(this.rows.keyOf<K>(byteText), start, start + this.windowSizeMs);
  }

  private foundIn(row: StartRow, key: string, { first, last, unseen }: ScanRange): Found[] {
    const found: Found[] = [];
    for (const slot of row.slots) {
      const { start, value, timestamp } = slot;
      if (value === null || start < first || start > last || !(unseen || this.sight.sees(slot))) continue;
      found.push({ key, start, held: value, timestamp });
    }
    return found;
  }
}

/** By start, then key. */
function byStart(left: Found, right: Found): number {
  return left.start - right.start || (left.key < right.key ? -1 : left.key > right.key ? 1 : 0);
}
