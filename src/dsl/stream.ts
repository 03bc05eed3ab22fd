/** A stream of records, each an event of its own; its methods append operators to the topology. */
import { MillraceError } from '../errors/error.js';
import { JoinWindows } from '../time/join-windows.js';
import type { FixedKeyProcessorSupplier, ProcessorSupplier } from '../processor/api/processor.js';
import { OperatorNode, SinkLogicalNode, type WrittenOperator } from '../topology/logical/processor-nodes.js';
import type { LogicalTraits } from '../topology/logical/logical-node.js';
import type { TopicExtractor } from '../processor/api/topic-functions.js';
import type {
  Action,
  AsyncFunction,
  GlobalTableJoiner,
  Guard,
  Joiner,
  PairMapper,
  Predicate,
  ValueMapper,
  AnyAction,
  AnyJoiner,
  AnyMapper,
  AnyPairMapper,
  AnyPredicate,
} from '../processor/api/functions.js';
import type { Operator } from '../topology/operators.js';
import { BranchedKStream, type SplitOptions } from './branched.js';
import { asyncOperator, type AsyncOptions } from './async-options.js';
import { checkFunction, checkOptions, checkTopic } from './check-options.js';
import { GlobalKTable } from './global-table.js';
import { KGroupedStream } from './grouped-stream.js';
import {
  GROUPED,
  JOINED,
  NAMED,
  PRINTED,
  PRODUCED,
  REPARTITIONED,
  STATEFUL,
  STREAM_JOINED,
  type GroupedOptions,
  type JoinedOptions,
  type NamedOptions,
  type PrintedOptions,
  type ProcessedOptions,
  type ProducedOptions,
  type RepartitionedOptions,
  type StatefulOptions,
  type StreamJoinedOptions,
} from './options.js';
import { checkSameBuilder, ownParts, PARTS, wrongPartner, type StreamParts } from './parts.js';
import type { Refused } from './refused.js';
import { processStream, processStreamValues } from './process-stream.js';
import { repartitionStream } from './repartition-stream.js';
import { StreamGroups } from './stream-aggregation.js';
import { joinStreams, type StreamJoinType } from './stream-stream-join.js';
import { joinGlobalTable, joinTable, withoutJoinRepartition } from './stream-table-join.js';
import { streamToTable } from './stream-to-table.js';
import { KTable } from './table.js';

type FlatMapper = Extract<Operator, { kind: 'flatMap' }>['mapper'];
type FlatValueMapper = Extract<Operator, { kind: 'flatMapValues' }>['mapper'];

/**
 * A stream of records with keys `K` and values `V`. Records keep their timestamp and headers through all operators here.
 *
 * A tombstone in a topic reaches the functions of a stream as the value null: let `V` contain null where that can happen.
 * Serdes are handed down from operator to operator until one changes the key or the value.
 * Kafka Streams: `KStream`.
 */
export class KStream<K, V> {
  /** @internal */
  readonly [PARTS]: StreamParts;
  /** Only the compiler knows the types of keys and values. */
  declare protected readonly types: [K, V];

  /** @internal Made by `StreamsBuilder` and by operators. */
  constructor(parts: StreamParts) {
    this[PARTS] = ownParts(parts, 'KStream', "builder.stream('topic') of a StreamsBuilder");
  }

  /**
   * Keeps the records for which `predicate` holds.
   * @param predicate gets the value first, then the key
   */
  filter<W extends V>(predicate: Guard<K, V, W>, options?: NamedOptions): KStream<K, W>;
  /** @param predicate gets the value first, then the key */
  filter(predicate: Predicate<K, V>, options?: NamedOptions): KStream<K, V>;
  filter(predicate: Predicate<K, V>, options: NamedOptions = {}): KStream<K, V> {
    checkFunction('filter()', 'predicate', predicate);
    return this.filtered('filter()', predicate, false, options);
  }

