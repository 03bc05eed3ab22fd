/** Aggregations by key and window: what their four faces share, a stream's or a cogroup's, by fixed windows or by sessions. */
import { MillraceError } from '../errors/error.js';
import type { Serde } from '../serde/serde.js';
import { SessionWindowedSerde } from '../serde/session-windowed.js';
import { TimeWindowedSerde } from '../serde/time-windowed.js';
import type { StoreSpec } from '../store/spec.js';
import type { EmitStrategy } from '../time/emit-strategy.js';
import { SessionWindows } from '../time/session-windows.js';
import { checkWindows, type FixedWindows } from '../time/windows.js';
import type { Operator } from '../topology/operators.js';
import type { AnyAggregator } from '../processor/api/functions.js';
import { sessionSpec, windowSpec } from './materialized.js';
import type { WindowedOptions } from './options.js';
import type { TableParts } from './parts.js';
import type { StreamGroups } from './stream-aggregation.js';
import { COGROUP, type StreamCogroup } from './stream-cogroup.js';

type Options = WindowedOptions<unknown, unknown>;
type Defaults = Parameters<typeof windowSpec>[1];

/** Windows, and what an aggregation has to know of them. */
export interface Windowing<W> {
  readonly windows: W;
  /** How long after its end a window still changes, ms. */
  readonly closesAfterMs: number;
  readonly spec: (options: Options, defaults: Defaults, emit: EmitStrategy) => StoreSpec;
  /** Serde of the keys of the table. */
  readonly key: (key: Serde<unknown> | undefined) => Serde<unknown>;
}

/** What an operator has by the windows that it aggregates by. */
export interface WindowedOperator<W> {
  readonly windows: W;
  readonly emit: EmitStrategy;
  readonly store: string;
  readonly sendOldValues: boolean;
}

/** @throws MillraceError CONFIG_INVALID */
export function byFixedWindows(windows: FixedWindows): Windowing<FixedWindows> {
  checkWindows(windows);
  return {
    windows,
    closesAfterMs: windows.graceMs,
    spec: (options, defaults, emit) => windowSpec(options, defaults, windows, emit),
    key: (key) => new TimeWindowedSerde(key, windows.sizeMs),
  };
}

/** @throws MillraceError CONFIG_INVALID */
export function bySessions(windows: SessionWindows): Windowing<SessionWindows> {
  if (!(windows instanceof SessionWindows)) {
    throw new MillraceError('CONFIG_INVALID', 'windowedBy() takes windows such as SessionWindows.of({ gap })');
  }
  return {
    windows,
    closesAfterMs: windows.gapMs + windows.graceMs,
    spec: (options, defaults, emit) => sessionSpec(options, defaults, windows, emit),
    key: (key) => new SessionWindowedSerde(key),
  };
}

/** @param prefix of generated names, as Kafka Streams has it */
export function aggregateStream<W>(
  groups: StreamGroups,
  { windows, spec, key, closesAfterMs }: Windowing<W>,
  {
    prefix,
    options,
    value,
    emit,
    operator,
  }: {
    readonly prefix: string;
    readonly options: Options;
    readonly value: Serde<unknown> | undefined;
    readonly emit: EmitStrategy;
    readonly operator: (common: WindowedOperator<W>) => Operator;
  },
): TableParts {
  const { stream } = groups;
  const { names } = stream.graph;
  const store = spec(options, { name: options.store ?? names.store(prefix), key: stream.key, value }, emit);
  return groups.aggregate({
    name: names.operatorOr(options.name, prefix),
    store,
    queryable: options.store !== undefined,
    key: key(store.key),
    operator: (sendOldValues) => operator({ windows, emit, store: store.name, sendOldValues }),
    closesAfterMs,
  });
}

export function aggregateCogroup<W>(
  cogroup: StreamCogroup,
  { windows, spec, key, closesAfterMs }: Windowing<W>,
  options: Options,
  operator: (common: WindowedOperator<W>, aggregator: AnyAggregator) => Operator,
): TableParts {
  // As in Kafka Streams, a cogroup has no other.
  const emit = 'onWindowUpdate';
  const defaults = { name: options.store ?? cogroup.names.store(COGROUP), key: cogroup.key, value: undefined };
  const store = spec(options, defaults, emit);
  return cogroup.aggregate({
    name: options.name,
    store,
    queryable: options.store !== undefined,
    key: key(store.key),
    operator: (aggregator, sendOldValues) => operator({ windows, emit, store: store.name, sendOldValues }, aggregator),
    closesAfterMs,
  });
}
