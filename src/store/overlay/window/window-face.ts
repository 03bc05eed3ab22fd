/** What all window stores show of themselves: their name, their time, and scans over many keys. */
import type { Windowed } from '../../../record/windowed.js';
import type { StoreScan } from '../../scan.js';
import { askedTime } from '../bytes/checked-time.js';
import { StoreFace } from '../epoch/store-face.js';
import type { OverlayParts } from '../epoch/store-parts.js';
import type { WindowEntries } from './window-entries.js';

/** `G`: what is given out of a row. */
export abstract class WindowFace<K, G> extends StoreFace {
  readonly kind = 'window';

  constructor(
    parts: OverlayParts,
    protected readonly entries: WindowEntries,
  ) {
    super(parts);
  }

  get stretchMs(): number {
    return this.entries.geometry.rowMs;
  }

  get streamTime(): number {
    return this.entries.streamTime;
  }

  get expiredPuts(): number {
    return this.entries.expiredPuts;
  }

  fetchKeys(fromKey: K | null, toKey: K | null, from: number, to: number): StoreScan<readonly [Windowed<K>, G]> {
    return this.entries.scan.scan([fromKey, toKey], this.stretch(from, to), false, this.give);
  }

  backwardFetchKeys(
    fromKey: K | null,
    toKey: K | null,
    from: number,
    to: number,
  ): StoreScan<readonly [Windowed<K>, G]> {
    return this.entries.scan.scan([fromKey, toKey], this.stretch(from, to), true, this.give);
  }

  fetchAll(from: number, to: number): StoreScan<readonly [Windowed<K>, G]> {
    return this.fetchKeys(null, null, from, to);
  }

  backwardFetchAll(from: number, to: number): StoreScan<readonly [Windowed<K>, G]> {
    return this.backwardFetchKeys(null, null, from, to);
  }

  all(): StoreScan<readonly [Windowed<K>, G]> {
    return this.fetchAll(0, Number.POSITIVE_INFINITY);
  }

  backwardAll(): StoreScan<readonly [Windowed<K>, G]> {
    return this.backwardFetchAll(0, Number.POSITIVE_INFINITY);
  }

  /** Gives out a held value: no part of the store. */
  protected abstract given(held: unknown, timestamp: number): G;

  private stretch(from: number, to: number): [from: number, to: number] {
    return [askedTime(from, this.name), askedTime(to, this.name)];
  }

  private readonly give = (held: unknown, timestamp: number): G => this.given(held, timestamp);
}