  /**
   * Keeps the records for which `predicate` does not hold.
   * @param predicate gets the value first, then the key
   */
  filterNot<W extends V>(predicate: Guard<K, V, W>, options?: NamedOptions): KStream<K, Exclude<V, W>>;
  /** @param predicate gets the value first, then the key */
  filterNot(predicate: Predicate<K, V>, options?: NamedOptions): KStream<K, V>;
  filterNot(predicate: Predicate<K, V>, options: NamedOptions = {}): KStream<K, V> {
    checkFunction('filterNot()', 'predicate', predicate);
    return this.filtered('filterNot()', predicate, true, options);
  }

  /**
   * Gives each record another key. What is grouped, joined or turned into a table behind it is repartitioned first.
   * @param mapper gets the value first, then the key
   */
  selectKey<KR>(mapper: ValueMapper<K, V, KR>, options: NamedOptions = {}): KStream<KR, V> {
    checkFunction('selectKey()', 'mapper', mapper);
    const operator: Operator = { kind: 'selectKey', mapper: mapper as AnyMapper };
    const next = this.then('selectKey()', 'KSTREAM-KEY-SELECT-', options, operator, { changesKey: true });
    return new KStream({ ...next, key: undefined, repartitionRequired: true });
  }

  /**
   * Makes another record of each: a pair of key and value. What is grouped or joined behind it is repartitioned first.
   * @param mapper gets the value first, then the key
   */
  map<KR, VR>(mapper: PairMapper<K, V, KR, VR>, options: NamedOptions = {}): KStream<KR, VR> {
    checkFunction('map()', 'mapper', mapper);
    const operator: Operator = { kind: 'map', mapper: mapper as AnyPairMapper };
    const next = this.then('map()', 'KSTREAM-MAP-', options, operator, { changesKey: true });
    return new KStream({ ...next, key: undefined, value: undefined, repartitionRequired: true });
  }

  /**
   * Gives each record another value. Cheaper than `map`, since records stay where they are.
   * @param mapper gets the value first, then the key
   */
  mapValues<VR>(mapper: ValueMapper<K, V, VR>, options: NamedOptions = {}): KStream<K, VR> {
    checkFunction('mapValues()', 'mapper', mapper);
    const operator: Operator = { kind: 'mapValues', mapper: mapper as AnyMapper };
    const next = this.then('mapValues()', 'KSTREAM-MAPVALUES-', options, operator, { changesValue: true });
    return new KStream({ ...next, value: undefined });
  }

  /**
   * Makes any number of records of each: an iterable of pairs. What is grouped or joined behind it is repartitioned first.
   * @param mapper gets the value first, then the key
   */
  flatMap<KR, VR>(
    mapper: ValueMapper<K, V, Iterable<readonly [key: KR, value: VR]>>,
    options: NamedOptions = {},
  ): KStream<KR, VR> {
    checkFunction('flatMap()', 'mapper', mapper);
    const operator: Operator = { kind: 'flatMap', mapper: mapper as FlatMapper };
    const next = this.then('flatMap()', 'KSTREAM-FLATMAP-', options, operator, { changesKey: true });
    return new KStream({ ...next, key: undefined, value: undefined, repartitionRequired: true });
  }

  /**
   * Makes any number of records of each, all with its key.
   * @param mapper gets the value first, then the key
   */
  flatMapValues<VR>(mapper: ValueMapper<K, V, Iterable<VR> & object>, options: NamedOptions = {}): KStream<K, VR> {
    checkFunction('flatMapValues()', 'mapper', mapper);
    const operator: Operator = { kind: 'flatMapValues', mapper: mapper as FlatValueMapper };
    const next = this.then('flatMapValues()', 'KSTREAM-FLATMAPVALUES-', options, operator, { changesValue: true });
    return new KStream({ ...next, value: undefined });
  }

  /**
   * Gives each record another value, which may take time: a call of a service, a query. Up to `capacity` records are under
   * way at a time; those of one key stay in order unless `order` is `'none'`. The offset of a record is committed only once its
   * result has been sent on. Kafka Streams has nothing like it.
   * @param mapper gets the value first, then the key
   * @throws MillraceError CONFIG_INVALID, NAME_INVALID
   */
  mapValuesAsync<VR>(mapper: AsyncFunction<K, V, VR>, options: AsyncOptions = {}): KStream<K, VR> {
    const operator = asyncOperator('mapValuesAsync()', 'value', mapper, options);
    const next = this.append('KSTREAM-MAPVALUES-ASYNC-', options.name, () => ({ operator }), { changesValue: true });
    return new KStream({ ...next, value: undefined });
  }

