/** What the right side of a foreign-key join answers: the value of the foreign key, and for which state of the left row. */
import { MillraceError } from '../errors/error.js';
import type { Headers } from '../record/headers.js';
import type { Serde } from './serde.js';
import { undecodable } from './serde-error.js';
import type { WrappingSerde } from './wrapping.js';

const HASH_IS_NULL = 0x80;
const HASH_BYTES = 16;

/** A value that goes to many rows: it is turned into bytes once. */
export class ForeignValue {
  bytes: Buffer | null = null;

  constructor(readonly value: unknown) {}
}

/** Kafka Streams: `SubscriptionResponseWrapper`. */
export class ForeignKeyAnswer {
  constructor(
    /** Fingerprint of the left row as it was when it asked; null when it was deleted. */
    readonly hash: Buffer | null,
    /** Null: there is none. */
    readonly foreign: ForeignValue | null,
    /** Partition of the left row, which the answer is written to; -1 when unknown. It is not part of the bytes. */
    readonly partition: number,
  ) {}
}

/**
 * Version 0 and a bit for "no hash" (1 byte), hash (16, unless null), the bytes of the value. A value of no bytes reads as
 * none, as in Kafka Streams. Kafka Streams: `SubscriptionResponseWrapperSerde`.
 */
export class AnswerSerde implements WrappingSerde<ForeignKeyAnswer, unknown> {
  readonly keepsNoBytes: boolean;

  constructor(readonly inner: Serde<unknown> | undefined) {
    this.keepsNoBytes = inner?.keepsNoBytes === true;
  }

  around(inner: Serde<unknown>): AnswerSerde {
    return new AnswerSerde(inner);
  }

  serialize({ hash, foreign }: ForeignKeyAnswer, topic: string, headers?: Headers): Buffer {
    const value = foreign === null ? null : (foreign.bytes ??= this.known().serialize(foreign.value, topic, headers));
    const head = hash === null ? 1 : 1 + HASH_BYTES;
    const bytes = Buffer.allocUnsafe(head + (value === null ? 0 : value.length));
    bytes[0] = hash === null ? HASH_IS_NULL : 0;
    hash?.copy(bytes, 1);
    value?.copy(bytes, head);
    return bytes;
  }

  deserialize(bytes: Buffer, topic: string, headers?: Headers): ForeignKeyAnswer {
    const withHash = bytes[0] === 0;
    const head = withHash ? 1 + HASH_BYTES : 1;
    if ((!withHash && bytes[0] !== HASH_IS_NULL) || bytes.length < head) {
      throw undecodable('these bytes are no answer of a foreign-key join of a version that is known');
    }
    const hash = withHash ? Buffer.from(bytes.subarray(1, head)) : null;
    if (bytes.length === head) return new ForeignKeyAnswer(hash, null, -1);
    return new ForeignKeyAnswer(
      hash,
      new ForeignValue(this.known().deserialize(bytes.subarray(head), topic, headers)),
      -1,
    );
  }

  private known(): Serde<unknown> {
    if (this.inner !== undefined) return this.inner;
    throw new MillraceError(
      'SERDE_MISSING',
      'a foreign-key join needs the serde of the values of its right table; pass one to the table, or set defaultValueSerde',
    );
  }
}
