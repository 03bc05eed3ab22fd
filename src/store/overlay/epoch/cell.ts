/** One value in memory, with what is still to be done about it. */
import { NO_HEADERS, type Headers } from '../../../record/headers.js';

/** The value at the last emission was not in memory when it was replaced. */
export const UNKNOWN = Symbol('unknown');

/** The value of a key, or of a key and window. Times in ms. */
export abstract class Cell {
  /** As the store's value codec holds it; null: there is none. */
  value: unknown = null;
  /** Of the value; of a deletion, of its changelog record. */
  timestamp = -1;
  /** The epoch that changed it last, 0 if none has: with a later epoch than the last written one it must stay in memory. */
  epoch = 0;
  /** What a caching store has not emitted yet. */
  pending: Pending | null = null;
  /** Of the changelog record. */
  headers: Headers = NO_HEADERS;
}

/** An update held back. */
export class Pending<C extends Cell = Cell> {
  topic: string | null = null;
  partition = -1;
  offset = -1;
  timestamp = -1;
  headers: Headers = NO_HEADERS;
  size = 0;
  previous: Pending<C> | null = null;
  next: Pending<C> | null = null;
  /** What to emit, fixed when the queue is taken. */
  value: unknown = null;
  valueTimestamp = -1;

  constructor(
    readonly cell: C,
    /** The held value at the last emission, null for none, or {@link UNKNOWN}. */
    readonly base: unknown,
  ) {}
}
