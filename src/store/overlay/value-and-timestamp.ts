/** What stores give out where they do not hold the value itself. */
import type { ValueAndTimestamp } from '../state-store.js';
import type { Cell } from './cell.js';
import type { ValueCodec } from './value-codec.js';

class Given<V> implements ValueAndTimestamp<V> {
  constructor(
    readonly value: V,
    readonly timestamp: number,
  ) {}
}

/** A cell as its reader may see it: the cell itself where the held value is the value, so that nothing is allocated. */
export function give<V>(cell: Cell, values: ValueCodec): ValueAndTimestamp<V> | null {
  if (cell.value === null) return null;
  return values.direct ? (cell as ValueAndTimestamp<V>) : new Given(values.give(cell.value) as V, cell.timestamp);
}

/** The same, but no part of the store: stays as it is when the store goes on. */
export function giveCopy<V>(held: unknown, timestamp: number, values: ValueCodec): ValueAndTimestamp<V> {
  return new Given(values.give(held) as V, timestamp);
}
