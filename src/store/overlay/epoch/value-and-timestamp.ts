/** Rows that stores give out. */
import type { Headers } from '../../../record/headers.js';
import type { ValueAndTimestamp, ValueTimestampHeaders } from '../../state-store.js';
import type { Headed } from '../bytes/headed-values.js';
import type { Cell } from './cell.js';
import type { ValueCodec } from '../bytes/value-codec.js';

class Given<V> implements ValueAndTimestamp<V> {
  constructor(
    readonly value: V,
    readonly timestamp: number,
  ) {}
}

/** A cell as operators see it: the cell itself where the held value is the value, so that nothing is allocated. */
export function peekAt<V>(cell: Cell, values: ValueCodec): ValueAndTimestamp<V> | null {
  if (cell.value === null) return null;
  return values.direct ? (cell as ValueAndTimestamp<V>) : new Given(values.give(cell.value) as V, cell.timestamp);
}

/** A cell as users see it: no part of the store, it stays as it is when the store goes on. */
export function giveCell<V>(cell: Cell, values: ValueCodec): ValueAndTimestamp<V> | null {
  return cell.value === null ? null : give(cell.value, cell.timestamp, values);
}

/** The same of a held value. */
export function give<V>(held: unknown, timestamp: number, values: ValueCodec): ValueAndTimestamp<V> {
  return new Given(values.give(held) as V, timestamp);
}

class GivenWithHeaders<V> implements ValueTimestampHeaders<V> {
  constructor(
    readonly value: V,
    readonly timestamp: number,
    readonly headers: Headers,
  ) {}
}

/** As {@link give}, of a value that is held with its headers. */
export function giveWithHeaders<V>(held: unknown, timestamp: number, values: ValueCodec): ValueTimestampHeaders<V> {
  return new GivenWithHeaders(values.give(held) as V, timestamp, (held as Headed).headers);
}
