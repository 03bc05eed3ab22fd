/** One value in memory, with what is still to be done about it. */
import { NO_HEADERS, type Headers } from '../../../record/headers.js';
import type { Pending } from './emission-queue.js';

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
