/** Several grouped streams that are aggregated into one table by key and session. */
import { notByNew } from '../errors/made-by.js';
import type { Windowed } from '../record/windowed.js';
import type { SessionWindows } from '../time/session-windows.js';
import type { AnyMerger, Initializer, Merger } from '../processor/api/functions.js';
import { checkFunction, checkOptions } from './check-options.js';
import { WINDOWED, type WindowedOptions } from './options.js';
import { PARTS } from './parts.js';
import { StreamCogroup } from './stream-cogroup.js';
import { KTable } from './table.js';
import { aggregateCogroup, bySessions, type Windowing } from './windowing.js';

/**
 * A cogroup by key and session. The records of all streams make up the sessions; what is late is decided for each stream by
 * the highest timestamp seen in that stream. Kafka Streams: `SessionWindowedCogroupedKStream`.
 */
export class SessionWindowedCogroupedKStream<K, A> {
  /** @internal */
  readonly [PARTS]: StreamCogroup;
  /** Only the compiler knows the types of keys and values. */
  declare protected readonly types: [K, A];
  private readonly windowing: Windowing<SessionWindows>;

  /** @internal Made by `windowedBy`. */
  constructor(cogroup: StreamCogroup, windows: SessionWindows) {
    notByNew(
      (cogroup as unknown) instanceof StreamCogroup,
      'SessionWindowedCogroupedKStream',
      'cogrouped.windowedBy(windows)',
    );
    this.windowing = bySessions(windows);
    this[PARTS] = cogroup;
  }

  /**
   * Aggregates the records of all streams by key and session, as `SessionWindowedKStream.aggregate` does those of one:
   * `merger` combines the aggregates of sessions that a record brings together. When an aggregator returns null, the session
   * is deleted.
   * @throws MillraceError CONFIG_INVALID, NAME_INVALID
   */
  aggregate(
    initializer: Initializer<A>,
    merger: Merger<K, A>,
    options: WindowedOptions<K, A> = {},
  ): KTable<Windowed<K>, A | null> {
    checkOptions('aggregate()', options, WINDOWED);
    checkFunction('aggregate()', 'initializer', initializer);
    checkFunction('aggregate()', 'merger', merger);
    return new KTable(
      aggregateCogroup(this[PARTS], this.windowing, options, (common, aggregator) => ({
        kind: 'sessionAggregate',
        initializer,
        aggregator,
        merger: merger as AnyMerger,
        ...common,
      })),
    );
  }
}
