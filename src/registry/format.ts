/** What the formats have in common: a schema becomes something that reads and writes. */
import type { SchemaText, SchemaType } from './registry-client.js';

/** A schema that another one builds on, and the name that it is known by there. */
export interface ReferencedSchema {
  readonly name: string;
  readonly schema: string;
}

/** A schema with all that it builds on, those first that others build on. */
export interface CompleteSchema extends SchemaText {
  readonly referenced: readonly ReferencedSchema[];
}

/** Reads and writes the bytes behind the id of a schema. */
export interface SchemaCodec {
  /** Full name of what it describes, for subjects; null where the schema has none. */
  readonly name: string | null;
  /** The whole message, with the id in front. @throws Error when the value does not fit the schema */
  encode(value: unknown, id: number): Buffer;
  /** @throws Error when the bytes do not fit the schema */
  decode(buffer: Buffer, start: number, end: number): unknown;
}

/** One kind of schemas. */
export interface SchemaFormat {
  readonly type: SchemaType;
  /** @throws Error when the schema is not valid */
  writer(schema: CompleteSchema): SchemaCodec;
  /**
   * Of what was written with `written`, read as `own` has it where that is given.
   * @throws Error when a schema is not valid, or the one cannot be read as the other
   */
  reader(written: CompleteSchema, own: CompleteSchema | null): SchemaCodec;
}
