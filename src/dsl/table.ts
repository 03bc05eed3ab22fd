/** A table: the latest value of each key, and the stream of its changes. */
import type { ValueTransformerSupplier } from '../processor/api/value-transformer.js';
import type { SuppressBufferSpec } from '../store/spec.js';
import { MillraceError } from '../errors/error.js';
import { OperatorNode } from '../topology/logical/processor-nodes.js';
import type { TableJoinType } from '../topology/operators.js';
import type {
  AnyJoiner,
  AnyMapper,
  AnyPairMapper,
  AnyPredicate,
  ForeignKeyExtractor,
  Joiner,
  NullOf,
  PairMapper,
  Predicate,
  ValueMapper,
} from '../processor/api/functions.js';
import { checkFunction, checkOptions } from './check-options.js';
import { joinByForeignKey } from './foreign-key-join.js';
import { KGroupedTable } from './grouped-table.js';
import { changelogConfig, keyValueSpec, saysMaterialized } from './materialized.js';
import {
  FOREIGN_KEY_JOIN,
  GROUPED,
  NAMED,
  STATEFUL,
  type ForeignKeyJoinOptions,
  type GroupedOptions,
  type NamedOptions,
  type StatefulOptions,
  type TransformValuesOptions,
} from './options.js';
import { checkSameBuilder, ownParts, PARTS, wrongPartner, type TableParts } from './parts.js';
import { KStream } from './stream.js';
import { joinTables } from './table-join.js';
import { suppressLimits, type AnySuppressOptions, type SuppressOptions } from './suppressed.js';
import { transformTableValues } from './table-transform-values.js';
import { DerivedOrigin, SuppressedOrigin } from './table-origin.js';

type JoinArguments = [other: unknown, first: unknown, second?: unknown, third?: unknown];

/**
 * A table of keys `K` and values `V`. `V` contains null where a key can be deleted: in tables read from topics, and behind
 * `filter`; the functions of a table never get null.
 *
 * A table has a store if it is aggregated, if its store is named, or if something behind it has to look values up.
 * Kafka Streams: `KTable`.
 */
export class KTable<K, V> {
  /** @internal */
  readonly [PARTS]: TableParts;
  /** Only the compiler knows the types of keys and values. */
  declare protected readonly types: [K, V];

  /** @internal Made by `StreamsBuilder` and by operators. */
  constructor(parts: TableParts) {
    this[PARTS] = ownParts(parts, 'KTable', "builder.table('topic') of a StreamsBuilder");
  }

  /** Name of the store for queries; null unless the store was named. */
  get queryableStoreName(): string | null {
    return this[PARTS].queryableStoreName;
  }

  /**
   * Keeps the rows for which `predicate` holds; a row for which it no longer holds is deleted. Rows that never matched are
   * only left out silently when old values are known, else each sends a deletion, which is harmless.
   */
  filter(predicate: Predicate<K, NonNullable<V>>, options: StatefulOptions<K, V> = {}): KTable<K, V | null> {
    checkFunction('filter()', 'predicate', predicate);
    return this.filtered('filter()', predicate as AnyPredicate, false, options);
  }

  /** Keeps the rows for which `predicate` does not hold. See {@link filter}. */
  filterNot(predicate: Predicate<K, NonNullable<V>>, options: StatefulOptions<K, V> = {}): KTable<K, V | null> {
    checkFunction('filterNot()', 'predicate', predicate);
    return this.filtered('filterNot()', predicate as AnyPredicate, true, options);
  }

