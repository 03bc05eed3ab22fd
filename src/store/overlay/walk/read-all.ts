/** Reads a range of a backend whole, for what a store keeps in memory: at its opening, before the first record. */
import type { KeyRange, StateBackend } from '../../backend.js';
import { Source } from './walk.js';

/** Shows every entry of the range, in the order of keys. Returns nothing when that is done on return. */
export function readAll(
  backend: StateBackend,
  range: KeyRange,
  take: (key: Buffer, value: Buffer) => void,
): Promise<void> | void {
  const source = new Source(backend, range);
  if (backend.scanSync === null) return readLater(source, take);
  while (!takeRead(source, take)) source.pullSync();
}

async function readLater(source: Source, take: (key: Buffer, value: Buffer) => void): Promise<void> {
  try {
    while (!takeRead(source, take)) await source.pull();
  } finally {
    await source.close();
  }
}

/** Shows what was read; true at the end. */
function takeRead(source: Source, take: (key: Buffer, value: Buffer) => void): boolean {
  for (let entry = source.peek(); ; entry = source.peek()) {
    if (entry === undefined) return true;
    if (entry === null) return false;
    // Passed before it is shown: an error in the middle must not show it again.
    source.skip();
    take(entry[0], entry[1]);
  }
}
