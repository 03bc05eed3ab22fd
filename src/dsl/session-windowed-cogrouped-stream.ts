/** Several grouped streams that are aggregated into one table by key and session. */
import { MillraceError } from '../errors/error.js';
import type { Windowed } from '../record/windowed.js';
import { SessionWindowedSerde } from '../serde/session-windowed.js';
import { SessionWindows } from '../time/session-windows.js';
import type { Merger as AnyMerger } from '../topology/operators.js';
import { checkFunction, checkOptions } from './check-options.js';
import type { Initializer, Merger } from './functions.js';
import { sessionSpec } from './materialized.js';
import { WINDOWED, type WindowedOptions } from './options.js';
import { PARTS } from './parts.js';
import { COGROUP, type StreamCogroup } from './stream-cogroup.js';
import { KTable } from './table.js';

/**
 * A cogroup by key and session. The records of all streams make up the sessions; what is late is decided for each stream by
 * the highest timestamp seen in that stream. Kafka Streams: `SessionWindowedCogroupedKStream`.
 */
export class SessionWindowedCogroupedKStream<K, A> {
  /** @internal */
  readonly [PARTS]: StreamCogroup;
  /** Only the compiler knows the types of keys and values. */
  declare protected readonly types: [K, A];

  /** @internal Made by `windowedBy`. */
  constructor(
    cogroup: StreamCogroup,
    private readonly windows: SessionWindows,
  ) {
    if (!(windows instanceof SessionWindows)) {
      throw new MillraceError('CONFIG_INVALID', 'windowedBy() takes windows such as SessionWindows.of({ gap })');
    }
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
    checkFunction('aggregate()', 'initializer', initializer);
    checkFunction('aggregate()', 'merger', merger);
    checkOptions('aggregate()', options, WINDOWED);
    const { windows } = this;
    const cogroup = this[PARTS];
    const defaults = { name: options.store ?? cogroup.names.store(COGROUP), key: cogroup.key, value: undefined };
    const store = sessionSpec(options, defaults, windows);
    return new KTable(
      cogroup.aggregate({
        name: options.name,
        store,
        queryable: options.store !== undefined,
        key: new SessionWindowedSerde(store.key),
        closesAfterMs: windows.gapMs + windows.graceMs,
        operator: (aggregator, sendOldValues) => ({
          kind: 'sessionAggregate',
          windows,
          // As in Kafka Streams, a cogroup has no other.
          emit: 'onWindowUpdate',
          initializer,
          aggregator,
          merger: merger as AnyMerger,
          store: store.name,
          sendOldValues,
        }),
      }),
    );
  }
}
