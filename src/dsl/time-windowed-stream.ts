/** A stream whose records are grouped by key and by windows whose length is known beforehand. */
import { notByNew } from '../errors/made-by.js';
import type { Windowed } from '../record/windowed.js';
import { MillraceError } from '../errors/error.js';
import { long } from '../serde/fixed-width.js';
import type { Serde } from '../serde/serde.js';
import { checkEmitStrategy, type EmitStrategy } from '../time/emit-strategy.js';
import type { FixedWindows } from '../time/windows.js';
import type { Operator } from '../topology/operators.js';
import type {
  AnyAggregator,
  Aggregator,
  DeletingAggregator,
  Initializer,
  NullOf,
  Reducer,
} from '../processor/api/functions.js';
import { checkFunction, checkOptions } from './check-options.js';
import { countRecords, zero } from './counting.js';
import { saysMaterialized } from './materialized.js';
import { WINDOWED, type WindowedOptions } from './options.js';
import { PARTS } from './parts.js';
import { StreamGroups } from './stream-aggregation.js';
import { KTable } from './table.js';
import { aggregateStream, byFixedWindows, type WindowedOperator, type Windowing } from './windowing.js';

/**
 * Records grouped by key and window. A record belongs to every window that contains its timestamp; windows whose end and
 * grace lie behind the highest timestamp seen take no more records (counted as late). Records with a null key are dropped
 * (counted); null values are dropped too (counted) from sliding windows, while all others let them count, and aggregators
 * get them. The result has the highest timestamp of the window's records and is emitted on every update, or with `caching`
 * on commit.
 * Kafka Streams: `TimeWindowedKStream`.
 */
export class TimeWindowedKStream<K, V> {
  /** @internal */
  readonly [PARTS]: StreamGroups;
  /** Only the compiler knows the types of keys and values. */
  declare protected readonly types: [K, V];
  private readonly windowing: Windowing<FixedWindows>;
  private emit: EmitStrategy = 'onWindowUpdate';

  /** @internal Made by `windowedBy`. */
  constructor(groups: StreamGroups, windows: FixedWindows) {
    notByNew((groups as unknown) instanceof StreamGroups, 'TimeWindowedKStream', 'grouped.windowedBy(windows)');
    this.windowing = byFixedWindows(windows);
    this[PARTS] = groups;
  }

  /**
   * Says when results are emitted, and returns this. With `onWindowClose` a window is emitted once, when the operator's
   * stream time has passed its end and grace: with the record that moved the time, by window start and then by the bytes of
   * the key, but not before `emitInterval` of wall time has passed since the last emission. `caching` then does not apply.
   * @throws MillraceError CONFIG_INVALID; also for unlimited windows, which never close
   */
  emitStrategy(strategy: EmitStrategy): this {
    checkEmitStrategy(strategy);
    if (strategy === 'onWindowClose' && this.windowing.windows.kind === 'unlimited') {
      throw new MillraceError(
        'CONFIG_INVALID',
        "emitStrategy('onWindowClose') does not go with windows that never close",
      );
    }
    this.emit = strategy;
    return this;
  }

  /**
   * Counts the records of each key and window. The count is written as a 64-bit integer.
   * @throws MillraceError CONFIG_INVALID, NAME_INVALID
   */
  count(options: WindowedOptions<K, number> = {}): KTable<Windowed<K>, number> {
    checkOptions('count()', options, WINDOWED);
    const { names } = this[PARTS].stream.graph;
    // As in `KGroupedStream.count`, but for sliding windows, which came later.
    if (this.windowing.windows.kind !== 'sliding' && saysMaterialized(options) && options.store === undefined) {
      names.store('KSTREAM-AGGREGATE-');
    }
    return this.stateful('KSTREAM-AGGREGATE-', options, long(), (common) => ({
      kind: 'windowAggregate',
      initializer: zero,
      aggregator: countRecords,
      counts: true,
      ...common,
    }));
  }

  /**
   * Combines the values of each key and window into one of the same type; the first value is the first result.
   * @throws MillraceError CONFIG_INVALID, NAME_INVALID
   */
  reduce<R extends V | null>(
    reducer: Reducer<K, V, R>,
    options: WindowedOptions<K, V> = {},
  ): KTable<Windowed<K>, V | NullOf<R>> {
    checkOptions('reduce()', options, WINDOWED);
    checkFunction('reduce()', 'reducer', reducer);
    return this.stateful('KSTREAM-REDUCE-', options, this[PARTS].stream.value, (common) => ({
      kind: 'windowReduce',
      reducer: reducer as AnyAggregator,
      ...common,
    }));
  }

  /**
   * Combines the values of each key and window into an aggregate of any type, beginning with that of `initializer`. When
   * `aggregator` returns null, the aggregate is deleted.
   * @throws MillraceError CONFIG_INVALID, NAME_INVALID
   */
  aggregate<A>(
    initializer: Initializer<A>,
    aggregator: Aggregator<K, V, A>,
    options?: WindowedOptions<K, A>,
  ): KTable<Windowed<K>, A>;
  aggregate<A>(
    initializer: Initializer<A>,
    aggregator: DeletingAggregator<K, V, A>,
    options?: WindowedOptions<K, A>,
  ): KTable<Windowed<K>, A | null>;
  aggregate<A>(
    initializer: Initializer<A>,
    aggregator: DeletingAggregator<K, V, A>,
    options: WindowedOptions<K, A> = {},
  ): KTable<Windowed<K>, A | null> {
    checkOptions('aggregate()', options, WINDOWED);
    checkFunction('aggregate()', 'initializer', initializer);
    checkFunction('aggregate()', 'aggregator', aggregator);
    return this.stateful('KSTREAM-AGGREGATE-', options, undefined, (common) => ({
      kind: 'windowAggregate',
      initializer: initializer,
      aggregator: aggregator as AnyAggregator,
      ...common,
    }));
  }

  private stateful<A>(
    prefix: string,
    options: WindowedOptions<unknown, unknown>,
    value: Serde<unknown> | undefined,
    operator: (common: WindowedOperator<FixedWindows>) => Operator,
  ): KTable<Windowed<K>, A> {
    const { windowing, emit } = this;
    return new KTable(aggregateStream(this[PARTS], windowing, { prefix, options, value, emit, operator }));
  }
}
