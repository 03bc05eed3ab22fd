/** What is asked of a schema registry, and how it says no: the little that every client of one can do. */

/** Kinds of schemas, as registries name them. */
export type SchemaType = 'AVRO' | 'PROTOBUF' | 'JSON';

/** A schema of another subject that a schema builds on. */
export interface SchemaReference {
  /** How the schema names it: a full name (Avro), a path (Protobuf), a URI (JSON Schema). */
  readonly name: string;
  readonly subject: string;
  readonly version: number;
}

/** A schema as it stands in a registry. */
export interface SchemaText {
  readonly type: SchemaType;
  readonly schema: string;
  readonly references: readonly SchemaReference[];
}

/** One version of a subject. */
export interface SchemaVersion extends SchemaText {
  readonly id: number;
  readonly version: number;
}

type Eventual<T> = T | Promise<T>;

/**
 * A client of a schema registry. Answers may be promises or not: those that are none need no waiting.
 * Every method throws {@link RegistryRefusal} when the registry says no, and any other error when it cannot be asked.
 */
export interface RegistryClient {
  byId(id: number): Eventual<SchemaText>;
  version(subject: string, version: number | 'latest'): Eventual<SchemaVersion>;
  /** Numbers of all versions, deleted ones too where the registry tells them. Empty for a subject that is not there. */
  versions(subject: string): Eventual<readonly number[]>;
  /** Id of a schema that is registered under the subject. */
  idOf(subject: string, schema: SchemaText, normalize: boolean): Eventual<number>;
  /** Registers a schema, unless it is there, and gives its id. */
  register(subject: string, schema: SchemaText, normalize: boolean): Eventual<number>;
}

/** The registry has answered, and said no: nothing is gained by asking again. */
export class RegistryRefusal extends Error {
  constructor(
    message: string,
    /** It does not know what was asked for; else it does not accept it. */
    readonly unknown: boolean,
  ) {
    super(message);
    this.name = 'RegistryRefusal';
  }
}

const UNKNOWN = 404;
/** Asked too often, or too early: that may pass. */
const MAY_PASS: ReadonlySet<number> = new Set([408, 425, 429]);
const NOT_LET_IN: ReadonlySet<number> = new Set([401, 403]);

/** What an answer with this status means: no, or nothing that counts. 0: there was no answer. */
export function failureOf(status: number, reason: string, cause?: unknown): Error {
  const final = status >= 400 && status < 500 && !MAY_PASS.has(status);
  if (!final) return new Error(reason, { cause });
  return new RegistryRefusal(NOT_LET_IN.has(status) ? `${reason}; check auth` : reason, status === UNKNOWN);
}
