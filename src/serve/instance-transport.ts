/**
 * How instances ask each other: over HTTP, or over TLS where the application has certificates. Then each shows the one that it
 * serves with, and believes those of the same authorities. By Node's own client: `fetch` costs several times as much, and there
 * may be thousands of requests a second.
 */
import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as SecureAgent, request as secureRequest, type AgentOptions } from 'node:https';
import type { InstanceTransport, Post, Reply, StreamAsked } from '../query/transport.js';
import { bodyText } from './body-text.js';
import { Links } from './link/links.js';
import type { ServerOptions, TlsOptions } from './options.js';
import { jsonOf, LONGEST_REPLY, tooLate, tooLong } from './reply.js';

const HTTPS = /^https:\/\//;
/** `<name>`, `<name>:<port>`, `[<address>]:<port>`. */
const ADDRESS = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/;
/** To one instance at a time: questions that come while others are under way go together. */
const MOST_SOCKETS = 8;

interface Reached {
  readonly server: ServerOptions | null;
  readonly applicationServer: string | null;
}

/** How the instances of an application ask each other. */
export function transportOf({ server, applicationServer }: Reached): InstanceTransport {
  const secure = server?.tls !== undefined || (applicationServer !== null && HTTPS.test(applicationServer));
  return secure ? secureTransport(server?.tls) : plainTransport();
}

/** What an instance tells the group: host and port alone, as in Kafka Streams. */
export function toldAddress({ applicationServer }: Pick<Reached, 'applicationServer'>): string | null {
  return applicationServer?.replace(HTTPS, '') ?? null;
}

/** Plain HTTP. */
export function plainTransport(): InstanceTransport {
  const agents = { questions: new Agent({ keepAlive: true, maxSockets: MOST_SOCKETS }), streams: new Agent() };
  return transport((host, path, { kind, ...options }) =>
    request({ ...placeOf(host), path, ...options, agent: agents[kind] }),
  );
}

/** @param tls undefined: no certificate is shown, and those authorities are believed that Node does */
export function secureTransport({ key, cert, ca }: Partial<TlsOptions> = {}): InstanceTransport {
  const identity = { key, cert, ca: ca as AgentOptions['ca'] };
  const agents = {
    questions: new SecureAgent({ keepAlive: true, maxSockets: MOST_SOCKETS, ...identity }),
    streams: new SecureAgent(identity),
  };
  return transport((host, path, { kind, ...options }) =>
    secureRequest({ ...placeOf(host), path, ...options, agent: agents[kind] }),
  );
}

/** An address as Node's client takes it; one of IPv6 loses its brackets. Where there is no port it is the one of the scheme. */
function placeOf(address: string): { host: string; port?: string } {
  const [, host = address, port] = ADDRESS.exec(address) ?? [];
  const plain = host.startsWith('[') ? host.slice(1, -1) : host;
  return port === undefined ? { host: plain } : { host: plain, port };
}

interface Requested {
  /** What is followed keeps its connection, and must not take it from questions. */
  readonly kind: 'questions' | 'streams';
  readonly method?: 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

type OpenRequest = (host: string, path: string, requested: Requested) => ClientRequest;

function transport(open: OpenRequest): InstanceTransport {
  const links = new Links((host, path, headers) => open(host, path, { kind: 'questions', method: 'POST', headers }));
  return {
    post: async (host, path, post) => (await links.ask(host, path, post)) ?? (await send(open, host, path, post)),
    stream: (host, path, asked) => follow(open, host, path, asked),
  };
}

function send(open: OpenRequest, host: string, path: string, { body, headers, timeoutMs }: Post): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const asked = open(host, path, { kind: 'questions', ...posted(body, headers) });
    // Of the whole, in which the answer comes whole, too.
    const limit = setTimeout(() => {
      asked.destroy(tooLate(timeoutMs));
    }, timeoutMs);
    asked.on('close', () => {
      clearTimeout(limit);
    });
    asked.on('error', reject);
    asked.on('response', (response) => {
      read(response).then(resolve, reject);
    });
    asked.end(body);
  });
}

function posted(body: string, headers: Post['headers']): Pick<Requested, 'method' | 'headers'> {
  return { method: 'POST', headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) } };
}

function follow(
  open: OpenRequest,
  host: string,
  path: string,
  { body, headers, signal }: StreamAsked,
): Promise<AsyncIterable<Uint8Array>> {
  return new Promise((resolve, reject) => {
    const said = body === null ? { headers } : posted(body, headers);
    const asked = open(host, path, { kind: 'streams', ...said, signal });
    asked.on('error', reject);
    asked.on('response', (response) => {
      if (response.statusCode === 200) {
        resolve(response as AsyncIterable<Uint8Array>);
        return;
      }
      response.resume();
      reject(new Error(`it answered with status ${String(response.statusCode)}`));
    });
    asked.end(body ?? undefined);
  });
}

/** The whole answer. By its events: to iterate over a stream costs more than what is in it. */
async function read(response: IncomingMessage): Promise<Reply> {
  const status = response.statusCode ?? 0;
  if (status !== 200) {
    response.resume();
    return { status, body: null };
  }
  const text = await new Promise<string>((resolve, reject) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    response.on('data', (part: Buffer) => {
      bytes += part.length;
      parts.push(part);
      if (bytes > LONGEST_REPLY) response.destroy(tooLong());
    });
    response.on('error', reject);
    response.on('end', () => {
      resolve(bodyText(parts));
    });
    response.on('close', () => {
      reject(new Error('it answered with a part alone'));
    });
  });
  return { status, body: jsonOf(text) };
}
