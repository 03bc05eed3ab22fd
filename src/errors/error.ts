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

  constructor(code: ErrorCode, message: string, place: ErrorPlace = {}) {
    super(message + placeText(place), place.cause === undefined ? undefined : { cause: place.cause });
    this.name = new.target.name;
    this.code = code;
    this.topic = place.topic;
    this.partition = place.partition;
    this.offset = place.offset;
    this.node = place.node;
    this.task = place.task;
    this.store = place.store;
    this.option = place.option;
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
