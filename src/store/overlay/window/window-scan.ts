/** Scans of a window store over many keys. */
import { Windowed } from '../../../record/windowed.js';
import type { StoreScan } from '../../scan.js';
import { SortedWalk } from '../walk/flat-walk.js';
import { walkRows } from '../rows/row-walk.js';
import type { WindowSpec } from '../../spec.js';
import type { StoreSite } from '../epoch/store-site.js';
import { scanOf, type Source, type Walk } from '../walk/walk.js';
import { WindowEntries } from './window-entries.js';
import { Row } from '../rows/row.js';

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
  private readonly byTime: boolean;

  constructor(site: StoreSite, spec: WindowSpec) {
    super(site, spec);
    this.byTime = spec.engine === 'memory';
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
    const rows = scanOf(this.name, this.site.backend, () => this.walkRows(0, this.streamTime, false, () => true, true));
    const note = ({ start, key }: Found): void => {
      closing.index.add(start, key);
    };
    const done = (): void => {
      closing.known = true;
    };
    if (!rows.synchronous) return noteAll(rows, note).then(done);
    for (const found of rows) note(found);
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
    return scanOf(this.name, this.site.backend, () => {
      const firstTime = Math.max(from, this.firstFound, 0);
      const lastTime = Math.min(to, this.streamTime);
      const rows = this.walkRows(
        firstTime,
        lastTime,
        reverse,
        (key) => (fromKey === null || key >= fromKey) && (toKey === null || key <= toKey),
      );
      const found = this.byTime ? new SortedWalk(rows, reverse ? later : earlier) : rows;
      return {
        sources: found.sources,
        get hungry(): Source | null {
          return found.hungry;
        },
        step: () => {
          const one = found.step();
          return one === undefined ? undefined : this.giveWindow(one);
        },
      };
    });
  }

  private giveWindow(found: Found): readonly [Windowed<K>, G] {
    const key = this.keys.key(this.keys.fromByteText(found.key)) as K;
    const windowed = new Windowed(key, found.start, found.start + this.geometry.windowSizeMs);
    return [windowed, this.giveFound(found.held, found.timestamp)];
  }

  private walkRows(
    first: number,
    last: number,
    reverse: boolean,
    wanted: (key: string) => boolean,
    unseen = false,
  ): Walk<Found> {
    const firstRow = this.geometry.rowOf(first);
    return walkRows(
      {
        backend: this.site.backend,
        files: this.files,
        newer: this.newerRows(),
        byteText: (text) => this.keys.byteText(text),
        emptyRow: (byteText, id) => new Row(this.keys.fromByteText(byteText), id),
      },
      {
        firstRow,
        lastRow: last < first ? firstRow - 1 : this.geometry.rowOf(last),
        reverse,
        wanted,
        foundIn: (row, key) => {
          const found: Found[] = [];
          for (const slot of row.slots) {
            const { start, value, timestamp } = slot;
            if (value === null || start < first || start > last || !(unseen || this.sees(slot))) continue;
            found.push({ key, start, held: value, timestamp });
          }
          return reverse ? found.reverse() : found;
        },
      },
    );
  }

  /** With warm slots: what is on disk does not tell that they may still be seen. */
  private *newerRows(): Generator<Row, void> {
    const { caching, ledger } = this;
    for (const rows of this.rows.values()) {
      for (const row of rows.values()) if (caching || row.epoch > ledger.written) yield row;
    }
  }
}

async function noteAll(rows: AsyncIterable<Found>, note: (found: Found) => void): Promise<void> {
  for await (const found of rows) note(found);
}

function earlier(left: Found, right: Found): number {
  return left.start - right.start || (left.key < right.key ? -1 : left.key > right.key ? 1 : 0);
}

function later(left: Found, right: Found): number {
  return earlier(right, left);
}
