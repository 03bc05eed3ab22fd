/** Every operator as data: what the DSL writes down and a task later gives life to, one kind a processor. */
import type { AsyncAttempt } from '../record/async-attempt.js';
import type {
  AnyAction,
  AnyAggregator,
  AnyInitializer,
  AnyJoiner,
  AnyMapper,
  AnyMerger,
  AnyPairMapper,
  AnyPredicate,
  AnyStreamTableJoiner,
} from '../processor/api/functions.js';
import type { AnyFixedKeyProcessorSupplier, AnyProcessorSupplier } from '../processor/api/processor.js';
import type { AnyValueTransformerSupplier } from '../processor/api/value-transformer.js';
import type { EmitStrategy } from '../time/emit-strategy.js';
import type { Serde } from '../serde/serde.js';
import type { JoinWindows } from '../time/join-windows.js';
import type { SessionWindows } from '../time/session-windows.js';
import type { FixedWindows } from '../time/windows.js';

/** How an operator reads the current value of a table: from its store, or computed from what it was derived from. */
export type TableRead =
  | { readonly kind: 'store'; readonly store: string }
  | { readonly kind: 'filter'; readonly parent: TableRead; readonly predicate: AnyPredicate; readonly negate: boolean }
  | { readonly kind: 'mapValues'; readonly parent: TableRead; readonly mapper: AnyMapper }
  /** What a suppressed table has told so far: of keys that are held back, the value before. */
  | { readonly kind: 'suppress'; readonly parent: TableRead; readonly store: string }
  | {
      readonly kind: 'transformValues';
      readonly parent: TableRead;
      /** Name of the operator; what it may use of stores. */
      readonly operator: string;
      readonly stores: readonly string[];
      readonly supplier: AnyValueTransformerSupplier;
    }
  | {
      readonly kind: 'join';
      readonly left: TableRead;
      readonly right: TableRead;
      readonly joiner: AnyJoiner;
      readonly type: TableJoinType;
    };

/** Which rows a join of two tables has: those of keys in both, in the left one, or in any. */
export type TableJoinType = 'inner' | 'left' | 'outer';

/** Parts that every operator with a table as its result has. */
interface TableResult {
  /** Store that holds the result; null where it is not materialized. */
  readonly store: string | null;
  /** Somebody downstream needs the value that a change replaces. */
  readonly sendOldValues: boolean;
}

interface StoredResult {
  readonly store: string;
  readonly sendOldValues: boolean;
}

/** How answers of a foreign-key join get the keys of the left table. */
interface AnswerKeys {
  readonly registrationTopic: string;
  /** A user's partitioner has to see them; else they stay bytes. */
  readonly decodesKeys: boolean;
  readonly key: Serde<unknown> | undefined;
}

