/** How instances ask each other over TLS: each shows the certificate that it serves with, and believes those of the same authorities. */
import { Agent, request, type AgentOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { Post, Reply, InstanceTransport } from '../query/transport.js';
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

/** How the instances of an application ask each other; undefined: as they do unless they are told otherwise, over plain HTTP. */
export function transportOf({ server, applicationServer }: Reached): InstanceTransport | undefined {
  const secure = server?.tls !== undefined || (applicationServer !== null && HTTPS.test(applicationServer));
  return secure ? secureTransport(server?.tls) : undefined;
}

/** What an instance tells the group: host and port alone, as in Kafka Streams. */
export function toldAddress({ applicationServer }: Pick<Reached, 'applicationServer'>): string | null {
  return applicationServer?.replace(HTTPS, '') ?? null;
}

/** @param tls undefined: no certificate is shown, and those authorities are believed that Node does */
export function secureTransport({ key, cert, ca }: Partial<TlsOptions> = {}): InstanceTransport {
  const authorities = ca as AgentOptions['ca'];
  const agent = new Agent({ keepAlive: true, maxSockets: MOST_SOCKETS, key, cert, ca: authorities });
  // What is followed keeps its connection, and must not take it from questions.
  const streams = new Agent({ key, cert, ca: authorities });
  return {
    post: (host, path, post) => send(agent, host, path, post),
    stream: (host, path, headers, signal) => open(streams, `https://${host}${path}`, headers, signal),
  };
}

function send(agent: Agent, host: string, path: string, { body, headers, timeoutMs }: Post): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const length = { 'content-length': String(Buffer.byteLength(body)) };
    const asked = request(`https://${host}${path}`, {
      method: 'POST',
      agent,
      headers: { ...headers, ...length },
      signal,
    });
    asked.on('error', reject);
    asked.on('response', (response) => {
      read(response).then(resolve, reject);
    });
    asked.end(body);
  });
}

function open(
  agent: Agent,
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent, headers, signal });
    asked.on('error', reject);
    asked.on('response', (response) => {
      if (response.statusCode === 200) {
        resolve(response as AsyncIterable<Uint8Array>);
        return;
      }
      response.resume();
      reject(new Error(`it answered with status ${String(response.statusCode)}`));
    });
    asked.end();
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
