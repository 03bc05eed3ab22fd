/** Serdes around another one that may not be known yet. */
import type { Serde } from './serde.js';

/**
 * A serde whose inner one may be missing, because nobody named it where the topology was written.
 * It cannot be used before it has one.
 */
export interface WrappingSerde<T, I> extends Serde<T> {
  readonly inner: Serde<I> | undefined;
  /** The same around `inner`. */
  around(inner: Serde<I>): Serde<T>;
}

function isWrapping(serde: Serde<unknown>): serde is WrappingSerde<unknown, unknown> {
  return 'around' in serde && 'inner' in serde;
}

/**
 * The serde to use for a key or value of a node or store: the given one, with the application's default put where it is
 * missing, be it whole or its inner one. Undefined when nothing is known.
 */
export function withDefaultSerde(
  serde: Serde<unknown> | undefined,
  fallback: Serde<unknown> | undefined,
): Serde<unknown> | undefined {
  if (serde === undefined) return fallback;
  if (!isWrapping(serde)) return serde;
  const inner = withDefaultSerde(serde.inner, fallback);
  if (inner === undefined) return undefined;
  return inner === serde.inner ? serde : serde.around(inner);
}
