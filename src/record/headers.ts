/** The headers that travel with a record: an ordered list in which a key may occur several times and a value may be null. */

/** One header. */
export type Header = readonly [key: string, value: Buffer | null];

/** Headers in the order in which they were written. Treat as immutable: lists are shared down the chain. */
export type Headers = readonly Header[];

/** The one empty list; compared by identity on the hot path. */
export const NO_HEADERS: Headers = Object.freeze([]);
