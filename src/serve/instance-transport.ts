/**
 * How instances ask each other: over HTTP, or over TLS where the application has certificates. Then each shows the one that it
 * serves with, and believes those of the same authorities. By Node's own client: `fetch` costs several times as much, and there
 * may be thousands of requests a second.
 */
import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as SecureAgent, request as secureRequest, type AgentOptions } from 'node:https';
import type { InstanceTransport, Post, Reply, StreamAsked } from '../query/transport.js';
import type { ServerOptions, TlsOptions } from './options.js';

const HTTPS = /^https:\/\//;
/** To one instance at a time: questions that come while others are under way go together. */
const MOST_SOCKETS = 8;
/** Bytes of one answer. */
const LONGEST_REPLY = 64 * 1024 * 1024;

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
    request(`http://${host}${path}`, { ...options, agent: agents[kind] }),
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
    secureRequest(`https://${host}${path}`, { ...options, agent: agents[kind] }),
  );
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
  return {
    post: (host, path, post) => send(open, host, path, post),
    stream: (host, path, asked) => follow(open, host, path, asked),
  };
}

function send(open: OpenRequest, host: string, path: string, { body, headers, timeoutMs }: Post): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const asked = open(host, path, { kind: 'questions', ...posted(body, headers) });
    // Of the whole, in which the answer comes whole, too.
    const limit = setTimeout(() => {
      asked.destroy(new Error(`it has not answered within ${String(timeoutMs)} ms`));
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

async function read(response: IncomingMessage): Promise<Reply> {
  const status = response.statusCode ?? 0;
  if (status !== 200) {
    response.resume();
    return { status, body: null };
  }
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > LONGEST_REPLY) throw new Error(`it answered with more than ${String(LONGEST_REPLY)} bytes`);
    parts.push(part);
  }
  return { status, body: JSON.parse(Buffer.concat(parts).toString('utf8')) as unknown };
}
