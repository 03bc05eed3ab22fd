/** The registry over the API client of @kafkajs/confluent-schema-registry. */
import { reasonOf } from '../errors/shown-value.js';
import { idOfAnswer, schemaOfAnswer, versionOfAnswer, versionsOfAnswer } from './answers.js';
import { fromPackage } from './kafkajs-package.js';
import { failureOf, type RegistryClient, type SchemaText, type SchemaVersion } from './registry-client.js';

/** How to reach a registry. */
export interface RegistryAddress {
  /** Address of its API, with the path where there is one: `https://registry:8081`. */
  readonly host: string;
  /** Basic authentication. Default: none. */
  readonly auth?: { readonly username: string; readonly password: string };
  /** For TLS with certificates of one's own: an agent of `node:https`. Default: Node's. */
  readonly agent?: unknown;
  /** How long one request may take, ms. */
  readonly requestTimeoutMs: number;
}

interface Response {
  data(): unknown;
}
type Request = (params: Readonly<Record<string, unknown>>) => Promise<Response>;
/** As much of the package's client as is used. */
interface Api {
  readonly Schema: { readonly find: Request };
  readonly Subject: { readonly [name in 'version' | 'latestVersion' | 'registered' | 'register']: Request };
}
type MakeApi = (options: Readonly<Record<string, unknown>>) => Api;

const UNKNOWN = 404;
const CLIENT = 'millrace';
/** The package makes a bad request of a connection that is refused; an answer of the registry would have a message of its own. */
const NO_ANSWER = /^Error, status 400(?:: |$)/;
/** A page of a proxy may be long. */
const MOST_CHARACTERS = 300;

export class KafkajsRegistryClient implements RegistryClient {
  private readonly api: Api;
  private readonly timeout: number;
  private readonly headers: Readonly<Record<string, string>>;
  private readonly base: string;

  constructor({ host, auth, agent, requestTimeoutMs }: RegistryAddress) {
    const { default: makeApi } = fromPackage('./api') as { default: MakeApi };
    this.base = host.replace(/\/+$/, '');
    // Asking again is decided about by who asks, for all clients alike.
    this.api = makeApi({ host: this.base, auth, agent, clientId: CLIENT, retry: { retries: 0 } });
    this.timeout = requestTimeoutMs;
    const basic = auth === undefined ? null : Buffer.from(`${auth.username}:${auth.password}`).toString('base64');
    this.headers = basic === null ? {} : { authorization: `Basic ${basic}` };
  }

  async byId(id: number): Promise<SchemaText> {
    return schemaOfAnswer(await this.ask(this.api.Schema.find, { id }));
  }

  async version(subject: string, version: number | 'latest'): Promise<SchemaVersion> {
    const { version: one, latestVersion } = this.api.Subject;
    const params = { subject };
    return versionOfAnswer(
      await (version === 'latest' ? this.ask(latestVersion, params) : this.ask(one, { ...params, version })),
    );
  }

  async versions(subject: string): Promise<readonly number[]> {
    // The package has no request for it.
    const url = `${this.base}/subjects/${encodeURIComponent(subject)}/versions?deleted=true`;
    const response = await fetch(url, { headers: this.headers, signal: AbortSignal.timeout(this.timeout) });
    if (response.status === UNKNOWN) return [];
    if (!response.ok) throw failureOf(response.status, statusText(response.status, await bodyOf(response)));
    return versionsOfAnswer(await bodyOf(response));
  }

  async idOf(subject: string, schema: SchemaText, normalize: boolean): Promise<number> {
    return this.idFrom(this.api.Subject.registered, subject, schema, normalize);
  }

  async register(subject: string, schema: SchemaText, normalize: boolean): Promise<number> {
    return this.idFrom(this.api.Subject.register, subject, schema, normalize);
  }

  private async idFrom(request: Request, subject: string, text: SchemaText, normalize: boolean): Promise<number> {
    const { type, schema, references } = text;
    const body = {
      schema,
      ...(type === 'AVRO' ? {} : { schemaType: type }),
      ...(references.length > 0 ? { references } : {}),
    };
    const params = { subject, body, ...(normalize ? { normalize: true } : {}) };
    return idOfAnswer(await this.ask(request, params));
  }

  private async ask(request: Request, params: Readonly<Record<string, unknown>>): Promise<unknown> {
    try {
      return (await request({ ...params, timeout: this.timeout })).data();
    } catch (error) {
      const status = typeof error === 'object' && error !== null && 'status' in error ? Number(error.status) : 0;
      const reason = reasonOf(error).replace(`${CLIENT} - `, '');
      if (status === 400 && NO_ANSWER.test(reason)) throw failureOf(0, reason.replace(NO_ANSWER, ''), error);
      throw failureOf(status, statusText(status, reason.replace(/^Error, status \d+(?:: )?/, '')), error);
    }
  }
}

function statusText(status: number, body: unknown): string {
  const said = typeof body === 'object' && body !== null && 'message' in body ? body.message : body;
  const text = typeof said === 'string' && said !== '' ? `: ${said.slice(0, MOST_CHARACTERS)}` : '';
  return `status ${String(status)}${text}`;
}

/** As JSON, or as it is. */
async function bodyOf(response: globalThis.Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    // What it is then is said by who looks at it.
    return text;
  }
}
