/** What travels on the edges of a table: the new value of a key together with the one it replaces. */

/**
 * A change of one key of a table. `null` means absent.
 * `oldValue` is only filled where an operator downstream asked for it, else it is `null`.
 * Kafka Streams: `Change`.
 */
export class Change<V> {
  constructor(
    readonly newValue: V | null,
    readonly oldValue: V | null,
    /** False for an out-of-order update of a versioned table. */
    readonly isLatest: boolean = true,
  ) {}
}
