/** Where Millrace does otherwise on purpose, because the JVM dies of or refuses what is sound: recognised, so as not to be taken for mistakes. */
import { described, type Answer, type Plan, type Step } from './plan.js';

export interface Deliberate {
  /** As it is counted. */
  readonly name: string;
  readonly why: string;
  readonly applies: (ours: Answer, theirs: Answer, plan: Plan) => boolean;
}

/** Segments of window stores are never shorter. */
const LEAST_SEGMENT_MS = 60_000;

export const DELIBERATE: readonly Deliberate[] = [
  {
    name: 'a null key may wait',
    why:
      'A left join of a stream with a table joins a record without a key with null; with grace, Kafka Streams lets it ' +
      'through as well, and its buffer kills the task. Millrace joins it at once.',
    applies: (ours, theirs) => goesAsFar(ours, theirs) && fails(theirs, /NullPointerException: key cannot be null/),
  },
  {
    name: 'a record that fails does not stop those behind it',
    why:
      'When the joiner of a join with grace throws and the handler goes on, Kafka Streams leaves the record in its buffer: ' +
      'it fails again at each further record, and nothing behind it is joined any more. Millrace drops that record alone.',
    applies: (ours, theirs, { onError, steps }) =>
      onError === 'continue' &&
      ours.died === undefined &&
      theirs.dropped > ours.dropped &&
      steps.some(
        ({ grace, joiner }) => grace !== undefined && (joiner as { fn?: string } | undefined)?.fn === 'throwSome',
      ),
  },
  {
    name: 'serdes are inherited',
    why:
      'With a Grouped or a Materialized that lacks a serde, Kafka Streams falls back to the default serde, though the ' +
      'stream or table has one that fits; the first record of another type kills it. Millrace takes that of the stream or table.',
    applies: (ours, theirs) =>
      fails(
        theirs,
        /serializer.* is not compatible to the actual (key|value) type|ClassCastException invoking processor: \S*SUBSCRIPTION-REGISTRATION/is,
      ) && goesAsFar(ours, theirs),
  },
  {
    name: 'windowed keys can be held back',
    why:
      'A windowed aggregation whose key serde is the default one has no serde for its windowed keys; suppress behind it ' +
      'falls back to the default serde, and the first record kills it.',
    applies: (ours, theirs) =>
      goesAsFar(ours, theirs) && fails(theirs, /invoking processor: .*\.Windowed cannot be cast to class/s),
  },
  {
    name: 'a full buffer stops the application',
    why:
      'A handler that goes on after errors lets the JVM go on after "shut down when full" as well: the buffer grows ' +
      'beyond its limit, and each record that is held back in it is counted as dropped. Millrace stops.',
    applies: (ours, theirs) =>
      /the buffer of suppress\(\) is full/.test(ours.died?.error ?? '') &&
      (theirs.died === undefined || theirs.died.input > (ours.died?.input ?? 0)),
  },
  {
    name: 'a store is there before its join',
    why:
      'A named grouping shares its repartition among its aggregations, and each further one moves it back in the order of ' +
      'building: a join with the table of the first, written in between, is then built before its store, and build() refuses.',
    applies: (ours, theirs) =>
      ours.refused === undefined && /StateStore .* is not added yet/.test(theirs.refused ?? ''),
  },
  {
    name: 'repartitions are merged behind stateless operators',
    why:
      'With merge.repartition.topics, a key change followed by filter, peek or another operator that leaves key and ' +
      'value alone, and then by two users of a repartition, makes build() throw.',
    applies: (ours, theirs) =>
      ours.refused === undefined && /Found a null keyChangingChild node/.test(theirs.refused ?? ''),
  },
  {
    name: 'a cogroup shares repartitions, and has several',
    why:
      'Two groupings of a cogroup that both have to be repartitioned and have no name get topics of the same name in Kafka ' +
      'Streams, and so does a named grouping that another aggregation uses too: build() refuses. Millrace gives the second ' +
      'topic a name of its own, and shares that of the named grouping.',
    applies: (ours, theirs) =>
      ours.refused === undefined &&
      /COGROUPKSTREAM-|-cogroup-merge/.test(ours.describe) &&
      /Processor .*-repartition-filter is already added/.test(theirs.refused ?? ''),
  },
  {
    name: 'joins of no length find what has the same time',
    why:
      'The stores of a stream-stream join without length and grace have no retention, and do not even show a record of the ' +
      'same moment: the JVM joins nothing. Millrace keeps records for one millisecond.',
    applies: (_ours, _theirs, { steps }) => steps.some((step) => isStreamJoin(step) && lengthOf(step) === 0),
  },
  {
    name: 'what timers send can be held back',
    why:
      'What a punctuator forwards has no topic, and the suppress buffer of Kafka Streams cannot write it to its changelog: the ' +
      'commit fails. Millrace writes it without one.',
    applies: (ours, theirs) => goesAsFar(ours, theirs) && fails(theirs, /"this\.topic" is null/),
  },
  {
    name: 'what timers send can be joined by a foreign key',
    why:
      'What a punctuator forwards has no partition, and a table made of it asks the other side of a foreign-key join to answer ' +
      'to partition -1: the answer cannot be sent, and the task dies. Where none is due, the -1 stays in what it keeps of the ' +
      'subscription. Millrace has it answered to the partition of the task.',
    applies: (ours, theirs) =>
      goesAsFar(ours, theirs) &&
      fails(theirs, /processor=\S*(?:SUBSCRIPTION|subscription)\S*.*Invalid partition: -1\./),
  },
  {
    name: 'windowed cogroups can be joined',
    why:
      'Who joins the table of a windowed or session-windowed cogroup has to look up its rows, for which Kafka Streams knows ' +
      'only stores without windows: the application fails at its start. Millrace looks them up.',
    applies: (ours, theirs) =>
      ours.refused === undefined &&
      /must implement either TimestampedKeyValueStore\w*, or VersionedKeyValueStore. Got: \S*(?:Window|Session)Store/.test(
        theirs.refused ?? '',
      ),
  },
  {
    name: 'windowed cogroups of what had a history can be held back',
    why:
      'Kafka Streams takes the table of a windowed cogroup for a versioned one where a stream that it groups came from a ' +
      'versioned table, and refuses to suppress it. Windows are not versioned: Millrace holds them back.',
    applies: (ours, theirs, { steps }) =>
      ours.refused === undefined &&
      steps.some(({ op }) => /^cogroup (?:windowed|session) aggregate$/.test(op)) &&
      /suppress\(\) is only supported for non-versioned KTables/.test(theirs.refused ?? ''),
  },
  {
    name: 'rows of a left join by a windowed foreign key can be deleted',
    why:
      'A left join by a foreign key that is the key of a window or session kills the JVM as soon as a row is deleted or has no ' +
      'foreign key: its partitioner of such keys cannot take null. Millrace does with them as with every other type of key.',
    // With a cache in front of the join it is a flush that fails, which does not name the join.
    applies: (ours, theirs, { steps }) =>
      goesAsFar(ours, theirs) &&
      steps.some(({ op }) => op === 'foreign leftJoin') &&
      fails(theirs, /Windowed\.key\(\)" because "data" is null/i),
  },
  {
    name: 'left self joins stay left joins',
    why:
      'single.store.self.join makes an inner join of a left or outer join of a stream with itself, which then drops records ' +
      'without a key. Millrace uses one store too, and joins them with null.',
    applies: (ours, theirs, plan) =>
      described(ours) === described(theirs) && hasOptimizedOuterSelfJoin(plan, theirs) && hasNullKeys(plan),
  },
  {
    name: 'no record is joined with itself outside of its window',
    why:
      'single.store.self.join joins each record with itself, even where the window of the join leaves out its own time, and ' +
      'then takes left and outer joins for inner ones too. Millrace has the results of the ordinary join.',
    applies: (_, { describe }, { steps }) =>
      steps.some((step) => isStreamJoin(step) && excludesOwnTime(step)) && hasSelfJoin(describe),
  },
  {
    name: 'records are joined with themselves within one millisecond too',
    why:
      'single.store.self.join leaves out the pair of a record with itself when it is too old for the store, and takes the ' +
      'newest record for too old where length and grace of the join make up one millisecond: the pairs that the ordinary join ' +
      'gives are lost. Millrace has them.',
    applies: (_, { describe }, { steps }) =>
      steps.some((step) => isStreamJoin(step) && lengthOf(step) === 1) && hasSelfJoin(describe),
  },
  {
    name: 'sliding windows may have no length',
    why:
      'Sliding windows of a time difference of 0 can be built in Kafka Streams, but the first record kills it: it makes a ' +
      'window that must end after it begins. Here such a window holds the records of one millisecond.',
    applies: (ours, theirs) =>
      goesAsFar(ours, theirs) && fails(theirs, /Window endMs must be greater than window startMs/),
  },
  {
    name: 'a sliding window that was just deleted is gone',
    why:
      'A sliding aggregation with caching reads its windows backwards, and Kafka Streams then finds one with null that the ' +
      'aggregator has deleted since the last commit: it dies of the next record of that key. Millrace does not find it.',
    applies: (ours, theirs) =>
      goesAsFar(ours, theirs) && fails(theirs, /because "(?:next|windowBeingProcessed)\.value" is null/),
  },
  {
    name: 'every window that closes is emitted',
    why:
      'Kafka Streams puts a record before it emits the windows that the record has closed. Those that are older than the ' +
      'retention of the store, by default size and grace, cannot be seen by then unless they are cached: where time jumps, ' +
      'final results are lost.',
    // What is emitted in addition may be what ours dies of.
    applies: (ours, theirs) =>
      ours.loses !== undefined &&
      ours.loses <= (ours.died?.input ?? Infinity) &&
      ours.loses < (theirs.died?.input ?? Infinity),
  },
  {
    name: 'cached sessions are found near the epoch',
    why:
      'With caching, a search for sessions whose earliest end lies a segment or more before the epoch throws; Millrace ' +
      'finds what is there.',
    applies: (ours, theirs, plan) =>
      (fails(theirs, /segment interval has changed/) && goesAsFar(ours, theirs)) ||
      // Where errors are passed over, it drops those records.
      (plan.onError === 'continue' && looksBeforeEpoch(plan)),
  },
];

/** Whether the JVM fails in such a way: dies of it, or passes over the record. */
function fails({ died, passedOver = [] }: Answer, error: RegExp): boolean {
  return error.test(died?.error ?? '') || passedOver.some((one) => error.test(one));
}

/** Whether ours has not died before the JVM; later it may, of something else. */
function goesAsFar(ours: Answer, theirs: Answer): boolean {
  return ours.died === undefined || ours.died.input >= (theirs.died?.input ?? 0);
}

/** A cached search for sessions begins a segment or more before the epoch. */
function looksBeforeEpoch({ cacheBytes, inputs, steps }: Plan): boolean {
  const times = inputs.flatMap((input) => ('time' in input ? [input.time] : []));
  const gaps = steps.flatMap(({ op, gap }) => (op.endsWith('session windowedBy') ? [Number(gap)] : []));
  return cacheBytes > 0 && gaps.some((gap) => Math.min(...times) - gap <= -LEAST_SEGMENT_MS);
}

/** The deliberate difference that the answers show, if any. */
export function deliberateDifference(plan: Plan, ours: Answer, theirs: Answer): Deliberate | null {
  return DELIBERATE.find(({ applies }) => applies(ours, theirs, plan)) ?? null;
}

/** What a side had done before it came to an input. */
export function before(answer: Answer, input: number): Answer {
  const { died: _died, loses: _loses, ...rest } = answer;
  return {
    ...rest,
    records: answer.records.filter((record) => record.input < input),
    seen: answer.seen.filter((line) => Number.parseInt(line, 10) < input),
    printed: {},
    stores: {},
    dropped: 0,
  };
}

/** Whether a left or outer join has no store for the records that wait: it was made an inner one. */
function hasOptimizedOuterSelfJoin({ steps }: Plan, { describe }: Answer): boolean {
  const joins = steps.filter((step) => isStreamJoin(step) && step.op !== 'stream join');
  const shared = describe.match(/KSTREAM-OUTERSHARED-\d+-store|[\w.-]+-(?:left|outer)-shared-join-store/g) ?? [];
  return new Set(shared).size < joins.length;
}

function hasNullKeys({ steps, inputs }: Plan): boolean {
  return inputs.some((input) => 'key' in input && input.key === null) || JSON.stringify(steps).includes('keyOrNull');
}

function isStreamJoin({ op }: Step): boolean {
  return op.startsWith('stream ') && op.endsWith('oin');
}

function excludesOwnTime({ before, after }: Step): boolean {
  return Number(before ?? 0) < 0 || Number(after ?? 0) < 0;
}

/** An operator right behind the window of a side that has its store: there is no other side. */
function hasSelfJoin(describe: string): boolean {
  return /Processor: (?:KSTREAM-MERGE-\d+|[\w.-]+-merge) \(stores: \[[^\]]/.test(describe);
}

/** With its grace, ms. */
function lengthOf({ difference, before = difference, after = difference, grace = 0 }: Step): number {
  return Number(before) + Number(after) + Number(grace);
}
