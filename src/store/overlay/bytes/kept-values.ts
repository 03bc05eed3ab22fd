/** How a store keeps values in memory, and how they stand in its changelog. */
import { MillraceError } from '../../../errors/error.js';
import { reasonOf } from '../../../errors/shown-value.js';
import { checkedHeaders, NO_HEADERS, type Headers, type WritableHeaders } from '../../../record/headers.js';
import type { RecordContext } from '../../../record/record-context.js';
import { HeadedValues, keptHeaders, type Headed } from './headed-values.js';
import type { ValueCodec } from './value-codec.js';

export class KeptValues {
  readonly codec: ValueCodec;
  /** The same codec, in a store that keeps headers beside its values. */
  readonly headed: HeadedValues | null;

  constructor(
    private readonly store: string,
    plain: ValueCodec,
    keepsHeaders: boolean,
    private readonly context: RecordContext,
  ) {
    this.headed = keepsHeaders ? new HeadedValues(plain) : null;
    this.codec = this.headed ?? plain;
  }

  /**
   * A value as it is kept; it is found out now, while its record may still be dropped, what the serde cannot write.
   * @throws MillraceError SERIALIZATION_FAILED
   */
  hold(value: unknown, codec: ValueCodec = this.codec): unknown {
    try {
      return codec.hold(value);
    } catch (error) {
      const reason = `store ${this.store} cannot write a value: ${reasonOf(error)}`;
      throw new MillraceError('SERIALIZATION_FAILED', reason, { store: this.store, cause: error });
    }
  }

  /**
   * As {@link hold}, in a store that keeps headers.
   * @throws MillraceError SERIALIZATION_FAILED, HEADER_INVALID
   */
  holdWithHeaders(value: unknown, headers: WritableHeaders): unknown {
    const held = this.hold(value) as Headed;
    if (headers.length > 0) held.headers = keptHeaders(checkedHeaders(headers));
    return held;
  }

  /** Headers of the changelog record of a held value, or of a deletion. */
  loggedHeaders(held: unknown): Headers {
    if (this.headed === null) return NO_HEADERS;
    return held === null ? this.context.headers : (held as Headed).headers;
  }

  /** A held value as its changelog record has it. */
  logged(held: unknown): Buffer {
    return this.headed === null ? this.codec.encode(held, 0) : this.headed.encodePlain(held);
  }

  /** The held value of a changelog record. */
  restored(value: Buffer, headers: Headers): unknown {
    return this.headed === null ? this.codec.decode(value, 0, value.length) : this.headed.decodePlain(value, headers);
  }
}