  /**
   * As `mapValuesAsync`, but makes any number of records of each: what the function gives is an iterable of pairs of key and
   * value, or nothing. What is grouped or joined behind it is repartitioned first. Kafka Streams has nothing like it.
   * @param processor gets the value first, then the key
   * @throws MillraceError CONFIG_INVALID, NAME_INVALID
   */
  asyncProcess<KR = never, VR = never>(
    processor: AsyncFunction<K, V, Iterable<readonly [key: KR, value: VR]> | null | undefined>,
    options: AsyncOptions = {},
  ): KStream<KR, VR> {
    const operator = asyncOperator('asyncProcess()', 'pairs', processor, options);
    const next = this.append('KSTREAM-PROCESS-ASYNC-', options.name, () => ({ operator }), { changesKey: true });
    return new KStream({ ...next, key: undefined, value: undefined, repartitionRequired: true });
  }

  /**
   * Calls `action` with each record and passes it on. After a failure a record may come again. Takes no promise: `mapValuesAsync`.
   * @param action gets the value first, then the key
   */
  peek<R>(action: ValueMapper<K, V, R>, options: NamedOptions = {}): KStream<K, V> {
    checkFunction('peek()', 'action', action);
    const operator: Operator = { kind: 'peek', action: action as AnyAction, forwards: true };
    return new KStream(this.then('peek()', 'KSTREAM-PEEK-', options, operator));
  }

  /**
   * Calls `action` with each record; the stream ends here. After a failure a record may come again. A promise is not waited for; one
   * that rejects is a failure of its record (PROCESSING_FAILED).
   * @param action gets the value first, then the key
   */
  foreach(action: Action<K, V>, options: NamedOptions = {}): void {
    checkFunction('foreach()', 'action', action);
    const operator: Operator = { kind: 'peek', action: action as AnyAction, forwards: false };
    this.then('foreach()', 'KSTREAM-FOREACH-', options, operator);
  }

  /** Prints each record as `[label]: key, value`; the stream ends here. */
  print(options: PrintedOptions<K, V> = {}): void {
    checkOptions('print()', options, PRINTED);
    const operator: Operator = {
      kind: 'print',
      write: options.write ?? printLine,
      label: options.label ?? this[PARTS].name,
      format: (options.mapper as AnyMapper | undefined) ?? null,
    };
    this.append('KSTREAM-PRINTER-', options.name, () => ({ operator }));
  }

  /**
   * Gives each record to a processor, which forwards what it likes: with stores, timers and promises of its own. What is
   * grouped or joined behind it is repartitioned first. Kafka Streams: `process` (its `stateStoreNames` are `stores` here).
   * @throws MillraceError TOPOLOGY_INVALID when the supplier gives the same processor twice
   */
  process<KR = K, VR = V>(supplier: ProcessorSupplier<K, V, KR, VR>, options: ProcessedOptions = {}): KStream<KR, VR> {
    return new KStream(processStream(this[PARTS], supplier, options));
  }

  /** As `process`, with keys that cannot be changed: records stay where they are. Kafka Streams: `processValues`. */
  processValues<VR = V>(supplier: FixedKeyProcessorSupplier<K, V, VR>, options: ProcessedOptions = {}): KStream<K, VR> {
    return new KStream(processStreamValues(this[PARTS], supplier, options));
  }

  /**
   * Splits the stream by predicates: a record goes to the first branch that takes it.
   * `name` is the prefix of the names of the branches; with it, the compiler knows which ones there are. Kafka Streams: `split`.
   */
  split<const Prefix extends string = never>(options: SplitOptions<Prefix> = {}): BranchedKStream<K, V, Prefix> {
    checkOptions('split()', options, NAMED);
    const toStream = (parts: StreamParts): KStream<K, V> => new KStream<K, V>(parts);
    return new BranchedKStream(withoutJoinRepartition(this[PARTS]), options.name, toStream);
  }

