/** Reads a range of a backend entry by entry, for what goes over everything that is on disk. */
import type { BackendEntry, KeyRange, StateBackend } from '../../backend.js';

export async function* entriesOf(backend: StateBackend, range: KeyRange): AsyncGenerator<BackendEntry, void> {
  const batches = backend.scan(range);
  try {
    for (let next = await batches.next(); next.done !== true; next = await batches.next()) yield* next.value;
  } finally {
    await batches.return?.();
  }
}

/** Everything under a prefix. */
export function underPrefix(prefix: number): KeyRange {
  const gte = Buffer.allocUnsafe(4);
  const lt = Buffer.allocUnsafe(4);
  gte.writeUInt32BE(prefix, 0);
  lt.writeUInt32BE(prefix + 1, 0);
  return { gte, lt, reverse: false };
}
