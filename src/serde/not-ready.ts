/** What a serde throws when it must fetch something first: a schema, say. */

/**
 * Asks for a little time: whoever reads or writes waits for `until` and calls the serde again with the same bytes or value. It must
 * resolve also when the fetch has failed; the next call then throws what failed.
 *
 * A source waits with the partition of the record, a sink with its records. In the midst of an operator nobody can wait: there it is
 * an error, so a serde has fetched by `prepare` all that stores may hold.
 */
export class NotReady extends Error {
  constructor(
    readonly until: Promise<unknown>,
    what: string,
  ) {
    super(`${what} is still being fetched`);
    this.name = 'NotReady';
  }
}
