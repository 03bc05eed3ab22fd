/** Beside the types of what a user writes: sentences that the compiler says of common mistakes. */

/**
 * What nothing is: a call that would take it is refused, and the compiler says that the property of this name is missing. To be
 * put on a parameter of an overload that names a mistake.
 */
export interface Refused<Reason extends string> {
  readonly $: Record<Reason, never>;
}
