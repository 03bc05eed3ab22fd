/** One record that an asynchronous function works on: what it was, where it came from, what became of it. */
import type { Headers } from '../../record/headers.js';
import type { RawRecord } from '../../record/raw-record.js';
import type { RecordContext, RecordView } from '../../record/record-context.js';

/** The view of its record that the function gets; unlike that of synchronous functions it stays as it is. */
export class AsyncCall implements RecordView {
  readonly topic: string | null;
  readonly partition: number;
  readonly offset: number;
  readonly exactTimestamp: bigint | null;
  result: unknown = undefined;
  /** Null: it went well. */
  failure: { readonly error: unknown } | null = null;
  /** How often the function was called for it. */
  attempts = 0;
  /** The bytes of the record it belongs to; null: nobody may ask for them. */
  source: RawRecord | null = null;
  /** The call of the same key that waits for this one. */
  next: AsyncCall | null = null;

  constructor(
    readonly key: unknown,
    readonly value: unknown,
    readonly timestamp: number,
    readonly headers: Headers,
    context: RecordContext,
  ) {
    this.topic = context.topic;
    this.partition = context.partition;
    this.offset = context.offset;
    this.exactTimestamp = context.exactTimestamp;
  }
}
