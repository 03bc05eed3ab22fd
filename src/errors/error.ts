/** The base of every error that Millrace throws: a code from one table, and where it happened. */
import type { ErrorCode } from './codes.js';

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
    super(message + placeText(place), place.cause === undefined ? undefined : { cause: place.cause });
    this.name = new.target.name;
    this.#said = message;
    this.code = code;
    this.topic = place.topic;
    this.partition = place.partition;
    this.offset = place.offset;
    this.node = place.node;
    this.task = place.task;
    this.store = place.store;
    this.option = place.option;
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

function placeText(place: ErrorPlace): string {
  const parts: string[] = [];
  if (place.topic !== undefined) {
    const position = [place.topic, place.partition, place.offset].filter((part) => part !== undefined);
    parts.push(`at ${position.join('-')}`);
  }
  if (place.node !== undefined) parts.push(`in node ${place.node}`);
  if (place.task !== undefined) parts.push(`of task ${place.task}`);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