  /** Gives each row another value. Deletions stay deletions; `mapper` does not see them. */
  mapValues<VR>(
    mapper: ValueMapper<K, NonNullable<V>, VR>,
    options: StatefulOptions<K, VR> = {},
  ): KTable<K, VR | NullOf<V>> {
    checkOptions('mapValues()', options, STATEFUL);
    checkFunction('mapValues()', 'mapper', mapper);
    const { graph, node: parent, origin: parentOrigin, key, sources } = this[PARTS];
    const store = this.namedStore('KTABLE-MAPVALUES-', options, undefined);
    const name = graph.names.operatorOr(options.name, 'KTABLE-MAPVALUES-');
    const origin = new DerivedOrigin(parentOrigin, store, saysMaterialized(options), (read) => ({
      kind: 'mapValues',
      parent: read,
      mapper: mapper as AnyMapper,
    }));
    const node = graph.append(
      parent,
      new OperatorNode(name, () => ({
        operator: {
          kind: 'tableMapValues',
          mapper: mapper as AnyMapper,
          store: store?.name ?? null,
          sendOldValues: origin.sendsOldValues,
        },
        stores: store === null ? [] : [store],
      })),
    );
    return new KTable({
      graph,
      node,
      name,
      key: options.key ?? key,
      value: options.value,
      sources,
      origin,
      queryableStoreName: store?.name ?? null,
    });
  }

  /**
   * Gives each row the value that a transformer of yours makes, which can have stores and timers. It is called for deletions
   * too, with null; where it returns null, the row is deleted. Without a store of its own the table is computed anew for
   * whoever reads it, by another transformer, which is also asked for rows that are not there.
   */
  transformValues<VR>(
    supplier: ValueTransformerSupplier<K, NonNullable<V>, VR>,
    options: TransformValuesOptions<K, VR> = {},
  ): KTable<K, VR> {
    return new KTable(transformTableValues(this[PARTS], supplier, options));
  }

  // The mapper comes first: a function has a `name`, so it would pass for options and its parameters for untyped.
  /** The changes of the table as a stream with another key, as `toStream().selectKey(mapper)`. */
  toStream<KR>(mapper: ValueMapper<K, V, KR>, options?: NamedOptions): KStream<KR, V>;
  /** The changes of the table as a stream: the new values, null for deletions. */
  toStream(options?: NamedOptions): KStream<K, V>;
  toStream(first: ValueMapper<K, V, unknown> | NamedOptions = {}, second: NamedOptions = {}): KStream<unknown, V> {
    const mapper = typeof first === 'function' ? (first as ValueMapper<K, V, unknown>) : null;
    const options = mapper === null ? (first as NamedOptions) : second;
    checkOptions('toStream()', options, NAMED);
    const { graph, node: parent, key, value, sources } = this[PARTS];
    const name = graph.names.operatorOr(options.name, 'KTABLE-TOSTREAM-');
    const node = graph.append(parent, new OperatorNode(name, () => ({ operator: { kind: 'tableToStream' } })));
    const stream = new KStream<K, V>({ graph, node, name, key, value, sources, repartitionRequired: false });
    return mapper === null ? stream : stream.selectKey(mapper);
  }

  /**
   * Groups the rows by another key, for aggregations that take back what a row contributed when it changes. `mapper` gives
   * key and value in the new grouping; a row for which one of them is null contributes nothing. Always repartitions.
   */
  groupBy<KR, VR>(
    mapper: PairMapper<K, NonNullable<V>, KR, VR>,
    options: GroupedOptions<NonNullable<KR>, VR> = {},
  ): KGroupedTable<NonNullable<KR>, NonNullable<VR>> {
    checkOptions('groupBy()', options, GROUPED);
    checkFunction('groupBy()', 'mapper', mapper);
    const { graph, node: parent, origin } = this[PARTS];
    const name = graph.names.operatorOr(options.name, 'KTABLE-SELECT-');
    const node = graph.append(
      parent,
      new OperatorNode(name, () => ({
        operator: { kind: 'tableGroupBy', mapper: mapper as AnyPairMapper, versioned: origin.versioned },
      })),
    );
    origin.requestOldValues(true);
    return new KGroupedTable({ graph, node, key: options.key, value: options.value, groupName: options.name });
  }

