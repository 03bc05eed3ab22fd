/** A stream whose records are grouped by their key, ready to be aggregated. */
import { notByNew } from '../errors/made-by.js';
import { long } from '../serde/fixed-width.js';
import { SessionWindows } from '../time/session-windows.js';
import type { SlidingWindows } from '../time/sliding-windows.js';
import type { AlignedWindows, FixedWindows } from '../time/windows.js';
import type {
  AnyAggregator,
  Aggregator,
  DeletingAggregator,
  Initializer,
  NullOf,
  Reducer,
} from '../processor/api/functions.js';
import { checkFunction, checkOptions } from './check-options.js';
import { CogroupedKStream } from './cogrouped-stream.js';
import { countRecords, zero } from './counting.js';
import { keyValueSpec, saysMaterialized } from './materialized.js';
import { STATEFUL, type StatefulOptions } from './options.js';
import { PARTS } from './parts.js';
import { SessionWindowedKStream } from './session-windowed-stream.js';
import { StreamGroups } from './stream-aggregation.js';
import { KTable } from './table.js';
import { StreamCogroup } from './stream-cogroup.js';
import { TimeWindowedKStream } from './time-windowed-stream.js';

/**
 * Records grouped by key. All aggregations drop records with a null key or a null value (counted), give the result the
 * highest timestamp seen for the key, and emit on every update, or with `caching` on commit.
 * Kafka Streams: `KGroupedStream`.
 */
export class KGroupedStream<K, V> {
  /** @internal */
  readonly [PARTS]: StreamGroups;
  /** Only the compiler knows the types of keys and values. */
  declare protected readonly types: [K, V];

  /** @internal Made by `groupByKey` and `groupBy`. */
  constructor(groups: StreamGroups) {
    notByNew((groups as unknown) instanceof StreamGroups, 'KGroupedStream', 'stream.groupByKey()');
    this[PARTS] = groups;
  }

  /**
   * Counts the records of each key. The count is written as a 64-bit integer.
   * @throws MillraceError CONFIG_INVALID, NAME_INVALID
   */
  count(options: StatefulOptions<K, number> = {}): KTable<K, number> {
    checkOptions('count()', options, STATEFUL);
    const { names } = this[PARTS].stream.graph;
    // A Materialized without a name once used up a number more, and topologies out there depend on it.
    if (saysMaterialized(options) && options.store === undefined) names.store('KSTREAM-AGGREGATE-');
    return this.stateful('KSTREAM-AGGREGATE-', options, { value: long() }, (store, sendOldValues) => ({
      kind: 'aggregate',
      initializer: zero,
      aggregator: countRecords,
      counts: true,
      store,
      sendOldValues,
    }));
  }

  /**
   * Combines the values of each key into one of the same type; the first value of a key is its first result. When
   * `reducer` returns null, the result is deleted.
   * @throws MillraceError CONFIG_INVALID, NAME_INVALID
   */
  reduce<R extends NonNullable<V> | null>(
    reducer: Reducer<K, NonNullable<V>, R>,
    options: StatefulOptions<K, V> = {},
  ): KTable<K, NonNullable<V> | NullOf<R>> {
    checkOptions('reduce()', options, STATEFUL);
    checkFunction('reduce()', 'reducer', reducer);
    const { value } = this[PARTS].stream;
    return this.stateful('KSTREAM-REDUCE-', options, { value }, (store, sendOldValues) => ({
      kind: 'reduce',
      reducer: reducer as AnyAggregator,
      store,
      sendOldValues,
    }));
  }

  /**
   * Combines the values of each key into an aggregate of any type, beginning with that of `initializer`. When
   * `aggregator` returns null, the aggregate is deleted.
   * @throws MillraceError CONFIG_INVALID, NAME_INVALID
   */
  aggregate<A>(
    initializer: Initializer<A>,
    aggregator: Aggregator<K, NonNullable<V>, A>,
    options?: StatefulOptions<K, A>,
  ): KTable<K, A>;
  aggregate<A>(
    initializer: Initializer<A>,
    aggregator: DeletingAggregator<K, NonNullable<V>, A>,
    options?: StatefulOptions<K, A>,
  ): KTable<K, A | null>;
  aggregate<A>(
    initializer: Initializer<A>,
    aggregator: DeletingAggregator<K, NonNullable<V>, A>,
    options: StatefulOptions<K, A> = {},
  ): KTable<K, A | null> {
    checkOptions('aggregate()', options, STATEFUL);
    checkFunction('aggregate()', 'initializer', initializer);
    checkFunction('aggregate()', 'aggregator', aggregator);
    return this.stateful('KSTREAM-AGGREGATE-', options, { value: undefined }, (store, sendOldValues) => ({
      kind: 'aggregate',
      initializer: initializer,
      aggregator: aggregator as AnyAggregator,
      store,
      sendOldValues,
    }));
  }

  /** Groups further by time. Sliding windows take no null values. */
  windowedBy(windows: AlignedWindows): TimeWindowedKStream<K, V>;
  windowedBy(windows: SlidingWindows): TimeWindowedKStream<K, NonNullable<V>>;
  windowedBy(windows: SessionWindows): SessionWindowedKStream<K, V>;
  windowedBy(windows: FixedWindows | SessionWindows): TimeWindowedKStream<K, V> | SessionWindowedKStream<K, V> {
    if (windows instanceof SessionWindows) return new SessionWindowedKStream(this[PARTS], windows);
    return new TimeWindowedKStream(this[PARTS], windows);
  }

  /**
   * Begins a cogroup: other grouped streams with keys of the same type may follow, each with an aggregator of its own, and
   * all are aggregated into one table. Aggregators get null values only in time windows; elsewhere they are dropped.
   * @throws MillraceError CONFIG_INVALID
   */
  cogroup<A>(aggregator: Aggregator<K, V, A>): CogroupedKStream<K, A>;
  cogroup<A>(aggregator: DeletingAggregator<K, V, A>): CogroupedKStream<K, A, A | null>;
  cogroup<A>(aggregator: DeletingAggregator<K, V, A>): CogroupedKStream<K, A, A | null> {
    return new CogroupedKStream<K, A, A | null>(new StreamCogroup(this[PARTS])).cogroup(this, aggregator);
  }

  private stateful<A>(
    prefix: string,
    options: StatefulOptions<unknown, unknown>,
    defaults: { readonly value: Parameters<typeof keyValueSpec>[1]['value'] },
    operator: (
      store: string,
      sendOldValues: boolean,
    ) => ReturnType<Parameters<StreamGroups['aggregate']>[0]['operator']>,
  ): KTable<K, A> {
    const { stream } = this[PARTS];
    const { names } = stream.graph;
    const store = keyValueSpec(options, {
      name: options.store ?? names.store(prefix),
      key: stream.key,
      value: defaults.value,
    });
    return new KTable(
      this[PARTS].aggregate({
        name: names.operatorOr(options.name, prefix),
        store,
        queryable: options.store !== undefined,
        key: store.key,
        operator: (sendOldValues) => operator(store.name, sendOldValues),
        closesAfterMs: null,
      }),
    );
  }
}
