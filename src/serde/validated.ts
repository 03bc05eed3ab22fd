/** A serde whose values a schema has looked at. */
import type { Headers } from '../record/headers.js';
import type { Serde } from './serde.js';
import { undecodable, unencodable } from './serde-error.js';
import { validate, type StandardSchema } from './standard-schema.js';

/** When a schema is asked. */
export interface ValidationOptions {
  /**
   * Also when a value is written: it is refused unless its bytes could be read again. This decodes every value that is written.
   * Default: false, when it is read only.
   */
  readonly checkWrites?: boolean;
}

class ValidatedSerde<T> implements Serde<T> {
  readonly keepsNoBytes: boolean;
  readonly deserializeRange?: NonNullable<Serde<T>['deserializeRange']>;
  readonly headersFor?: NonNullable<Serde<T>['headersFor']>;
  readonly toText?: NonNullable<Serde<T>['toText']>;
  readonly fromText?: NonNullable<Serde<T>['fromText']>;
  readonly partitionBytes?: NonNullable<Serde<T>['partitionBytes']>;

  constructor(
    readonly inner: Serde<unknown>,
    private readonly schema: StandardSchema<T>,
    private readonly checkWrites: boolean,
  ) {
    this.keepsNoBytes = inner.keepsNoBytes === true;
    if (inner.deserializeRange !== undefined) this.deserializeRange = this.readRange.bind(this, inner as RangeSerde);
    if (inner.headersFor !== undefined) this.headersFor = inner.headersFor.bind(inner);
    if (inner.partitionBytes !== undefined) this.partitionBytes = inner.partitionBytes.bind(inner);
    if (inner.toText !== undefined && inner.fromText !== undefined) {
      this.toText = this.writeText.bind(this, inner as TextSerde);
      this.fromText = this.readText.bind(this, inner as TextSerde);
    }
  }

  serialize(value: T, topic: string, headers?: Headers): Buffer {
    const bytes = this.inner.serialize(value, topic, headers);
    if (this.checkWrites) validate(this.schema, this.inner.deserialize(bytes, topic, headers), unencodable);
    return bytes;
  }

  deserialize(bytes: Buffer, topic: string, headers?: Headers): T {
    return validate(this.schema, this.inner.deserialize(bytes, topic, headers), undecodable);
  }

  private readRange(
    inner: RangeSerde,
    buffer: Buffer,
    start: number,
    end: number,
    topic: string,
    headers?: Headers,
  ): T {
    return validate(this.schema, inner.deserializeRange(buffer, start, end, topic, headers), undecodable);
  }

  private writeText(inner: TextSerde, value: T): string {
    const text = inner.toText(value);
    if (this.checkWrites) validate(this.schema, inner.fromText(text), unencodable);
    return text;
  }

  private readText(inner: TextSerde, text: string): T {
    return validate(this.schema, inner.fromText(text), undecodable);
  }
}

type RangeSerde = Serde<unknown> & Required<Pick<Serde<unknown>, 'deserializeRange'>>;
type TextSerde = Serde<unknown> & Required<Pick<Serde<unknown>, 'toText' | 'fromText'>>;

/**
 * Values of another serde, held to a schema of any library that speaks Standard Schema: what is read is what the schema makes of it.
 * What it refuses is undecodable: the error names the field and the reason. `serdes.json(schema)` is the same for JSON.
 */
export function validated<T>(
  inner: Serde<unknown>,
  schema: StandardSchema<T>,
  { checkWrites = false }: ValidationOptions = {},
): Serde<T> {
  return new ValidatedSerde(inner, schema, checkWrites);
}
