/** Several grouped streams that are aggregated into one table by key and window. */
import { notByNew } from '../errors/made-by.js';
import type { Windowed } from '../record/windowed.js';
import type { FixedWindows } from '../time/windows.js';
import { checkFunction, checkOptions } from './check-options.js';
import type { Initializer } from '../processor/api/functions.js';
import { WINDOWED, type WindowedOptions } from './options.js';
import { PARTS } from './parts.js';
import { StreamCogroup } from './stream-cogroup.js';
import { KTable } from './table.js';
import { aggregateCogroup, byFixedWindows, type Windowing } from './windowing.js';

/**
 * A cogroup by key and window. What belongs to a window, and what is late, is decided for each stream as in
 * `TimeWindowedKStream`, by the highest timestamp seen in that stream. Kafka Streams: `TimeWindowedCogroupedKStream`.
 */
export class TimeWindowedCogroupedKStream<K, A, R extends A | null = A> {
  /** @internal */
  readonly [PARTS]: StreamCogroup;
  /** Only the compiler knows the types of keys and values. */
  declare protected readonly types: [K, A, R];
  private readonly windowing: Windowing<FixedWindows>;

  /** @internal Made by `windowedBy`. */
  constructor(cogroup: StreamCogroup, windows: FixedWindows) {
    notByNew(
      (cogroup as unknown) instanceof StreamCogroup,
      'TimeWindowedCogroupedKStream',
      'cogrouped.windowedBy(windows)',
    );
    this.windowing = byFixedWindows(windows);
    this[PARTS] = cogroup;
  }

  /**
   * Aggregates the records of all streams by key and window, beginning with the aggregate of `initializer`. Records with a
   * null key are dropped (counted); null values reach the aggregators, but not of sliding windows, where they are dropped too. The result has the highest timestamp of the window's
   * records and is emitted on every update, or with `caching` on commit.
   * @throws MillraceError CONFIG_INVALID, NAME_INVALID
   */
  aggregate(initializer: Initializer<A>, options: WindowedOptions<K, A> = {}): KTable<Windowed<K>, R> {
    checkOptions('aggregate()', options, WINDOWED);
    checkFunction('aggregate()', 'initializer', initializer);
    return new KTable(
      aggregateCogroup(this[PARTS], this.windowing, options, (common, aggregator) => ({
        kind: 'windowAggregate',
        initializer,
        aggregator,
        ...common,
      })),
    );
  }
}
