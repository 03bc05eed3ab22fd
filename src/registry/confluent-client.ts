/** The registry over Confluent's own client, which the user has made: nothing of that package is imported here. */
import { reasonOf } from '../errors/shown-value.js';
import { idOfAnswer, schemaOfAnswer, versionOfAnswer, versionsOfAnswer } from './answers.js';
import {
  failureOf,
  type RegistryClient,
  type SchemaReference,
  type SchemaText,
  type SchemaVersion,
} from './registry-client.js';

/** A schema as Confluent's client takes and gives it. */
export interface ConfluentSchema {
  schema: string;
  schemaType?: string;
  references?: SchemaReference[];
}

/** One that it gives with its place. */
export interface ConfluentSchemaMetadata extends ConfluentSchema {
  id?: number;
  version?: number;
}

/** As much of the client of `@confluentinc/schemaregistry` as is used: `SchemaRegistryClient` has it. */
export interface ConfluentClient {
  getBySubjectAndId(subject: string, id: number): Promise<ConfluentSchema>;
  getLatestSchemaMetadata(subject: string): Promise<ConfluentSchemaMetadata>;
  getSchemaMetadata(subject: string, version: number, deleted: boolean): Promise<ConfluentSchemaMetadata>;
  getAllVersions(subject: string): Promise<number[]>;
  getId(subject: string, schema: ConfluentSchema, normalize: boolean): Promise<number>;
  register(subject: string, schema: ConfluentSchema, normalize: boolean): Promise<number>;
}

/** Ids are of the whole registry. */
const NO_SUBJECT = '';
const DELETED_TOO = true;
const UNKNOWN = 404;

/**
 * A client of Confluent's package as that of {@link schemaRegistry}: `schemaRegistry({ client: fromConfluent(client) })`, with its ways to
 * authenticate, its TLS and its several addresses. It asks again by itself (`maxRetries`), beside `retryTimeout` here, and keeps the latest
 * schema of a subject for as long as its `cacheLatestTtlSecs` says.
 */
export function fromConfluent(client: ConfluentClient): RegistryClient {
  return new ConfluentRegistryClient(client);
}

class ConfluentRegistryClient implements RegistryClient {
  constructor(private readonly client: ConfluentClient) {}

  async byId(id: number): Promise<SchemaText> {
    return schemaOfAnswer(await this.ask(() => this.client.getBySubjectAndId(NO_SUBJECT, id)));
  }

  async version(subject: string, version: number | 'latest'): Promise<SchemaVersion> {
    const answer = await this.ask(() =>
      version === 'latest'
        ? this.client.getLatestSchemaMetadata(subject)
        : this.client.getSchemaMetadata(subject, version, DELETED_TOO),
    );
    return versionOfAnswer(answer);
  }

  async versions(subject: string): Promise<readonly number[]> {
    try {
      return versionsOfAnswer(await this.client.getAllVersions(subject));
    } catch (error) {
      if (statusOf(error) === UNKNOWN) return [];
      throw failureOf(statusOf(error), reasonOf(error), error);
    }
  }

  async idOf(subject: string, schema: SchemaText, normalize: boolean): Promise<number> {
    return idOf(await this.ask(() => this.client.getId(subject, theirs(schema), normalize)));
  }

  async register(subject: string, schema: SchemaText, normalize: boolean): Promise<number> {
    return idOf(await this.ask(() => this.client.register(subject, theirs(schema), normalize)));
  }

  private async ask<T>(request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      throw failureOf(statusOf(error), reasonOf(error), error);
    }
  }
}

function idOf(id: number): number {
  return idOfAnswer({ id });
}

/** The status of an answer that says no; 0 where there was none. */
function statusOf(error: unknown): number {
  return typeof error === 'object' && error !== null && 'status' in error ? Number(error.status) || 0 : 0;
}

function theirs({ type, schema, references }: SchemaText): ConfluentSchema {
  return { schemaType: type, schema, references: [...references] };
}
