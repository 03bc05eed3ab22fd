/** Tells a serde from what else may stand in its place, before a record fails on it. */
import type { Serde } from './serde.js';

export function isSerde(value: unknown): value is Serde<unknown> {
  const serde = value as { serialize?: unknown; deserialize?: unknown } | null;
  return typeof serde === 'object' && typeof serde?.serialize === 'function' && typeof serde.deserialize === 'function';
}