  // Foreign keys come first: a function has a `name`, so it would pass for options.
  /**
   * Joins each row with the row of another table that it names: `foreignKey` gives the key of that row, null for none.
   * A change of either row gives a new result, whose timestamp is the higher one when the row of this table changed, else
   * that of the other one. Rows that find no partner have no result; those without a foreign key are dropped, and counted.
   * A deletion may be sent where there was no result.
   *
   * The other table may be partitioned in any way: foreign keys are sent to where its rows are, values back.
   */
  join<KO, VO, VR>(
    other: KTable<KO, VO>,
    foreignKey: ForeignKeyExtractor<K, V, KO>,
    joiner: Joiner<K, NonNullable<V>, NonNullable<VO>, VR>,
    options?: ForeignKeyJoinOptions<K, KO, VR>,
  ): KTable<K, VR | null>;
  /**
   * Joins the rows of two tables that have the same key; a change of either gives a new result, whose timestamp is the
   * higher one of both rows. While one of the rows is missing there is no result; when one is deleted, so is the result.
   * A deletion may be sent where there was no result. The tables must be partitioned alike.
   *
   * The result has a store if anything is said about one, else it is joined anew whenever it is read.
   */
  join<VO, VR>(
    other: KTable<K, VO>,
    joiner: Joiner<K, NonNullable<V>, NonNullable<VO>, VR>,
    options?: StatefulOptions<K, VR>,
  ): KTable<K, VR | NullOf<V> | NullOf<VO>>;
  join(...given: JoinArguments): KTable<K, unknown> {
    return this.joined('join()', 'inner', given);
  }

  /** As `join` by a foreign key, but every row of this table has a result: `joiner` gets null where it finds no partner. */
  leftJoin<KO, VO, VR>(
    other: KTable<KO, VO>,
    foreignKey: ForeignKeyExtractor<K, V, KO>,
    joiner: Joiner<K, NonNullable<V>, NonNullable<VO> | null, VR>,
    options?: ForeignKeyJoinOptions<K, KO, VR>,
  ): KTable<K, VR | NullOf<V>>;
  /** As `join`, but every row of this table has a result: without a row of the other one, `joiner` gets null for it. */
  leftJoin<VO, VR>(
    other: KTable<K, VO>,
    joiner: Joiner<K, NonNullable<V>, NonNullable<VO> | null, VR>,
    options?: StatefulOptions<K, VR>,
  ): KTable<K, VR | NullOf<V>>;
  leftJoin(...given: JoinArguments): KTable<K, unknown> {
    return this.joined('leftJoin()', 'left', given);
  }

  /** As `join`, but every row of both tables has a result: `joiner` gets null for the one that is missing. */
  outerJoin<VO, VR>(
    other: KTable<K, VO>,
    joiner: Joiner<K, NonNullable<V> | null, NonNullable<VO> | null, VR>,
    options?: StatefulOptions<K, VR>,
  ): KTable<K, VR | NullOf<V> | NullOf<VO>>;
  outerJoin(...given: JoinArguments): KTable<K, unknown> {
    return this.joined('outerJoin()', 'outer', given);
  }

  private joined(call: string, type: TableJoinType, given: JoinArguments): KTable<K, unknown> {
    const [table, first, second, third] = given;
    if (!(table instanceof KTable)) throw wrongPartner(`${call} takes a KTable to join the table with`);
    const left = this[PARTS];
    const right = (table as KTable<unknown, unknown>)[PARTS];
    checkSameBuilder(call, left, right);
    if (typeof second === 'function' && type !== 'outer') {
      const options = (third ?? {}) as ForeignKeyJoinOptions<unknown, unknown, unknown>;
      checkOptions(call, options, FOREIGN_KEY_JOIN);
      checkFunction(call, 'foreignKey', first);
      const extractor = first as AnyMapper;
      return new KTable(joinByForeignKey(left, right, extractor, second as AnyJoiner, type === 'left', options));
    }
    const options = (second ?? {}) as StatefulOptions<unknown, unknown>;
    checkOptions(call, options, STATEFUL);
    checkFunction(call, 'joiner', first);
    return new KTable(joinTables(left, right, first as AnyJoiner, type, options));
  }

