/** What an application says of its schema registry, and the serdes that it gets for it. */
import { MillraceError } from '../errors/error.js';
import { reasonOf, shownValue } from '../errors/shown-value.js';
import { refuseUnknownOptions } from '../errors/unknown-option.js';
import type { Serde } from '../serde/serde.js';
import { toMilliseconds, type Duration } from '../time/duration.js';
import { AvroFormat } from './avro-format.js';
import type { AvroChoices } from './avro-types.js';
import type { SchemaFormat } from './format.js';
import { JsonSchemaFormat } from './json-format.js';
import { KafkajsRegistryClient } from './kafkajs-client.js';
import { ProtobufFormat } from './protobuf-format.js';
import type { RegistryClient, SchemaReference, SchemaText } from './registry-client.js';
import { RegistrySerde } from './registry-serde.js';
import { Schemas } from './schemas.js';
import type { SubjectStrategy } from './subjects.js';

/** What serdes do unless they are told otherwise. */
export interface RegistryDefaults {
  /** Under which subject a schema stands. Default: `topic`. */
  readonly subject?: SubjectStrategy;
  /** Schemas of the application are registered. Default: true; else they must be there already. */
  readonly autoRegister?: boolean;
  /** What is written has the latest schema of its subject, whatever the application's own. Default: false. */
  readonly useLatest?: boolean;
  /** The registry brings schemas into a normal form before it compares them. Default: false. */
  readonly normalize?: boolean;
}

/** How to reach a registry, and how to use it. */
export interface SchemaRegistryOptions extends RegistryDefaults {
  /** Address of its API: `https://registry:8081`. Needed unless there is a `client`. */
  readonly host?: string;
  /** Basic authentication. Default: none. */
  readonly auth?: { readonly username: string; readonly password: string };
  /** An agent of `node:https`, for certificates of one's own. Default: Node's. */
  readonly agent?: unknown;
  /** Another client of a registry: `inMemoryRegistry()` in tests, or one of one's own. Default: one for `host`. */
  readonly client?: RegistryClient;
  /** How long one request may take. Default: 10 s. */
  readonly requestTimeout?: Duration;
  /** How long a registry that does not answer is asked again before that is an error. Default: 30 s. */
  readonly retryTimeout?: Duration;
}

/** What one serde does. */
export interface RegistrySerdeOptions extends RegistryDefaults {
  /** Schemas of other subjects that the schema builds on. Default: none. */
  readonly references?: readonly SchemaReference[];
  /**
   * `own`: what is read is brought into the form of the serde's schema: defaults for fields that are missing, names by aliases, longs for
   * ints. `written`: it is read as it was written. Default: `own` where there is a schema.
   */
  readonly readAs?: 'own' | 'written';
}

export interface AvroSerdeOptions extends RegistrySerdeOptions, AvroChoices {
  /** The schema, as an object, JSON text, or a primitive type such as `string`. Default: none; the latest one of the subject is written. */
  readonly schema?: object | string;
}

export interface JsonSchemaSerdeOptions extends RegistrySerdeOptions {
  /** The schema, as an object or JSON text. Default: none; the latest one of the subject is written. */
  readonly schema?: object | string;
}

export interface ProtobufSerdeOptions extends RegistrySerdeOptions {
  /** The text of the .proto file. Default: none; the latest one of the subject is written. */
  readonly schema?: string;
  /** Name of the message, `Order` or `Order.Line`. Default: the first one of the file. */
  readonly message?: string;
}

/** Serdes whose schemas are in one registry. */
export interface SchemaRegistry {
  /**
   * Avro in Confluent's wire format. `T` is believed: a schema says nothing to the compiler.
   * Kafka: `KafkaAvroSerializer`, `GenericAvroSerde`, `SpecificAvroSerde`.
   */
  avro<T>(options?: AvroSerdeOptions): Serde<T>;
  /**
   * JSON held to a JSON Schema (draft 7 with version 3 of the package), in Confluent's wire format. What does not fit is not written, and cannot
   * be decoded. Kafka: `KafkaJsonSchemaSerializer`.
   */
  jsonSchema<T>(options?: JsonSchemaSerdeOptions): Serde<T>;
  /**
   * Protobuf in Confluent's wire format. Fields have names like `unitPrice`; those that are not set have their default, messages null. Values of
   * enums are their names, whole numbers of 64 bits bigints where a number cannot hold them. Kafka: `KafkaProtobufSerializer`.
   */
  protobuf<T>(options?: ProtobufSerdeOptions): Serde<T>;
}

/**
 * The schema registry of an application, with the API of Confluent's.
 *
 * Schemas are fetched or registered before they are needed: those of topics that are written and of stores when a task begins, those of records
 * that are read when the first record with their id comes, which its partition waits for. Each is kept: a registry that is down stops only
 * what is new. It needs the package `@kafkajs/confluent-schema-registry`.
 * @throws MillraceError CONFIG_INVALID when an option is missing, or the package is
 */
