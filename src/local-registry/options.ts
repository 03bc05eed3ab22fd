/** What a caller may ask of a schema registry for development and tests, and what it is given. */

/** Where a registry came from: named by `SCHEMA_REGISTRY_URL`, or a local Java process. */
export type SchemaRegistryOrigin = 'environment' | 'java';

/** Options of {@link startSchemaRegistry}; all have a default. */
export interface StartSchemaRegistryOptions {
  /** Use this origin and no other. Default: the first that works of environment, java. */
  readonly use?: SchemaRegistryOrigin;
  /** TCP port on this machine. Default: a free one. */
  readonly port?: number;
  /** Heap of the JVM, in MiB. Default 384. */
  readonly heapMiB?: number;
  /** How long it may take from its start to its first answer, in milliseconds; downloads are not counted. Default 120,000. */
  readonly startupTimeoutMs?: number;
  /** Told in one line each what is being tried, downloaded and started. Default: silent. */
  readonly log?: (line: string) => void;
}

/** Rough handling, for tests of what an application does when its registry goes away. Address and schemas survive all of it. */
export interface SchemaRegistryControl {
  /** Ends the process at once. */
  kill(): Promise<void>;
  /** Starts it again, and resolves when it answers. */
  start(): Promise<void>;
}

/** A schema registry that answers. */
export interface RunningSchemaRegistry {
  readonly how: SchemaRegistryOrigin;
  /** Address of the API that Confluent's registry has too. */
  readonly url: string;
  /** Undefined for a registry of the environment. */
  readonly control: SchemaRegistryControl | undefined;
  /** Ends what was started, and deletes its schemas. */
  stop(): Promise<void>;
}