export type Operator =
  // streams
  | { readonly kind: 'pass' }
  | { readonly kind: 'filter'; readonly predicate: AnyPredicate; readonly negate: boolean }
  | { readonly kind: 'map'; readonly mapper: AnyPairMapper }
  | { readonly kind: 'mapValues'; readonly mapper: AnyMapper }
  | {
      readonly kind: 'flatMap';
      readonly mapper: (...args: Parameters<AnyMapper>) => Iterable<readonly [unknown, unknown]>;
    }
  | { readonly kind: 'flatMapValues'; readonly mapper: (...args: Parameters<AnyMapper>) => Iterable<unknown> }
  | { readonly kind: 'selectKey'; readonly mapper: AnyMapper }
  /** `forwards: false` is foreach. */
  | { readonly kind: 'peek'; readonly action: AnyAction; readonly forwards: boolean }
  | {
      readonly kind: 'print';
      readonly write: (line: string) => void;
      readonly label: string;
      readonly format: AnyMapper | null;
    }
  /** The first predicate that holds names the child that gets the record; null always holds (the default branch). */
  | {
      readonly kind: 'branch';
      readonly branches: readonly { readonly predicate: AnyPredicate | null; readonly child: string }[];
    }
  | {
      readonly kind: 'async';
      readonly call: (...args: [...Parameters<AnyMapper>, attempt: AsyncAttempt]) => unknown;
      /** `value`: what the function gives is the new value. `pairs`: an iterable of pairs of key and value, or nothing. */
      readonly result: 'value' | 'pairs';
      /** Records that may be pending before no more are taken. */
      readonly capacity: number;
      readonly orderedByKey: boolean;
      /** Of one attempt, ms; Infinity: none. */
      readonly timeoutMs: number;
      readonly attempts: number;
      readonly backoffMs: number;
      readonly maxBackoffMs: number;
      readonly retriable: (error: unknown) => boolean;
    }
  /** Processors of users, one a task. */
  | { readonly kind: 'process'; readonly supplier: AnyProcessorSupplier }
  | { readonly kind: 'processValues'; readonly supplier: AnyFixedKeyProcessorSupplier }
  /** An operator with a processor wrapper around it; `wrap` is called for each task. */
  | {
      readonly kind: 'wrapped';
      readonly operator: Operator;
      readonly wrap: (inner: AnyProcessorSupplier) => AnyProcessorSupplier;
    }
  /** In front of a repartition sink: drops null keys, uncounted. */
  | { readonly kind: 'repartitionFilter'; readonly keepNullKeys: boolean }
  // stream -> table
  | ({ readonly kind: 'tableSource' } & TableResult)
  | ({ readonly kind: 'streamToTable' } & TableResult)
  | ({
      readonly kind: 'aggregate';
      readonly initializer: AnyInitializer;
      readonly aggregator: AnyAggregator;
      /** The aggregator looks at no values. */
      readonly counts?: true;
    } & StoredResult)
  | ({ readonly kind: 'reduce'; readonly reducer: AnyAggregator } & StoredResult)
  | ({
      readonly kind: 'windowAggregate';
      readonly windows: FixedWindows;
      readonly emit: EmitStrategy;
      readonly initializer: AnyInitializer;
      readonly aggregator: AnyAggregator;
      /** The aggregator looks at no values. */
      readonly counts?: true;
    } & StoredResult)
  | ({
      readonly kind: 'windowReduce';
      readonly windows: FixedWindows;
      readonly emit: EmitStrategy;
      readonly reducer: AnyAggregator;
    } & StoredResult)
  | ({
      readonly kind: 'sessionAggregate';
      readonly windows: SessionWindows;
      readonly emit: EmitStrategy;
      readonly initializer: AnyInitializer;
      readonly aggregator: AnyAggregator;
      /** The aggregator looks at no values. */
      readonly counts?: true;
      readonly merger: AnyMerger;
    } & StoredResult)
  | ({
      readonly kind: 'sessionReduce';
      readonly windows: SessionWindows;
      readonly emit: EmitStrategy;
      readonly reducer: AnyAggregator;
    } & StoredResult)
  // table -> table, stream
  | ({
      readonly kind: 'tableFilter';
      readonly predicate: AnyPredicate;
      readonly negate: boolean;
      /**
       * Whether the parent sent old values from the start. If it did, or if somebody asks this operator for them, a row
       * that was and is filtered out is passed over in silence; a parent that only later learned to send them changes
       * nothing.
       */
      readonly parentSendsOldValues: boolean;
      readonly versioned: boolean;
    } & TableResult)
  | ({ readonly kind: 'tableTransformValues'; readonly supplier: AnyValueTransformerSupplier } & TableResult)
  | ({ readonly kind: 'tableMapValues'; readonly mapper: AnyMapper } & TableResult)
  | { readonly kind: 'tableToStream' }
  /** Holds changes back in `store`, until stream time passes the end of the window or the change's own time by `waitMs`. */
  | {
      readonly kind: 'suppress';
      readonly store: string;
      readonly until: 'windowCloses' | 'timeLimit';
      readonly waitMs: number;
      /** Infinite: no limit. */
      readonly maxRecords: number;
      readonly maxBytes: number;
      readonly whenFull: 'emitEarly' | 'shutDown';
    }
  /**
   * KTable.groupBy: each half of the change under its own new key. Here and elsewhere, `versioned`: the table that comes in
   * has a history, so that updates which are not the latest are passed over.
   */
  | { readonly kind: 'tableGroupBy'; readonly mapper: AnyPairMapper; readonly versioned: boolean }
  | ({
      readonly kind: 'tableAggregate';
      readonly initializer: AnyInitializer;
      readonly adder: AnyAggregator;
      readonly subtractor: AnyAggregator;
    } & StoredResult)
  | ({ readonly kind: 'tableReduce'; readonly adder: AnyAggregator; readonly subtractor: AnyAggregator } & StoredResult)
  // foreign-key joins: the registration topic is named without the application id
  | {
      readonly kind: 'foreignKeySend';
      readonly extractor: AnyMapper;
      readonly left: boolean;
      readonly versioned: boolean;
      readonly registrationTopic: string;
      readonly key: Serde<unknown> | undefined;
      readonly value: Serde<unknown> | undefined;
      readonly foreignKey: Serde<unknown> | undefined;
    }
  | {
      readonly kind: 'foreignKeyReceive';
      readonly store: string;
      readonly registrationTopic: string;
      readonly foreignKey: Serde<unknown> | undefined;
    }
  | ({ readonly kind: 'foreignKeyLookUp'; readonly table: TableRead } & AnswerKeys)
  | ({
      readonly kind: 'foreignKeyFanOut';
      readonly store: string;
      readonly versioned: boolean;
      readonly foreignKey: Serde<unknown> | undefined;
    } & AnswerKeys)
  | {
      readonly kind: 'foreignKeyResolve';
      readonly table: TableRead;
      readonly joiner: AnyJoiner;
      readonly left: boolean;
      readonly registrationTopic: string;
      readonly value: Serde<unknown> | undefined;
    }
  // joins
  /** One input of a join of two tables: reads the other one. */
  | {
      readonly kind: 'tableJoinSide';
      readonly side: 'left' | 'right';
      readonly other: TableRead;
      readonly joiner: AnyJoiner;
      readonly type: TableJoinType;
      readonly versioned: boolean;
      readonly sendOldValues: boolean;
    }
  /** Where the two sides of a join come together. */
  | ({ readonly kind: 'tableJoinMerge' } & TableResult)
  | {
      readonly kind: 'streamTableJoin';
      readonly table: TableRead;
      readonly joiner: AnyStreamTableJoiner;
      readonly left: boolean;
      /** Joins with a global table: the key to look up. Null: the record's own key. */
      readonly keySelector: AnyMapper | null;
    }
  /** Keeps the records of one side of a stream-stream join. */
  | { readonly kind: 'streamJoinWindow'; readonly store: string }
  /** Joins the records of one side with those that the other side keeps. */
  | {
      readonly kind: 'streamJoin';
      readonly joiner: AnyJoiner;
      readonly windows: JoinWindows;
      readonly left: boolean;
      /** Records of this side without a partner are emitted too. */
      readonly outer: boolean;
      readonly otherStore: string;
      /** Of both sides: where those wait that have no partner yet. Null: none does, as in an inner join, or where they are emitted at once. */
      readonly waitingStore: string | null;
      /** Name of the operator that both sides go on to; the two share their time under it. */
      readonly join: string;
    }
  | {
      readonly kind: 'streamSelfJoin';
      readonly joiner: AnyJoiner;
      readonly windows: JoinWindows;
      readonly store: string;
      /** Records without a key are emitted, as left ones, as right ones. */
      readonly leftOuter: boolean;
      readonly rightOuter: boolean;
    }
  /** The same with a table that has a history: records are held back in `buffer` first, for the grace that is its retention. */
  | {
      readonly kind: 'streamTableGraceJoin';
      readonly table: TableRead;
      readonly joiner: AnyJoiner;
      readonly left: boolean;
      readonly buffer: string;
    };

export type OperatorKind = Operator['kind'];
