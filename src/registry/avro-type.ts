/** A type of Avro as the library makes it of a schema: what reads and writes values. */

/** As much of the library as is used. */
export interface AvroType {
  readonly name: string | undefined;
  readonly typeName: string;
  encode(value: unknown, buffer: Buffer, at: number): number;
  decode(buffer: Buffer, at: number, resolver: unknown): { readonly value: unknown; readonly offset: number };
  createResolver(writer: AvroType, options: { readonly ignoreNamespaces: boolean }): unknown;
  isValid(value: unknown, options: { readonly errorHook: ErrorHook }): boolean;
}

/** Is told of each part of a value that does not fit. */
export type ErrorHook = (path: readonly string[], value: unknown, type: AvroType) => void;
