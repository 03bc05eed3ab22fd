/** The base of every error that Millrace throws: a code from one table, and where it happened. */
import { ERROR_CODES, type ErrorCode } from './codes.js';

/** Where an error happened; what is unknown is left out. */
export interface ErrorPlace {
  readonly topic?: string | undefined;
  readonly partition?: number | undefined;
  readonly offset?: number | undefined;
  /** Name of the operator in the topology. */
  readonly node?: string | undefined;
  /** Task id, `<sub-topology>_<partition>`. */
  readonly task?: string | undefined;
  readonly store?: string | undefined;
  readonly option?: string | undefined;
  readonly cause?: unknown;
}

type Known = Exclude<keyof ErrorPlace, 'cause'>;

const BRAND = Symbol.for('millrace.error');
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** Base class of all errors. `code` is stable; the message names what was wrong, where, and what to do. */
export class MillraceError extends Error {
  readonly code: ErrorCode;
  readonly topic: string | undefined;
  readonly partition: number | undefined;
  readonly offset: number | undefined;
  readonly node: string | undefined;
  readonly task: string | undefined;
  readonly store: string | undefined;
  readonly option: string | undefined;
  readonly [BRAND] = true;
  /** The message without the place. */
  readonly #said: string;

  constructor(code: ErrorCode, message: string, place: ErrorPlace = {}) {
    const where = placeText(place);
    const told = saysPlace(message, place, where);
    const said = told === '' ? message : message.slice(0, -told.length);
    super(said + (told === '' ? where : told), place.cause === undefined ? undefined : { cause: place.cause });
    this.name = new.target.name;
    this.#said = said;
    this.code = code;
    this.topic = place.topic;
    this.partition = place.partition;
    this.offset = place.offset;
    this.node = place.node;
    this.task = place.task;
    this.store = place.store;
    this.option = place.option;
  }

