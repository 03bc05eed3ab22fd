/** Beside the commands: keys or values of a topic as a person reads them, by the format that they seem to have. */
import { MillraceError } from '../../errors/error.js';
import { reasonOf } from '../../errors/shown-value.js';
import { RegistryRefusal, type RegistryClient, type SchemaText } from '../../registry/registry-client.js';
import { schemaRegistry, type SchemaRegistry } from '../../registry/schema-registry.js';
import { Schemas } from '../../registry/schemas.js';
import { schemaIdAt } from '../../registry/wire-format.js';
import { parseExact } from '../../serde/exact-json.js';
import { NotReady } from '../../serde/not-ready.js';
import type { Serde } from '../../serde/serde.js';
import { timeText } from '../text-table.js';
import {
  guessFormat,
  hasSchemaId,
  decodedText,
  windowedParts,
  type GuessedFormat,
  type MessagePackReader,
} from './guess-format.js';

/** A schema that records name. */
export interface SeenSchema extends SchemaText {
  readonly id: number;
}

/** What keys or values are: a format, and the schemas that they name. */
export interface SeenFormat {
  readonly format: GuessedFormat;
  /** By id, as far as a registry was asked. */
  readonly schemas: readonly SeenSchema[];
  /** Ids that stand in front of the bytes. */
  readonly schemaIds: readonly number[];
}

/** Of one topic's keys, or values. */
export interface RecordShower extends SeenFormat {
  /** For JSON: what the bytes hold, or `{ hex }`. */
  shown(bytes: Buffer | null): Promise<unknown>;
}

const TYPES: Readonly<Record<SchemaText['type'], GuessedFormat>> = {
  AVRO: 'Avro',
  PROTOBUF: 'Protobuf',
  JSON: 'JSON Schema',
};
/** How long a registry that does not answer is asked again. */
const RETRY_TIMEOUT_MS = 10_000;
const REGISTRY_FORMATS: readonly GuessedFormat[] = ['Avro', 'Protobuf', 'JSON Schema', 'Avro or Protobuf'];

/**
 * Looks at samples.
 * @param registry asked for the schemas that they name; null: they are not asked for
 * @throws MillraceError REGISTRY_UNREACHABLE, SCHEMA_REFUSED for an id that the registry does not know
 */
export async function recordShower(
  samples: readonly (Buffer | null)[],
  registry: RegistryClient | null,
): Promise<RecordShower> {
  const messagePack = await messagePackReader();
  const guess = guessFormat(samples, messagePack);
  const named = samples.filter((bytes) => bytes !== null && hasSchemaId(bytes)) as Buffer[];
  const isOfRegistry = REGISTRY_FORMATS.includes(guess);
  const schemaIds = isOfRegistry
    ? [...new Set(named.map((bytes) => schemaIdAt(bytes, 0, bytes.length)))].sort((a, b) => a - b)
    : [];
  if (registry === null || schemaIds.length === 0) {
    return { format: guess, schemaIds, schemas: [], shown: async (bytes) => shownOrHex(guess, bytes, messagePack) };
  }
  const known = new Schemas(registry, RETRY_TIMEOUT_MS);
  const schemas = await Promise.all(schemaIds.map((id) => schemaOf(known, id)));
  const serde = serdeOf(schemaRegistry({ client: registry }), schemas[0]?.type ?? 'AVRO');
  const format = TYPES[schemas[0]?.type ?? 'AVRO'];
  return {
    format,
    schemaIds,
    schemas,
    shown: async (bytes) => (bytes === null ? null : await decoded(serde, bytes)),
  };
}

async function schemaOf(schemas: Schemas, id: number): Promise<SeenSchema> {
  try {
    const { type, schema, references } = await schemas.withId(id);
    return { id, type, schema, references };
  } catch (cause) {
    if (!(cause instanceof RegistryRefusal)) throw cause;
    throw new MillraceError(
      'SCHEMA_REFUSED',
      `the registry does not give schema ${String(id)}, which records name: ${reasonOf(cause)}; is it the registry of this topic?`,
      { cause },
    );
  }
}

function serdeOf(registry: SchemaRegistry, type: SchemaText['type']): Serde<unknown> {
  if (type === 'AVRO') return registry.avro();
  return type === 'PROTOBUF' ? registry.protobuf() : registry.jsonSchema();
}

async function decoded(serde: Serde<unknown>, bytes: Buffer): Promise<unknown> {
  for (;;) {
    try {
      return serde.deserialize(bytes, '');
    } catch (error) {
      if (error instanceof NotReady) await error.until;
      else return { hex: bytes.toString('hex'), error: reasonOf(error) };
    }
  }
}

/** The guess is one from samples: others may be different. */
function shownOrHex(format: GuessedFormat, bytes: Buffer | null, messagePack: MessagePackReader): unknown {
  if (bytes === null) return null;
  try {
    return shownAs(format, bytes, messagePack);
  } catch {
    return { hex: bytes.toString('hex') };
  }
}

function shownAs(format: GuessedFormat, bytes: Buffer, messagePack: MessagePackReader): unknown {
  switch (format) {
    case 'JSON':
      return parseExact(bytes.toString());
    case 'string':
      return decodedText(bytes);
    case 'long':
      return exact(bytes.readBigInt64BE(0));
    case 'int':
      return bytes.readInt32BE(0);
    case 'double':
      return bytes.readDoubleBE(0);
    case 'windowed string': {
      const parts = windowedParts(bytes);
      return parts === null ? { hex: bytes.toString('hex') } : { key: parts.key, window: timeText(parts.start) };
    }
    case 'MessagePack':
      return messagePack?.(bytes);
    default:
      return { hex: bytes.toString('hex') };
  }
}

function exact(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** Null where the package is not installed: it is an optional one. */
async function messagePackReader(): Promise<MessagePackReader> {
  try {
    const { messagePack } = await import('../../serde/msgpack/message-pack.js');
    const serde = messagePack<unknown>();
    return (bytes) => serde.deserialize(bytes, '');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') return null;
    throw error;
  }
}