export function schemaRegistry(options: SchemaRegistryOptions): SchemaRegistry {
  checkNames('schemaRegistry()', options, REGISTRY);
  const requestTimeoutMs = toMilliseconds(options.requestTimeout ?? '10s', 'requestTimeout');
  const retryTimeoutMs = toMilliseconds(options.retryTimeout ?? '30s', 'retryTimeout');
  const schemas = new Schemas(options.client ?? clientFor(options, requestTimeoutMs), retryTimeoutMs);
  const serde = <T>(format: SchemaFormat, given: RegistrySerdeOptions, schema: string | null): Serde<T> => {
    checkStrategy(given.subject ?? options.subject);
    const own: SchemaText | null =
      schema === null ? null : { type: format.type, schema, references: given.references ?? [] };
    const settings = {
      format,
      schemas,
      own,
      readsAsOwn: (given.readAs ?? 'own') === 'own',
      subject: given.subject ?? options.subject ?? 'topic',
      autoRegister: given.autoRegister ?? options.autoRegister ?? true,
      useLatest: given.useLatest ?? options.useLatest ?? false,
      normalize: given.normalize ?? options.normalize ?? false,
    };
    return new RegistrySerde<T>(settings, 'value');
  };
  return {
    avro: (given = {}) => {
      checkNames('registry.avro()', given, AVRO);
      checkLongs(given.longs);
      return serde(new AvroFormat(given), given, jsonText('avro', quoted(given.schema)));
    },
    protobuf: (given = {}) => {
      checkNames('registry.protobuf()', given, PROTOBUF);
      return serde(new ProtobufFormat(given.message ?? null), given, protoText(given.schema));
    },
    jsonSchema: (given = {}) => {
      checkNames('registry.jsonSchema()', given, JSON_SCHEMA);
      return serde(new JsonSchemaFormat(), given, jsonText('jsonSchema', given.schema));
    },
  };
}

const DEFAULTS = [
  'subject',
  'autoRegister',
  'useLatest',
  'normalize',
] as const satisfies readonly (keyof RegistryDefaults)[];
const REGISTRY: readonly (keyof SchemaRegistryOptions)[] = [
  'host',
  'auth',
  'agent',
  'client',
  'requestTimeout',
  'retryTimeout',
  ...DEFAULTS,
];
const SERDE = ['schema', 'references', 'readAs', ...DEFAULTS] as const;
const AVRO: readonly (keyof AvroSerdeOptions)[] = [...SERDE, 'longs', 'dates', 'decimals'];
const JSON_SCHEMA: readonly (keyof JsonSchemaSerdeOptions)[] = SERDE;
const PROTOBUF: readonly (keyof ProtobufSerdeOptions)[] = [...SERDE, 'message'];

/** @throws MillraceError CONFIG_INVALID for an option that nobody knows, and for what is no object of options */
function checkNames(call: string, given: unknown, known: readonly string[]): void {
  if (typeof given === 'string') {
    throw misfit(
      `${call} takes options, such as ${call === 'schemaRegistry()' ? "{ host: 'http://localhost:8081' }" : '{ schema }'}, not a text`,
    );
  }
  refuseUnknownOptions(call, given as object, known);
}

const PRIMITIVES: ReadonlySet<unknown> = new Set([
  'null',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'bytes',
  'string',
]);

/** A type of Avro that is a name alone: `string` has the JSON text `"string"`. */
function quoted(schema: object | string | undefined): object | string | undefined {
  return PRIMITIVES.has(schema) ? JSON.stringify(schema) : schema;
}

function jsonText(serde: string, schema: object | string | undefined): string | null {
  if (schema === undefined) return null;
  if (typeof schema === 'object' && (schema as unknown) !== null) return JSON.stringify(schema);
  if (typeof schema !== 'string') {
    throw misfit(`registry.${serde} needs schema as an object or as JSON text, not ${shownValue(schema)}`);
  }
  try {
    JSON.parse(schema);
  } catch (cause) {
    throw misfit(
      `registry.${serde} needs schema as an object or as JSON text, and ${shownValue(schema)} is none: ${reasonOf(cause)}`,
    );
  }
  return schema;
}

function protoText(schema: unknown): string | null {
  if (schema === undefined) return null;
  if (typeof schema === 'string') return schema;
  throw misfit(`registry.protobuf needs schema as the text of a .proto file, not ${shownValue(schema)}`);
}

const STRATEGIES: readonly unknown[] = ['topic', 'record', 'topicRecord'] satisfies SubjectStrategy[];

function checkStrategy(subject: unknown): void {
  if (subject === undefined || typeof subject === 'function' || STRATEGIES.includes(subject)) return;
  throw misfit(`subject is ${STRATEGIES.join(', ')} or a function, not ${shownValue(subject)}`);
}

function checkLongs(longs: unknown): void {
  if (longs === undefined || longs === 'exact' || longs === 'bigint') return;
  throw misfit(`longs is exact or bigint, not ${shownValue(longs)}`);
}

function misfit(problem: string): MillraceError {
  return new MillraceError('CONFIG_INVALID', problem);
}

function clientFor({ host, auth, agent }: SchemaRegistryOptions, requestTimeoutMs: number): RegistryClient {
  if (typeof host !== 'string' || !/^https?:\/\/[^\s/]/.test(host)) {
    throw misfit(`schemaRegistry needs host, an address such as http://localhost:8081, not ${shownValue(host)}`);
  }
  if (auth !== undefined && (typeof auth.username !== 'string' || typeof auth.password !== 'string')) {
    throw misfit('schemaRegistry needs auth with username and password, both texts');
  }
  return new KafkajsRegistryClient({ host, requestTimeoutMs, agent, ...(auth === undefined ? {} : { auth }) });
}