  /** All records of both streams, in no order between them. Serdes are not handed down: name them behind it. */
  merge<VO>(other: KStream<K, VO>, options: NamedOptions = {}): KStream<K, V | VO> {
    checkOptions('merge()', options, NAMED);
    if (!((other as unknown) instanceof KStream))
      throw wrongPartner('merge() takes a KStream to merge the stream with');
    const [mine, others] = [this[PARTS], other[PARTS]];
    checkSameBuilder('merge()', mine, others);
    const name = mine.graph.names.operatorOr(options.name, 'KSTREAM-MERGE-');
    const node = mine.graph.append(
      [mine.node, others.node],
      new OperatorNode(name, () => ({ operator: { kind: 'pass' } }), { merges: true }),
    );
    return new KStream({
      graph: mine.graph,
      node,
      name,
      key: undefined,
      value: undefined,
      sources: new Set([...mine.sources, ...others.sources]),
      repartitionRequired: mine.repartitionRequired || others.repartitionRequired,
    });
  }

  /** Sends all records through an internal topic of its own, partitioned by their key. Records with a null key are dropped. */
  repartition(options: RepartitionedOptions<K, V> = {}): KStream<K, V> {
    checkOptions('repartition()', options, REPARTITIONED);
    return new KStream(repartitionStream(this[PARTS], options));
  }

  /**
   * Reads the stream as the changes of a table: a record replaces the one before of its key, null deletes. Records with a
   * null key are dropped (counted). The table has a store if one is named or something behind it needs one.
   */
  toTable(options: StatefulOptions<K, V> = {}): KTable<K, V | null> {
    checkOptions('toTable()', options, STATEFUL);
    return new KTable(streamToTable(this[PARTS], options));
  }

  /** Writes all records to a topic, which must exist, or to the topic that a function names for each. */
  to(topic: string | ValueMapper<K, V, string>, options: ProducedOptions<K, V> = {}): void {
    checkOptions('to()', options, PRODUCED);
    checkTopic('to()', topic);
    const { graph, node, key, value } = this[PARTS];
    const sink = new SinkLogicalNode({
      type: 'sink',
      name: graph.names.operatorOr(options.name, 'KSTREAM-SINK-'),
      topic: topic as string | TopicExtractor,
      key: options.key ?? key,
      value: options.value ?? value,
      partitioner: options.partitioner ?? null,
    });
    graph.append(node, sink);
  }

  /** Groups by the key that records have. Repartitions first if the key was changed before. */
  groupByKey(options: GroupedOptions<K, V> = {}): KGroupedStream<K, V> {
    checkOptions('groupByKey()', options, GROUPED);
    const stream = withoutJoinRepartition(this[PARTS]);
    const { key = stream.key, value = stream.value } = options;
    return new KGroupedStream(new StreamGroups({ ...stream, key, value }, options.name));
  }

  /**
   * Groups by another key; always repartitions. Records for which `keySelector` gives null are dropped.
   * @param keySelector gets the value first, then the key
   */
  groupBy<KR>(keySelector: ValueMapper<K, V, KR>, options: GroupedOptions<KR, V> = {}): KGroupedStream<KR, V> {
    checkOptions('groupBy()', options, GROUPED);
    checkFunction('groupBy()', 'keySelector', keySelector);
    const operator: Operator = { kind: 'selectKey', mapper: keySelector as AnyMapper };
    const written = (): WrittenOperator => ({ operator });
    const next = this.append('KSTREAM-KEY-SELECT-', options.name, written, { changesKey: true });
    const { key, value = next.value } = options;
    return new KGroupedStream(new StreamGroups({ ...next, key, value, repartitionRequired: true }, options.name));
  }

