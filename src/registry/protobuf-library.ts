/** As much of the library protobufjs as is used. */

export interface ProtoLong {
  /** Halves of 32 bits, both with a sign. */
  readonly low: number;
  readonly high: number;
  readonly unsigned: boolean;
  toString(): string;
}

/** What the author of a file says of a part of it. */
interface Commented {
  readonly comment?: string | null;
}

export interface ProtoEnum extends Commented {
  /** With a point in front. */
  readonly fullName: string;
  readonly values: Readonly<Record<string, number>>;
}

export interface ProtoField extends Commented {
  /** The oneof that it belongs to; optional fields have one of their own. */
  readonly partOf: object | null;
  readonly type: string;
  readonly map: boolean;
  /** Of the keys of a map. */
  readonly keyType?: string;
  readonly repeated: boolean;
  readonly required: boolean;
  readonly resolvedType: ProtoType | ProtoEnum | null;
}

/** Where it reads: from `pos` to `len` of `buf`. */
export interface ProtoReader {
  buf: Uint8Array;
  pos: number;
  len: number;
}

export interface ProtoNamespace {
  readonly nestedArray: readonly object[];
}

export interface ProtoType extends ProtoNamespace, Commented {
  readonly name: string;
  /** With a point in front. */
  readonly fullName: string;
  readonly fields: Readonly<Record<string, ProtoField | undefined>>;
  /** Fields of which one at most is there. */
  readonly oneofsArray: readonly { readonly name: string; readonly oneof: readonly string[] }[];
  encode(message: object): { finish(): Uint8Array };
  decode(reader: ProtoReader, length: number): object;
  toObject(message: object, options: object): object;
}

export interface ProtoRoot extends ProtoNamespace {
  lookup(path: string): ProtoNamespace | null;
  lookupType(path: string): ProtoType;
  addJSON(json: object): void;
  resolveAll(): void;
}

export interface ProtoLibrary {
  readonly Root: new () => ProtoRoot;
  readonly Reader: { create(bytes: Buffer): ProtoReader };
  readonly Type: abstract new (...args: never[]) => ProtoType;
  readonly common: { get(file: string): { readonly nested: object } | null };
  readonly util: {
    readonly Long: {
      fromString(text: string, unsigned: boolean): ProtoLong;
      isLong(value: unknown): value is ProtoLong;
    };
    /** Of the text that a long is as a key of a map. */
    longFromHash(hash: string, unsigned: boolean): ProtoLong;
  };
  parse(
    source: string,
    root: ProtoRoot,
    options: { readonly keepCase: boolean; readonly alternateCommentMode?: boolean },
  ): { readonly package?: string; readonly imports?: readonly string[] };
}
