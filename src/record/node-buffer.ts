/** Node's `Buffer` for code that runs for every record. */

/**
 * Read once: as a global it is a getter, which V8 calls anew at each place and cannot look through; so no call of one of its functions would
 * ever be compiled in place.
 */
export const NodeBuffer = Buffer;
