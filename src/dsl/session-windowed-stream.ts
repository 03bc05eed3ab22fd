/** A stream whose records are grouped by key and by sessions. */
import { notByNew } from '../errors/made-by.js';
import type { Windowed } from '../record/windowed.js';
import { MillraceError } from '../errors/error.js';
import { long } from '../serde/fixed-width.js';
import type { Serde } from '../serde/serde.js';
import { checkEmitStrategy, type EmitStrategy } from '../time/emit-strategy.js';
import type { SessionWindows } from '../time/session-windows.js';
import type { Operator } from '../topology/operators.js';
import type {
  AnyAggregator,
  AnyMerger,
  DeletingAggregator,
  Initializer,
  Merger,
  Reducer,
} from '../processor/api/functions.js';
import { checkFunction, checkOptions } from './check-options.js';
import { addCounts, countRecords, zero } from './counting.js';
import { saysMaterialized } from './materialized.js';
import { WINDOWED, type WindowedOptions } from './options.js';
import { PARTS } from './parts.js';
import type { Refused } from './refused.js';
import { StreamGroups } from './stream-aggregation.js';
import { KTable } from './table.js';
import { aggregateStream, bySessions, type WindowedOperator, type Windowing } from './windowing.js';

/**
 * Records grouped by key and session. A record extends the session that it is in reach of, or makes several into one, or
 * begins a session; a session is a row of the table under its bounds, both inclusive. When bounds change, the old row is
 * deleted (a null value under its key) before the new one appears. A record is late, and dropped (counted), when its
 * session would end before the highest timestamp seen less gap and grace. Records with a null key are dropped (counted);
 * null values are not: they count, and aggregators get them. The result has the end of its session for a timestamp and no
 * headers, and is emitted on every update; with `caching` on commit, with the headers of the last update.
 * Kafka Streams: `SessionWindowedKStream`.
 */
export class SessionWindowedKStream<K, V> {
  /** @internal */
  readonly [PARTS]: StreamGroups;
  /** Only the compiler knows the types of keys and values. */
  declare protected readonly types: [K, V];
  private readonly windowing: Windowing<SessionWindows>;
  private emit: EmitStrategy = 'onWindowUpdate';

  /** @internal Made by `windowedBy`. */
  constructor(groups: StreamGroups, windows: SessionWindows) {
    notByNew((groups as unknown) instanceof StreamGroups, 'SessionWindowedKStream', 'grouped.windowedBy(windows)');
    this.windowing = bySessions(windows);
    this[PARTS] = groups;
  }

  /**
   * Says when results are emitted, and returns this. With `onWindowClose` a session is emitted once, when the operator's
   * stream time has passed its end, gap and grace: with the record that moved the time and its headers, by end, start and
   * the bytes of the key, but not before `emitInterval` of wall time has passed since the last emission. `caching` then does
   * not apply, and deletions are not emitted.
   * @throws MillraceError CONFIG_INVALID
   */
  emitStrategy(strategy: EmitStrategy): this {
    checkEmitStrategy(strategy);
    this.emit = strategy;
    return this;
  }

  /**
   * Counts the records of each key and session. The count is written as a 64-bit integer.
   * @throws MillraceError CONFIG_INVALID, NAME_INVALID
   */
  count(options: WindowedOptions<K, number> = {}): KTable<Windowed<K>, number | null> {
    checkOptions('count()', options, WINDOWED);
    const { names } = this[PARTS].stream.graph;
    if (saysMaterialized(options) && options.store === undefined) names.store('KSTREAM-AGGREGATE-');
    return this.stateful('KSTREAM-AGGREGATE-', options, long(), (common) => ({
      kind: 'sessionAggregate',
      initializer: zero,
      aggregator: countRecords,
      counts: true,
      merger: addCounts,
      ...common,
    }));
  }

  /**
   * Combines the values of each key and session into one of the same type; the first value is the first result. Where
   * sessions become one, `reducer` combines their results, the earlier one first.
   * @throws MillraceError CONFIG_INVALID, NAME_INVALID
   */
  reduce(reducer: Reducer<K, V, V | null>, options: WindowedOptions<K, V> = {}): KTable<Windowed<K>, V | null> {
    checkOptions('reduce()', options, WINDOWED);
    checkFunction('reduce()', 'reducer', reducer);
    return this.stateful('KSTREAM-REDUCE-', options, this[PARTS].stream.value, (common) => ({
      kind: 'sessionReduce',
      reducer: reducer as AnyAggregator,
      ...common,
    }));
  }

  /**
   * Combines the values of each key and session into an aggregate of any type. A record's aggregate begins with that of
   * `initializer`; `merger` adds to it the aggregates of the sessions in reach, in the order of their ends, and `aggregator`
   * the record last. When `aggregator` returns null, the session is deleted.
   * @throws MillraceError CONFIG_INVALID, NAME_INVALID
   */
  aggregate<A>(
    initializer: Initializer<A>,
    aggregator: DeletingAggregator<K, V, A>,
    merger: Merger<K, A>,
    options?: WindowedOptions<K, A>,
  ): KTable<Windowed<K>, A | null>;
  /** A mistake: two sessions that become one need their aggregates merged. */
  aggregate<A>(
    initializer: Initializer<A>,
    aggregator: DeletingAggregator<K, V, A> &
      Refused<'sessions need a merger: aggregate(initializer, aggregator, merger)'>,
    options?: WindowedOptions<K, A>,
  ): never;
  aggregate<A>(
    initializer: Initializer<A>,
    aggregator: DeletingAggregator<K, V, A>,
    merger?: Merger<K, A> | WindowedOptions<K, A>,
    options: WindowedOptions<K, A> = {},
  ): KTable<Windowed<K>, A | null> {
    checkOptions('aggregate()', options, WINDOWED);
    checkFunction('aggregate()', 'initializer', initializer);
    checkFunction('aggregate()', 'aggregator', aggregator);
    if (typeof merger !== 'function') {
      throw new MillraceError(
        'CONFIG_INVALID',
        'aggregate() of sessions needs a merger, which makes one aggregate of two when sessions become one: aggregate(initializer, aggregator, merger, options)',
        { option: 'merger' },
      );
    }
    return this.stateful('KSTREAM-AGGREGATE-', options, undefined, (common) => ({
      kind: 'sessionAggregate',
      initializer,
      aggregator: aggregator as AnyAggregator,
      merger: merger as AnyMerger,
      ...common,
    }));
  }

  private stateful<A>(
    prefix: string,
    options: WindowedOptions<unknown, unknown>,
    value: Serde<unknown> | undefined,
    operator: (common: WindowedOperator<SessionWindows>) => Operator,
  ): KTable<Windowed<K>, A> {
    const { windowing, emit } = this;
    return new KTable(aggregateStream(this[PARTS], windowing, { prefix, options, value, emit, operator }));
  }
}
