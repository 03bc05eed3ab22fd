/** Scans of a session store over many keys. */
import { Windowed } from '../../../record/windowed.js';
import type { StoreScan } from '../../scan.js';
import type { SessionSpec } from '../../spec.js';
import type { OverlayParts } from '../epoch/store-parts.js';
import type { RowFiles } from '../rows/row-files.js';
import { RowTableScan, type ScanRange } from '../rows/row-scan.js';
import type { RowTable } from '../rows/row-table.js';
import type { ClosingSessions } from './closing-sessions.js';
import type { SessionGeometry } from './session-geometry.js';
import { bySession, SessionRow, type SessionSlot } from './session-row.js';

/** One session found, key still as bytes. */
interface Found {
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly held: unknown;
}

/** What a store says of its sessions. */
export interface SessionSight {
  /** Highest end there may be. */
  readonly highestEnd: number;
  /** Clamps an end to the oldest one that is seen. */
  firstWanted(earliestEnd: number): number;
  sees(slot: SessionSlot): boolean;
}

/** What a scan is to find. Times in ms, inclusive. */
export interface SessionRange<K> {
  /** Bounds of keys, inclusive; null: none. */
  readonly fromKey: K | null;
  readonly toKey: K | null;
  readonly earliestEnd: number;
  readonly latestEnd: number;
  readonly reverse: boolean;
  /** Sessions that have expired are found too. */
  readonly unseen: boolean;
}

export interface SessionRows {
  readonly geometry: SessionGeometry;
  readonly files: RowFiles<SessionSlot, SessionRow>;
  readonly table: RowTable<SessionSlot, SessionRow>;
}

/** Order: stores on disk by row, key, end, start; stores in memory by end, key, start. */
export class SessionScan {
  private readonly rows: RowTableScan<SessionSlot, SessionRow, Found>;

  constructor(
    { name, site, keys }: OverlayParts,
    spec: SessionSpec,
    { geometry, files, table }: SessionRows,
    private readonly sight: SessionSight,
  ) {
    this.rows = new RowTableScan(
      { name, backend: site.backend, keys, files, table },
      {
        newRow: (text, id) => new SessionRow(text, id),
        rowOf: (end) => geometry.rowOf(end),
        foundIn: (row, key, range) => this.foundIn(row, key, range),
        compare: spec.engine === 'memory' ? byEnd : null,
      },
    );
  }

  /** `give` gives out a held value. */
  scan<K, V>(range: SessionRange<K>, give: (held: unknown) => V): StoreScan<readonly [Windowed<K>, V]> {
    const { earliestEnd, latestEnd, reverse, unseen } = range;
    const wanted = this.rows.wanted(range.fromKey, range.toKey);
    return this.rows.scan(
      () => {
        const first = Math.max(unseen ? earliestEnd : this.sight.firstWanted(earliestEnd), 0);
        return { first, last: Math.min(latestEnd, this.sight.highestEnd), reverse, wanted, unseen };
      },
      ({ key, start, end, held }) => [new Windowed(this.rows.keyOf<K>(key), start, end), give(held)] as const,
    );
  }

  /** Finds the sessions that are still to be taken, at opening. */
  fill(closing: ClosingSessions): Promise<void> | void {
    return this.rows.fill(closing, this.sight.highestEnd, ({ end, start, key }) => {
      closing.add(end, start, key);
    });
  }

  private foundIn(row: SessionRow, key: string, { first, last, unseen }: ScanRange): Found[] {
    const found: Found[] = [];
    for (const slot of row.slots) {
      const { start, end, value } = slot;
      if (end >= first && end <= last && (unseen || this.sight.sees(slot)))
        found.push({ key, start, end, held: value });
    }
    return found;
  }
}

/** By end, then key, then start. */
function byEnd(left: Found, right: Found): number {
  return left.end - right.end || (left.key < right.key ? -1 : left.key > right.key ? 1 : bySession(left, right));
}