  /** What `console.log` shows: the stack, the code with what to do, where it happened as far as that is known, and the cause. */
  [INSPECT](_depth: number, options: object, inspect: (value: unknown, options: object) => string): string {
    const { code, topic, partition, offset, node, task, store, option, cause } = this;
    const [meaning, remedy] = ERROR_CODES[code];
    const known = Object.entries({ topic, partition, offset, node, task, store, option })
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}: ${String(value)}`);
    const lines = [
      this.stack ?? `${this.name}: ${this.message}`,
      `  ${code}: ${meaning} ${remedy}`,
      ...(known.length === 0 ? [] : [`  ${known.join(', ')}`]),
      ...(cause === undefined ? [] : [`  cause: ${inspect(cause, options).replaceAll('\n', '\n  ')}`]),
    ];
    return lines.join('\n');
  }

  /** @internal The same error with what of its place was not known where it was thrown. */
  completed(place: ErrorPlace): MillraceError {
    const { topic, partition, offset, node, task, store, option } = this;
    // A position belongs to its topic: that of an input does not complete the name of an output.
    const position: readonly Known[] =
      topic === undefined || topic === place.topic ? ['topic', 'partition', 'offset'] : [];
    const own = { topic, partition, offset, node, task, store, option };
    const added = [...position, 'node', 'task', 'store'] as readonly Known[];
    const news = added.filter((name) => own[name] === undefined && place[name] !== undefined);
    if (news.length === 0) return this;
    const all = { ...own, ...Object.fromEntries(news.map((name) => [name, place[name]])) };
    return new MillraceError(this.code, this.#said, { ...all, cause: this.cause ?? this });
  }

  /** Works across two copies of the package in one process, where `instanceof` would not. */
  static is(value: unknown): value is MillraceError {
    return typeof value === 'object' && value !== null && BRAND in value;
  }
}

/** Generated names say which method made the node, but not in the words of the one who wrote it. */
const METHODS: Readonly<Record<string, string>> = {
  'KSTREAM-SOURCE': 'stream() or table()',
  'KSTREAM-SINK': 'to() or a repartition',
  'KSTREAM-FILTER': 'filter()',
  'KSTREAM-KEY-SELECT': 'selectKey() or groupBy()',
  'KSTREAM-MAP': 'map()',
  'KSTREAM-MAPVALUES': 'mapValues()',
  'KSTREAM-MAPVALUES-ASYNC': 'mapValuesAsync()',
  'KSTREAM-PROCESS-ASYNC': 'asyncProcess()',
  'KSTREAM-FLATMAP': 'flatMap()',
  'KSTREAM-FLATMAPVALUES': 'flatMapValues()',
  'KSTREAM-PEEK': 'peek()',
  'KSTREAM-FOREACH': 'foreach()',
  'KSTREAM-PRINTER': 'print()',
  'KSTREAM-BRANCH': 'split()',
  'KSTREAM-MERGE': 'merge()',
  'KSTREAM-AGGREGATE': 'aggregate() or count()',
  'KSTREAM-REDUCE': 'reduce()',
  'KSTREAM-PROCESSOR': 'process()',
  'KSTREAM-PROCESSVALUES': 'processValues()',
  'KSTREAM-TOTABLE': 'toTable()',
  'KSTREAM-JOIN': 'join()',
  'KSTREAM-LEFTJOIN': 'leftJoin()',
  'KSTREAM-WINDOWED': 'join() of streams',
  'KSTREAM-JOINTHIS': 'join() of streams',
  'KSTREAM-JOINOTHER': 'join() of streams',
  'KSTREAM-OUTERTHIS': 'leftJoin() or outerJoin() of streams',
  'KSTREAM-OUTEROTHER': 'leftJoin() or outerJoin() of streams',
  'COGROUPKSTREAM-AGGREGATE': 'aggregate() of a cogroup',
  'KTABLE-SOURCE': 'table()',
  'KTABLE-FILTER': 'filter() of a table',
  'KTABLE-MAPVALUES': 'mapValues() of a table',
  'KTABLE-TOSTREAM': 'toStream()',
  'KTABLE-SUPPRESS': 'suppress()',
  'KTABLE-SELECT': 'groupBy() of a table',
  'KTABLE-AGGREGATE': 'aggregate() or count() of a table',
  'KTABLE-REDUCE': 'reduce() of a table',
  'KTABLE-TRANSFORMVALUES': 'transformValues() of a table',
  'KTABLE-JOINTHIS': 'join() of tables',
  'KTABLE-JOINOTHER': 'join() of tables',
  'KTABLE-MERGE': 'join() of tables',
};

/** `, a mapValues()`, or nothing of names that somebody gave. */
function methodText(node: string): string {
  const prefix = /^((?:COGROUP)?K(?:STREAM|TABLE)-[A-Z-]+?)-\d{10}$/.exec(node)?.[1];
  const method = prefix === undefined ? undefined : METHODS[prefix];
  if (method === undefined) return '';
  return /^[aeiou]/.test(method) ? `, an ${method}` : `, a ${method}`;
}

/** The place at the end of a message that repeats that of another error, if it says as much: once is enough. */
function saysPlace(message: string, place: ErrorPlace, where: string): string {
  if (where === '') return '';
  if (message.endsWith(where)) return where;
  const { cause } = place;
  if (!MillraceError.is(cause)) return '';
  const inner = placeText(cause);
  const asMuch = (['topic', 'partition', 'offset', 'node', 'task'] as const).every(
    (part) => place[part] === undefined || place[part] === cause[part],
  );
  return asMuch && inner !== '' && message.endsWith(inner) ? inner : '';
}

function placeText(place: ErrorPlace): string {
  const parts: string[] = [];
  if (place.topic !== undefined) {
    const position = [place.topic, place.partition, place.offset].filter((part) => part !== undefined);
    parts.push(`at ${position.join('-')}`);
  }
  if (place.node !== undefined) parts.push(`in node ${place.node}${methodText(place.node)}`);
  if (place.task !== undefined) parts.push(`of task ${place.task}`);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
