/** Values that are there and that no operator looks at: they are not decoded. */
import type { Headers } from '../record/headers.js';
import { readRange } from '../serde/optional.js';
import type { Serde } from '../serde/serde.js';

/** Stands for a value that is not null. */
export const UNREAD = Symbol('unread');

/** Reads `UNREAD` wherever the serde can tell without decoding that there is a value, and what the serde reads elsewhere. */
export class UnreadValues implements Serde<unknown> {
  readonly keepsNoBytes: boolean;

  private constructor(
    /** Reads what was left unread. */
    readonly serde: Serde<unknown>,
    private readonly isValue: NonNullable<Serde<unknown>['holdsValue']>,
  ) {
    this.keepsNoBytes = serde.keepsNoBytes === true;
  }

  /** The serde itself where it can tell nothing without decoding. */
  static of(serde: Serde<unknown>): Serde<unknown> {
    return serde.holdsValue === undefined ? serde : new UnreadValues(serde, serde.holdsValue.bind(serde));
  }

  serialize(value: unknown, topic: string, headers?: Headers): Buffer {
    return this.serde.serialize(value, topic, headers);
  }

  deserialize(bytes: Buffer, topic: string, headers?: Headers): unknown {
    return this.isValue(bytes, 0, bytes.length) ? UNREAD : this.serde.deserialize(bytes, topic, headers);
  }

  deserializeRange(buffer: Buffer, start: number, end: number, topic: string, headers?: Headers): unknown {
    return this.isValue(buffer, start, end) ? UNREAD : readRange(this.serde, buffer, start, end, topic, headers);
  }
}