  /**
   * With a table: joins each record with the current value of the table, looked up by the record's key, or, of a global
   * table, by the key that `keySelector` gives, which the joiner gets too. Records without a counterpart are dropped; so are (counted) those with a
   * null key or value. Changes of the table join nothing. The stream and a (not global) table must be partitioned alike.
   *
   * With a stream: joins each record of either stream with those of the same key in the other that are near enough in time,
   * whichever comes first; one result a pair, with the later timestamp of both and the headers of the record that came
   * last. Records with a null key or value are dropped (counted). Both streams must be partitioned alike; a stream whose key
   * was changed is repartitioned first.
   */
  join<VO, R>(
    other: KStream<K, VO>,
    joiner: Joiner<K, NonNullable<V>, NonNullable<VO>, R>,
    windows: JoinWindows,
    options?: StreamJoinedOptions<K, V, VO>,
  ): KStream<K, R>;
  join<VT, R>(
    table: KTable<K, VT>,
    joiner: Joiner<K, V, NonNullable<VT>, R>,
    options?: JoinedOptions<K, V>,
  ): KStream<K, R>;
  join<KT, VT, R>(
    table: GlobalKTable<KT, VT>,
    keySelector: ValueMapper<K, V, KT | null>,
    joiner: GlobalTableJoiner<K, KT, V, NonNullable<VT>, R>,
    options?: NamedOptions,
  ): KStream<K, R>;
  /** A mistake: without windows, two streams would have to be kept for ever. */
  join<VO, R>(
    other: KStream<K, VO>,
    joiner: Joiner<K, NonNullable<V>, NonNullable<VO>, R> & Refused<StreamJoinNeedsWindows>,
  ): never;
  /** A mistake: a record says by itself which row of a global table it goes with. */
  join<KT, VT, R>(
    table: GlobalKTable<KT, VT>,
    joiner: Joiner<K, V, NonNullable<VT>, R> & Refused<GlobalJoinNeedsKeySelector>,
  ): never;
  join(...given: JoinArguments): KStream<K, unknown> {
    return this.joined('join()', 'inner', given);
  }

  /**
   * As `join`, but records without a counterpart are joined with null. With a stream: a record of this stream that has found
   * no partner is emitted, with its own timestamp, once time has passed the end of its window and the grace; time is moved
   * by the records of both streams, and results of this kind are looked for at most once every `emitInterval`. A record with
   * a null key is joined with null at once.
   */
  leftJoin<VO, R>(
    other: KStream<K, VO>,
    joiner: Joiner<K, NonNullable<V>, NonNullable<VO> | null, R>,
    windows: JoinWindows,
    options?: StreamJoinedOptions<K, V, VO>,
  ): KStream<K, R>;
  leftJoin<VT, R>(
    table: KTable<K, VT>,
    joiner: Joiner<K, V, NonNullable<VT> | null, R>,
    options?: JoinedOptions<K, V>,
  ): KStream<K, R>;
  leftJoin<KT, VT, R>(
    table: GlobalKTable<KT, VT>,
    keySelector: ValueMapper<K, V, KT | null>,
    joiner: GlobalTableJoiner<K, KT | null, V, NonNullable<VT> | null, R>,
    options?: NamedOptions,
  ): KStream<K, R>;
  /** A mistake: without windows, two streams would have to be kept for ever. */
  leftJoin<VO, R>(
    other: KStream<K, VO>,
    joiner: Joiner<K, NonNullable<V>, NonNullable<VO> | null, R> & Refused<StreamJoinNeedsWindows>,
  ): never;
  /** A mistake: a record says by itself which row of a global table it goes with. */
  leftJoin<KT, VT, R>(
    table: GlobalKTable<KT, VT>,
    joiner: Joiner<K, V, NonNullable<VT> | null, R> & Refused<GlobalJoinNeedsKeySelector>,
  ): never;
  leftJoin(...given: JoinArguments): KStream<K, unknown> {
    return this.joined('leftJoin()', 'left', given);
  }

  /** As `leftJoin` with a stream, but records of the other stream without a partner are joined with null too. */
  outerJoin<VO, R>(
    other: KStream<K, VO>,
    joiner: Joiner<K, NonNullable<V> | null, NonNullable<VO> | null, R>,
    windows: JoinWindows,
    options?: StreamJoinedOptions<K, V, VO>,
  ): KStream<K, R> {
    if (!((other as unknown) instanceof KStream)) {
      throw wrongPartner('outerJoin() takes a KStream to join the stream with');
    }
    return this.joined('outerJoin()', 'outer', [other, joiner, windows, options]) as KStream<K, R>;
  }

