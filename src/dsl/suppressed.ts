/** What a user says about `suppress`, and what it means for the operator. */
import { MillraceError } from '../errors/error.js';
import type { Windowed } from '../record/windowed.js';
import { refuseUnknownOptions } from '../errors/unknown-option.js';
import { toMilliseconds, type Duration } from '../time/duration.js';
import type { LogicalNode } from '../topology/logical/logical-node.js';
import type { Operator } from '../topology/operators.js';
import { checkOptions } from './check-options.js';
import type { NamedOptions } from './options.js';

/** How much may be held back: a number of keys, of bytes (as Kafka Streams counts them), or both. */
export type BufferLimits =
  // The compiler explains what is wrong by the last one.
  | { readonly maxRecords?: number; readonly maxBytes: number }
  | { readonly maxRecords: number; readonly maxBytes?: number };

/** A buffer that stops the application when it is full. Kafka Streams: `StrictBufferConfig`. */
export type StrictBuffer = BufferLimits & {
  /** The application stops with `BUFFER_FULL`: nothing may be emitted before its time. */
  readonly whenFull?: 'shutDown' | undefined;
};

/** A buffer that says what it does when it is full. Kafka Streams: `BufferConfig`. */
export type LimitedBuffer = BufferLimits & {
  /** `emitEarly`: the earliest changes go before their time. `shutDown`: the application stops with `BUFFER_FULL`. */
  readonly whenFull: 'emitEarly' | 'shutDown';
};

interface SuppressCommon extends NamedOptions {
  /** Back the buffer by a changelog topic; as an object: with this topic configuration. Default: true. */
  readonly logging?: boolean | Readonly<Record<string, string>> | undefined;
}

/** One result a window, its last. Kafka Streams: `Suppressed.untilWindowCloses`. */
export interface SuppressUntilWindowCloses extends SuppressCommon {
  readonly until: 'windowCloses';
  /** Default: no limit. */
  readonly buffer?: StrictBuffer | undefined;
}

/** At most one change of a key in so much time. Kafka Streams: `Suppressed.untilTimeLimit`. */
export interface SuppressUntilTimeLimit extends SuppressCommon {
  /** Stream time from the first change of a key that is held back until the last one goes. */
  readonly until: { readonly timeLimit: Duration };
  /** Default: no limit. */
  readonly buffer?: LimitedBuffer | undefined;
}

/** What the compiler names where windows that close are asked of a table that has none. */
export interface TableWithoutWindows {
  readonly until: 'windowCloses';
  readonly onlyForWindowedTables: never;
}

/** How changes are held back: until the windows of a windowed table close, or for a time. */
export type SuppressOptions<K> =
  SuppressUntilTimeLimit | ([K] extends [Windowed<unknown>] ? SuppressUntilWindowCloses : TableWithoutWindows);

/** The same options, whatever the keys. */
export type AnySuppressOptions = SuppressUntilTimeLimit | SuppressUntilWindowCloses;

type Limits = Omit<Extract<Operator, { kind: 'suppress' }>, 'kind' | 'store'>;

/**
 * Checks the options and works out what the operator has to do.
 * @throws MillraceError CONFIG_INVALID; TOPOLOGY_INVALID when windows that close are asked for and `above` has none
 */
export function suppressLimits(options: AnySuppressOptions, above: LogicalNode): Limits {
  checkOptions('suppress()', options, ['until', 'buffer', 'logging', 'name']);
  const strict = options.until === 'windowCloses';
  const { maxRecords, maxBytes, whenFull } = checkedBuffer(options.buffer, strict);
  const common = { maxRecords: maxRecords ?? Infinity, maxBytes: maxBytes ?? Infinity, whenFull };
  if (options.until === 'windowCloses') return { until: 'windowCloses', waitMs: closesAfter(above), ...common };
  return { until: 'timeLimit', waitMs: timeLimit(options.until), ...common };
}

interface Checked {
  readonly maxRecords?: number | undefined;
  readonly maxBytes?: number | undefined;
  readonly whenFull: 'emitEarly' | 'shutDown';
}

function checkedBuffer(buffer: StrictBuffer | LimitedBuffer | undefined, strict: boolean): Checked {
  if (buffer === undefined) return { whenFull: 'shutDown' };
  refuseUnknownOptions('suppress() buffer', buffer, ['maxRecords', 'maxBytes', 'whenFull']);
  const { maxRecords, maxBytes, whenFull } = buffer;
  checkLimit('maxRecords', maxRecords);
  checkLimit('maxBytes', maxBytes);
  if (maxRecords === undefined && maxBytes === undefined) {
    throw invalid('buffer.maxRecords', 'a buffer needs a limit, maxRecords or maxBytes; without one leave it out');
  }
  if (!['emitEarly', 'shutDown', undefined].includes(whenFull)) {
    throw invalid('buffer.whenFull', `it must be 'emitEarly' or 'shutDown', not ${String(whenFull)}`);
  }
  if (strict && whenFull === 'emitEarly') {
    throw invalid('buffer.whenFull', "a result that must be the window's last cannot be emitted early");
  }
  if (!strict && whenFull === undefined) {
    throw invalid('buffer.whenFull', "a limited buffer must say 'emitEarly' or 'shutDown'");
  }
  return { maxRecords, maxBytes, whenFull: whenFull ?? 'shutDown' };
}

function timeLimit(until: SuppressUntilTimeLimit['until'] | null | undefined): number {
  if (typeof until !== 'object' || until === null) {
    throw invalid('until', `it must be 'windowCloses' or { timeLimit: '5m' }, not ${JSON.stringify(until)}`);
  }
  refuseUnknownOptions('suppress() until', until, ['timeLimit']);
  return toMilliseconds(until.timeLimit, 'until.timeLimit');
}

function checkLimit(option: string, limit: number | undefined): void {
  if (limit === undefined || (Number.isSafeInteger(limit) && limit >= 1)) return;
  throw invalid(`buffer.${option}`, `it must be a whole number of at least 1, not ${String(limit)}`);
}

function invalid(option: string, why: string): MillraceError {
  return new MillraceError('CONFIG_INVALID', `option ${option} of suppress(): ${why}`, { option });
}

/**
 * How long after their end the windows of a table still change: found by walking up to the windowed aggregations that it
 * comes from; of several the longest. Kafka Streams: `GraphGraceSearchUtil`.
 */
function closesAfter(node: LogicalNode, path = ''): number {
  if (node.closesAfterMs !== null) return node.closesAfterMs;
  const parents = [...node.parents].filter(({ parents: above }) => above.size > 0);
  const way = path === '' ? node.name : `${node.name} -> ${path}`;
  if (parents.length === 0) {
    throw new MillraceError(
      'TOPOLOGY_INVALID',
      `suppress() until windows close needs a windowed aggregation before it, and there is none on the way ${way}; use until: { timeLimit }`,
    );
  }
  return Math.max(...parents.map((parent) => closesAfter(parent, way)));
}
