/**
 * The only file that knows the inside of kafkajs: its sockets, TLS, SASL and version handshake are used, its clients are
 * not. kafkajs has no exports map and its inside carries no promise, so the version is pinned and checked when loaded.
 */
import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { ISocketFactory, KafkaConfig } from 'kafkajs';
import { MillraceError } from '../../errors/error.js';
import type { WireRequest } from '../transport.js';
import type { AnswerMemory } from './answer-memory.js';
import { FrameAssembly } from './frame-assembly.js';

const VERSION = '2.2.4';
/** Place in the pool of a broker. */
export const FETCH_CONNECTION = 1;

/** kafkajs's own logger, which it passes down by namespaces. */
export interface InsideLogger {
  debug(message: string, extra?: object): void;
  info(message: string, extra?: object): void;
  warn(message: string, extra?: object): void;
  error(message: string, extra?: object): void;
  namespace(name: string): InsideLogger;
}

interface InsideRequestQueue {
  pending: unknown[];
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
  scheduleCheckPendingRequests(): void;
  push(request: {
    readonly entry: {
      readonly apiKey: number;
      readonly apiName: string;
      readonly apiVersion: number;
      readonly correlationId: number;
      readonly resolve: (answer: { readonly payload: Buffer }) => void;
      readonly reject: (error: Error) => void;
    };
    readonly expectResponse: true;
    readonly sendRequest: () => void;
  }): void;
  fulfillRequest(answer: { readonly correlationId: number; readonly payload: Buffer; readonly size: number }): void;
}

export interface InsideConnection {
  readonly clientId: string;
  readonly socket: Socket;
  /** Somebody waits for an answer that is no Kafka answer, as brokers before 1.0 have it while they authenticate; else null. */
  readonly authHandlers: object | null;
  requestQueue: InsideRequestQueue;
  processData(chunk: Buffer): void;
  nextCorrelationId(): number;
  isAuthenticated(): boolean;
  failIfNotConnected(): void;
  connect(): Promise<unknown>;
  disconnect(): Promise<unknown>;
  authenticate(): Promise<void>;
  rejectRequests(error: Error): void;
  send(protocol: InsideExchange): Promise<unknown>;
}

/** A request of kafkajs's own and how its answer is read. */
interface InsideExchange {
  readonly request: { readonly apiKey: number };
  readonly response: { decode(payload: Buffer): Promise<unknown>; parse(decoded: unknown): Promise<unknown> };
}

/** Two connections to one broker: Fetch goes over the second, so that Metadata and the like pass a parked Fetch; all else over the first. */
export interface InsideConnectionPool {
  pool: InsideConnection[];
  getConnection(index?: number): Promise<InsideConnection>;
}

export type ApiRanges = Readonly<Record<number, { readonly minVersion: number; readonly maxVersion: number }>>;

/** Connects, asks for the API versions and authenticates. */
export interface InsideBroker {
  versions: ApiRanges | null;
  connect(): Promise<void>;
}

interface ConnectionPoolOptions {
  readonly host: string;
  readonly port: number;
  readonly ssl: ConnectionOptions | boolean | undefined;
  readonly sasl: KafkaConfig['sasl'];
  readonly clientId: string;
  readonly logger: InsideLogger;
  readonly socketFactory: ISocketFactory;
  readonly connectionTimeout: number;
  readonly requestTimeout: number;
  readonly reauthenticationThreshold: number | undefined;
  /** False: time-outs are ours, so that kafkajs arms no interval per connection. */
  readonly enforceRequestTimeout: false;
}

export interface KafkajsInside {
  readonly ConnectionPool: new (options: ConnectionPoolOptions) => InsideConnectionPool;
  readonly Broker: new (options: {
    readonly connectionPool: InsideConnectionPool;
    readonly logger: InsideLogger;
    readonly authenticationTimeout: number;
  }) => InsideBroker;
  readonly createSocketFactory: () => (options: Parameters<ISocketFactory>[0]) => Socket;
}