  private joined(call: string, type: StreamJoinType, given: JoinArguments): KStream<K, unknown> {
    const [other, ...rest] = given;
    const left = type === 'left';
    if (other instanceof KStream) {
      const [joiner, windows, options = {}] = rest as [unknown, unknown, StreamJoinedOptions<K, V, unknown>?];
      checkFunction(call, 'joiner', joiner);
      if (!(windows instanceof JoinWindows)) {
        throw new MillraceError(
          'CONFIG_INVALID',
          `${call} of two streams needs JoinWindows behind the joiner, such as JoinWindows.of({ timeDifference: '5m' })`,
          { option: 'windows' },
        );
      }
      checkOptions(call, options, STREAM_JOINED);
      const parts = (other as KStream<K, unknown>)[PARTS];
      checkSameBuilder(call, this[PARTS], parts);
      return new KStream(joinStreams(this[PARTS], parts, type, joiner as AnyJoiner, windows, options));
    }
    if (other instanceof GlobalKTable) {
      const [keySelector, joiner, options = {}] = rest as [unknown, unknown, NamedOptions?];
      if (typeof keySelector !== 'function' || typeof joiner !== 'function') {
        throw new MillraceError(
          'CONFIG_INVALID',
          `${call} with a global table needs a function that selects the table's key, and then the joiner`,
          { option: typeof keySelector === 'function' ? 'joiner' : 'keySelector' },
        );
      }
      checkOptions(call, options, NAMED);
      const { store } = other[PARTS];
      checkSameBuilder(call, this[PARTS], other[PARTS]);
      return new KStream(
        joinGlobalTable(this[PARTS], store, keySelector as AnyMapper, joiner as AnyJoiner, left, options.name),
      );
    }
    if (!(other instanceof KTable)) {
      throw wrongPartner(`${call} takes a KStream, a KTable or a GlobalKTable to join the stream with`);
    }
    const [joiner, options = {}] = rest as [unknown, JoinedOptions<unknown, unknown>?];
    checkFunction(call, 'joiner', joiner);
    checkOptions(call, options, JOINED);
    checkSameBuilder(call, this[PARTS], other[PARTS]);
    return new KStream(joinTable(this[PARTS], other[PARTS], joiner as AnyJoiner, left, options));
  }

  private filtered(call: string, predicate: Predicate<K, V>, negate: boolean, options: NamedOptions): KStream<K, V> {
    const operator: Operator = { kind: 'filter', predicate: predicate as AnyPredicate, negate };
    return new KStream(this.then(call, 'KSTREAM-FILTER-', options, operator));
  }

  /** Checks the options and appends an operator; the parts are those of the stream behind it. */
  private then(
    call: string,
    prefix: string,
    options: NamedOptions,
    operator: Operator,
    traits?: LogicalTraits,
  ): StreamParts {
    checkOptions(call, options, NAMED);
    return this.append(prefix, options.name, () => ({ operator }), traits);
  }

  private append(
    prefix: string,
    givenName: string | undefined,
    written: () => WrittenOperator,
    traits?: LogicalTraits,
  ): StreamParts {
    const stream = withoutJoinRepartition(this[PARTS]);
    const name = stream.graph.names.operatorOr(givenName, prefix);
    const node = stream.graph.append(stream.node, new OperatorNode(name, written, traits));
    return { ...stream, node, name };
  }
}

type StreamJoinNeedsWindows =
  'a join of two streams needs JoinWindows behind the joiner: JoinWindows.of({ timeDifference })';
type GlobalJoinNeedsKeySelector =
  "a join with a global table needs a function that selects the table's key, before the joiner";

type JoinArguments = [table: unknown, ...rest: unknown[]];

function printLine(line: string): void {
  // eslint-disable-next-line no-console -- printing is what the operator is for
  console.log(line);
}