  /**
   * Holds changes back, so that fewer of them go on: with `until: 'windowCloses'` one result a window, its last, when
   * stream time has passed its end and grace; with `until: { timeLimit }` the last change of a key, when so much stream
   * time has passed since the first one held back. Time is that of the records that reach the operator, so nothing goes
   * without a later record. A change goes on with timestamp, headers and place of its own record, in the order of the
   * times. Deletions go too, but not those of windows, of which nobody has heard. What is held back is in memory, and in
   * a store with a changelog, and survives restarts. Kafka Streams: `KTable.suppress`.
   * @throws MillraceError CONFIG_INVALID, NAME_INVALID; TOPOLOGY_INVALID when there are no windows that could close, or when
   * the table is versioned.
   * While running BUFFER_FULL, when a buffer with `whenFull: 'shutDown'` is full: not to be skipped by error handlers.
   */
  suppress(options: SuppressOptions<K>): KTable<K, V> {
    const given = options as AnySuppressOptions;
    const { graph, node: parent, origin: parentOrigin, key, value, sources } = this[PARTS];
    if (parentOrigin.versioned) {
      throw new MillraceError(
        'TOPOLOGY_INVALID',
        'suppress() cannot hold back a table with a history, whose updates may come in any order; keep the table before it without "versioned"',
        { node: this[PARTS].name },
      );
    }
    const limits = suppressLimits(given, parent);
    const name = given.name ?? graph.names.operator('KTABLE-SUPPRESS-');
    const store: SuppressBufferSpec = {
      name: given.name === undefined ? graph.names.store('KTABLE-SUPPRESS-') : `${given.name}-store`,
      kind: 'suppressBuffer',
      format: 'plain',
      formatOpen: true,
      key,
      value,
      engine: 'level',
      caching: false,
      logging: changelogConfig(given.logging),
    };
    const origin = new SuppressedOrigin(parentOrigin, store.name);
    const node = graph.append(
      parent,
      new OperatorNode(name, () => ({ operator: { kind: 'suppress', store: store.name, ...limits }, stores: [store] })),
    );
    return new KTable({ graph, node, name, key, value, sources, origin, queryableStoreName: null });
  }

  private filtered(
    call: string,
    predicate: AnyPredicate,
    negate: boolean,
    options: StatefulOptions<K, V>,
  ): KTable<K, V | null> {
    checkOptions(call, options, STATEFUL);
    const { graph, node: parent, origin: parentOrigin, key, value, sources } = this[PARTS];
    const store = this.namedStore('KTABLE-FILTER-', options, value);
    const name = graph.names.operatorOr(options.name, 'KTABLE-FILTER-');
    const origin = new DerivedOrigin(parentOrigin, store, saysMaterialized(options), (read) => ({
      kind: 'filter',
      parent: read,
      predicate,
      negate,
    }));
    // Where old values cost nothing they are asked for: they tell which rows never matched.
    const parentSendsOldValues = parentOrigin.requestOldValues(false);
    origin.sendsOldValues = parentSendsOldValues;
    const node = graph.append(
      parent,
      new OperatorNode(name, () => ({
        operator: {
          kind: 'tableFilter',
          predicate,
          negate,
          parentSendsOldValues,
          versioned: parentOrigin.versioned,
          store: store?.name ?? null,
          sendOldValues: origin.sendsOldValues,
        },
        stores: store === null ? [] : [store],
      })),
    );
    return new KTable({
      graph,
      node,
      name,
      key: options.key ?? key,
      value: options.value ?? value,
      sources,
      origin,
      queryableStoreName: store?.name ?? null,
    });
  }

  /** Operators on tables only get a store when it is named; anything else said about the state just uses up its number. */
  private namedStore(
    prefix: string,
    options: StatefulOptions<unknown, unknown>,
    value: TableParts['value'],
  ): ReturnType<typeof keyValueSpec> | null {
    const { graph, key } = this[PARTS];
    if (options.store !== undefined) return keyValueSpec(options, { name: options.store, key, value });
    if (saysMaterialized(options)) graph.names.store(prefix);
    return null;
  }
}