let loaded: KafkajsInside | null = null;

/** @throws MillraceError KAFKAJS_MISMATCH when kafkajs is another version, or a part of it is not where it was */
export function kafkajsInside(): KafkajsInside {
  loaded ??= checkKafkajs(createRequire(import.meta.url));
  return loaded;
}

/** Loads and checks; the function that loads is an argument so that tests can take parts away. */
export function checkKafkajs(load: (path: string) => unknown): KafkajsInside {
  const found = (load('kafkajs/package.json') as { version?: unknown }).version;
  if (found !== VERSION) throw mismatch(`kafkajs ${String(found)} is installed`);
  const inside = {
    ConnectionPool: part(load, 'kafkajs/src/network/connectionPool'),
    Broker: part(load, 'kafkajs/src/broker'),
    createSocketFactory: part(load, 'kafkajs/src/network/socketFactory'),
  };
  needMethods('kafkajs/src/broker', inside.Broker.prototype, ['connect']);
  needMethods('kafkajs/src/network/connectionPool', inside.ConnectionPool.prototype, ['send', 'getConnection']);
  const connection = part(load, 'kafkajs/src/network/connection').prototype as unknown;
  needMethods('kafkajs/src/network/connection', connection, [
    'connect',
    'disconnect',
    'authenticate',
    'rejectRequests',
    'processData',
    'nextCorrelationId',
    'isAuthenticated',
    'failIfNotConnected',
  ]);
  const queue = part(load, 'kafkajs/src/network/requestQueue').prototype as unknown;
  needMethods('kafkajs/src/network/requestQueue', queue, [
    'checkPendingRequests',
    'scheduleCheckPendingRequests',
    'push',
    'fulfillRequest',
  ]);
  return inside as unknown as KafkajsInside;
}

function part(load: (path: string) => unknown, path: string): { readonly prototype: object } {
  let value: unknown;
  try {
    value = load(path);
  } catch (cause) {
    throw mismatch(`${path} cannot be loaded`, cause);
  }
  if (typeof value !== 'function') throw mismatch(`${path} exports no function`);
  return value;
}

function needMethods(path: string, prototype: unknown, names: readonly string[]): void {
  for (const name of names) {
    if (typeof (prototype as Record<string, unknown> | undefined)?.[name] !== 'function') {
      throw mismatch(`${path} has no method ${name}()`);
    }
  }
}

function mismatch(problem: string, cause?: unknown): MillraceError {
  return new MillraceError(
    'KAFKAJS_MISMATCH',
    `Millrace works with kafkajs ${VERSION} exactly, but ${problem}. Run: npm install kafkajs@${VERSION}`,
    { cause },
  );
}

/** Milliseconds. kafkajs itself decides by its clock whether they may go. */
const CHECK_PENDING_MS = 10;

/**
 * kafkajs re-arms a timer of 1 ms for ever on each connection that was used once, to look at requests held back by
 * throttling. This looks only while there are some; per connection, so that a user's own kafkajs clients stay untouched.
 */
export function quietTimers(pool: InsideConnectionPool): void {
  for (const { requestQueue } of pool.pool) {
    requestQueue.scheduleCheckPendingRequests = () => {
      if (requestQueue.pending.length === 0 || requestQueue.throttleCheckTimeoutId !== null) return;
      requestQueue.throttleCheckTimeoutId = setTimeout(() => {
        requestQueue.throttleCheckTimeoutId = null;
        requestQueue.checkPendingRequests();
      }, CHECK_PENDING_MS);
    };
  }
}

const SASL_HANDSHAKE = 17;
const API_VERSIONS = 18;
const SASL_AUTHENTICATE = 36;
/** They come before who connects is known. */
const UNAUTHENTICATED: ReadonlySet<number> = new Set([SASL_HANDSHAKE, API_VERSIONS, SASL_AUTHENTICATE]);
const NO_TAGS = Buffer.from([0]);

