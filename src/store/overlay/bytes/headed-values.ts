/** How a store that keeps headers holds its values: each with its headers, which on disk stand in front of it. */
import { NO_HEADERS, type Headers } from '../../../record/headers.js';
import { NodeBuffer } from '../../../record/node-buffer.js';
import { headersBytes, headersEnd, readHeaders } from './headers-bytes.js';
import type { ValueCodec } from './value-codec.js';

/** A held value with headers that are the store's own. */
export class Headed {
  constructor(
    readonly held: unknown,
    public headers: Headers,
  ) {}
}

export class HeadedValues implements ValueCodec {
  readonly direct = false;
  readonly textual = false;

  constructor(private readonly plain: ValueCodec) {}

  /** Without headers. */
  hold(value: unknown): Headed {
    return new Headed(this.plain.hold(value), NO_HEADERS);
  }

  /** The value alone. */
  give(held: unknown): unknown {
    return this.plain.give((held as Headed).held);
  }

  size(held: unknown): number {
    const { held: value, headers } = held as Headed;
    let size = this.plain.size(value);
    for (const [name, bytes] of headers) size += name.length + (bytes?.length ?? 0);
    return size;
  }

  encode(held: unknown, head: number): Buffer {
    const { held: value, headers } = held as Headed;
    const prefix = headersBytes(headers);
    const bytes = this.plain.encode(value, head + prefix.length);
    prefix.copy(bytes, head);
    return bytes;
  }

  decode(bytes: Buffer, start: number, end: number): Headed {
    return new Headed(this.plain.decode(bytes, headersEnd(bytes, start), end), readHeaders(bytes, start));
  }

  /** The bytes of the value alone, as the changelog has them. */
  encodePlain(held: unknown): Buffer {
    return this.plain.encode((held as Headed).held, 0);
  }

  /** A value of the changelog, with the headers of its record. */
  decodePlain(bytes: Buffer, headers: Headers): Headed {
    return new Headed(this.plain.decode(bytes, 0, bytes.length), keptHeaders(headers));
  }
}

/** Headers to keep: their values may be views that would keep a whole fetch in memory. */
export function keptHeaders(headers: Headers): Headers {
  if (headers.length === 0) return NO_HEADERS;
  return headers.map(([name, value]) => [name, value === null ? null : NodeBuffer.from(value)] as const);
}
