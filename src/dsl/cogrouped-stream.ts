/** Several grouped streams that are aggregated into one table. */
import { notByNew } from '../errors/made-by.js';
import { SessionWindows } from '../time/session-windows.js';
import type { FixedWindows } from '../time/windows.js';
import type { AnyAggregator, Aggregator, DeletingAggregator, Initializer } from '../processor/api/functions.js';
import { checkFunction, checkOptions } from './check-options.js';
import type { KGroupedStream } from './grouped-stream.js';
import { keyValueSpec } from './materialized.js';
import { STATEFUL, type StatefulOptions } from './options.js';
import { PARTS } from './parts.js';
import { SessionWindowedCogroupedKStream } from './session-windowed-cogrouped-stream.js';
import { COGROUP, StreamCogroup } from './stream-cogroup.js';
import { KTable } from './table.js';
import { TimeWindowedCogroupedKStream } from './time-windowed-cogrouped-stream.js';

/**
 * Streams grouped by the same keys, each with an aggregator that adds its records to the one aggregate of their key. The
 * topics that they are read from must have the same number of partitions. `A` is the aggregate, `R` what the table holds:
 * `A`, and null if an aggregator may delete.
 * Kafka Streams: `CogroupedKStream`.
 */
export class CogroupedKStream<K, A, R extends A | null = A> {
  /** @internal */
  readonly [PARTS]: StreamCogroup;
  /** Only the compiler knows the types of keys and values. */
  declare protected readonly types: [K, A, R];

  /** @internal Made by `KGroupedStream.cogroup`. */
  constructor(cogroup: StreamCogroup) {
    notByNew((cogroup as unknown) instanceof StreamCogroup, 'CogroupedKStream', 'grouped.cogroup(aggregator)');
    this[PARTS] = cogroup;
  }

  /**
   * Adds a stream to the cogroup, and returns the cogroup.
   * @throws MillraceError CONFIG_INVALID; TOPOLOGY_INVALID when the same grouping is in it already, for it has one aggregator
   */
  cogroup<V>(grouped: KGroupedStream<K, V>, aggregator: Aggregator<K, V, A>): CogroupedKStream<K, A, R>;
  cogroup<V>(grouped: KGroupedStream<K, V>, aggregator: DeletingAggregator<K, V, A>): CogroupedKStream<K, A, A | null>;
  cogroup<V>(grouped: KGroupedStream<K, V>, aggregator: DeletingAggregator<K, V, A>): this {
    checkFunction('cogroup()', 'aggregator', aggregator);
    this[PARTS].add(grouped[PARTS], aggregator as AnyAggregator);
    return this;
  }

  /**
   * Aggregates the records of all streams by key, in the order in which the task takes them, beginning with the aggregate
   * of `initializer`. Records with a null key or a null value are dropped (counted). The result has the highest timestamp
   * seen for the key and is emitted on every update, or with `caching` on commit.
   * @throws MillraceError CONFIG_INVALID, NAME_INVALID
   */
  aggregate(initializer: Initializer<A>, options: StatefulOptions<K, A> = {}): KTable<K, R> {
    checkOptions('aggregate()', options, STATEFUL);
    checkFunction('aggregate()', 'initializer', initializer);
    const cogroup = this[PARTS];
    const store = keyValueSpec(options, {
      name: options.store ?? cogroup.names.store(COGROUP),
      key: cogroup.key,
      value: undefined,
    });
    return new KTable(
      cogroup.aggregate({
        name: options.name,
        store,
        queryable: options.store !== undefined,
        key: store.key,
        operator: (aggregator, sendOldValues) => ({
          kind: 'aggregate',
          initializer,
          aggregator,
          store: store.name,
          sendOldValues,
        }),
        closesAfterMs: null,
      }),
    );
  }

  /** Groups further by time. */
  windowedBy(windows: FixedWindows): TimeWindowedCogroupedKStream<K, A, R>;
  windowedBy(windows: SessionWindows): SessionWindowedCogroupedKStream<K, A>;
  windowedBy(
    windows: FixedWindows | SessionWindows,
  ): TimeWindowedCogroupedKStream<K, A, R> | SessionWindowedCogroupedKStream<K, A> {
    if (windows instanceof SessionWindows) return new SessionWindowedCogroupedKStream<K, A>(this[PARTS], windows);
    return new TimeWindowedCogroupedKStream<K, A, R>(this[PARTS], windows);
  }
}