/**
 * Sends a request and resolves with the body of its answer. What is large is not copied: kafkajs's own `send` copies each request twice, into
 * buffers that it fills with zeros before, and so doubles what V8's collector has to look after.
 */
export async function sendUncopied(connection: InsideConnection, request: WireRequest): Promise<Buffer> {
  const { apiKey, apiName, apiVersion, body } = request;
  if (!UNAUTHENTICATED.has(apiKey) && !connection.isAuthenticated()) await connection.authenticate();
  connection.failIfNotConnected();
  const correlationId = connection.nextCorrelationId();
  const { payload } = await new Promise<{ readonly payload: Buffer }>((resolve, reject) => {
    const head = requestHead(request, correlationId, connection.clientId);
    const sendRequest = (): void => {
      const { socket } = connection;
      socket.cork();
      socket.write(head);
      if (body.length > 0) socket.write(body);
      socket.uncork();
    };
    const entry = { apiKey, apiName, apiVersion, correlationId, resolve, reject };
    connection.requestQueue.push({ entry, expectResponse: true, sendRequest });
  });
  return request.flexible === true ? payload.subarray(NO_TAGS.length) : payload;
}

/** Version 1 of the header, or 2 with its tags; and the length of all. */
function requestHead(request: WireRequest, correlationId: number, clientId: string): Buffer {
  const { apiKey, apiVersion, body, flexible = false } = request;
  const client = Buffer.from(clientId);
  const tags = flexible ? NO_TAGS : NO_TAGS.subarray(1);
  const fixed = Buffer.allocUnsafe(14);
  fixed.writeInt32BE(fixed.length - 4 + client.length + tags.length + body.length, 0);
  fixed.writeInt16BE(apiKey, 4);
  fixed.writeInt16BE(apiVersion, 6);
  fixed.writeInt32BE(correlationId, 8);
  fixed.writeInt16BE(client.length, 12);
  return Buffer.concat([fixed, client, tags]);
}

/**
 * Has answers put together as they arrive, and nothing kept of the pieces: their memory may be used again.
 * @param fetched for the answers to Fetch
 */
export function assembleAnswers(pool: InsideConnectionPool, fetched: AnswerMemory): void {
  for (const [index, connection] of pool.pool.entries()) {
    const complete = (frame: Buffer): void => {
      const [correlationId, payload] = [frame.readInt32BE(0), frame.subarray(4)];
      connection.requestQueue.fulfillRequest({ correlationId, payload, size: frame.length });
    };
    const answers =
      index === FETCH_CONNECTION
        ? new FrameAssembly(complete, (bytes) => fetched.take(bytes))
        : new FrameAssembly(complete);
    const authenticating = connection.processData.bind(connection);
    connection.processData = (chunk) => {
      // Decoded later.
      if (connection.authHandlers !== null) authenticating(Buffer.from(chunk));
      else {
        try {
          answers.take(chunk);
        } catch (error) {
          connection.socket.destroy(error as Error);
        }
      }
    };
  }
}

/** kafkajs looks at the error of a refused handshake alone; which mechanisms the broker has instead stands beside it. */
export function noteMechanisms(pool: InsideConnectionPool, note: (mechanisms: readonly string[]) => void): void {
  for (const connection of pool.pool) {
    const send = connection.send.bind(connection);
    connection.send = (protocol) => {
      const { request, response } = protocol;
      if (request.apiKey !== SASL_HANDSHAKE) return send(protocol);
      const decode = async (payload: Buffer): Promise<unknown> => {
        const decoded = (await response.decode(payload)) as { readonly enabledMechanisms?: readonly string[] };
        if (decoded.enabledMechanisms !== undefined) note(decoded.enabledMechanisms);
        return decoded;
      };
      return send({ ...protocol, response: { ...response, decode } });
    };
  }
}
