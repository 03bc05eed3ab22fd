/** The door of schema registries, so that only who uses one needs the package behind it. */
export {
  schemaRegistry,
  type AvroSerdeOptions,
  type JsonSchemaSerdeOptions,
  type ProtobufSerdeOptions,
  type RegistryDefaults,
  type RegistrySerdeOptions,
  type SchemaRegistry,
  type SchemaRegistryOptions,
} from './registry/schema-registry.js';
export type { AvroChoices } from './registry/avro-types.js';
export {
  fromConfluent,
  type ConfluentClient,
  type ConfluentSchema,
  type ConfluentSchemaMetadata,
} from './registry/confluent-client.js';
export { inMemoryRegistry } from './registry/in-memory-registry.js';
export {
  RegistryRefusal,
  type RegistryClient,
  type SchemaReference,
  type SchemaText,
  type SchemaType,
  type SchemaVersion,
} from './registry/registry-client.js';
export type { SubjectParts, SubjectStrategy } from './registry/subjects.js';
