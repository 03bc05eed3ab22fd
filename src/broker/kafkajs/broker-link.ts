/** The way to one broker: connects when first needed, sends in call order, and starts afresh after any loss. */
import type { Socket } from 'node:net';
import type { ISocketFactory, KafkaConfig } from 'kafkajs';
import { BrokerError } from '../../errors/broker-error.js';
import type { BrokerAddress } from '../wire/metadata.js';
import type { WireRequest } from '../transport.js';
import { brokerErrorFrom } from './kafkajs-errors.js';
import {
  kafkajsInside,
  quietTimers,
  type InsideBroker,
  type InsideConnectionPool,
  type InsideLogger,
} from './kafkajs-inside.js';

const FETCH = 1;
const NO_TAGS = Buffer.from([0]);

export interface LinkSettings {
  readonly kafka: Pick<KafkaConfig, 'ssl' | 'sasl' | 'socketFactory' | 'reauthenticationThreshold'>;
  readonly clientId: string;
  readonly connectionTimeoutMs: number;
  readonly authenticationTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly log: InsideLogger;
}

/**
 * One life of the connections to a broker. kafkajs would reconnect inside the same objects, but keeps half-read bytes
 * of the old socket there and may leave a request unanswered that was written while the socket closed; so a session ends
 * with its first lost socket and takes all its open requests along.
 */
class LinkSession {
  readonly broker: InsideBroker;
  readonly pool: InsideConnectionPool;
  /** True from the first sign that a socket is going. */
  lost = false;
  private ended: Error | null = null;
  private readonly sockets = new Map<Socket, 'connecting' | 'connected'>();
  private fetchLane: Promise<unknown> | null = null;

  constructor(
    address: BrokerAddress,
    settings: LinkSettings,
    private readonly onLost: () => void,
  ) {
    const inside = kafkajsInside();
    const open = settings.kafka.socketFactory ?? inside.createSocketFactory();
    this.pool = new inside.ConnectionPool({
      host: address.host,
      port: address.port,
      ssl: settings.kafka.ssl,
      sasl: settings.kafka.sasl,
      clientId: settings.clientId,
      logger: settings.log,
      socketFactory: (options) => this.openSocket(open, options),
      connectionTimeout: settings.connectionTimeoutMs,
      requestTimeout: settings.requestTimeoutMs,
      reauthenticationThreshold: settings.kafka.reauthenticationThreshold,
      enforceRequestTimeout: false,
    });
    quietTimers(this.pool);
    this.broker = new inside.Broker({
      connectionPool: this.pool,
      logger: settings.log,
      authenticationTimeout: settings.authenticationTimeoutMs,
    });
  }

  async send(request: WireRequest): Promise<Buffer> {
    // A second lane, so that Metadata and the like pass a parked Fetch. Opened once: kafkajs would open a socket per call.
    if (request.apiKey === FETCH) await (this.fetchLane ??= this.pool.getConnection(1));
    if (this.ended !== null) throw this.ended;
    const flexible = request.flexible === true;
    const body = flexible ? Buffer.concat([NO_TAGS, request.body]) : request.body;
    return this.pool.send({
      request: {
        apiKey: request.apiKey,
        apiVersion: request.apiVersion,
        apiName: request.apiName,
        encode: () => Promise.resolve({ buf: body, buffer: body }),
      },
      response: {
        decode: (payload) => Promise.resolve(flexible ? payload.subarray(1) : payload),
        parse: (decoded) => Promise.resolve(decoded),
      },
    });
  }

  /** Rejects what is open with the error and closes the sockets. */
  end(error: Error): void {
    if (this.ended !== null) return;
    this.ended = error;
    for (const connection of this.pool.pool) void connection.disconnect();
    for (const socket of this.sockets.keys()) this.destroy(socket, error);
    // kafkajs's disconnect waits for open requests, and one of them may be parked for minutes. Not before this turn has
    // ended: a request that is just on its way into kafkajs's queue would be missed.
    setImmediate(() => {
      for (const connection of this.pool.pool) connection.rejectRequests(error);
    });
  }

  private openSocket(open: ISocketFactory, options: Parameters<ISocketFactory>[0]): Socket {
    const socket = open({
      ...options,
      onConnect: () => {
        this.sockets.set(socket, 'connected');
        options.onConnect();
      },
    });
    this.sockets.set(socket, 'connecting');
    socket.setNoDelay(true);
    const losing = (): void => {
      this.lost = true;
    };
    socket.once('end', losing);
    socket.once('error', losing);
    socket.once('close', () => {
      losing();
      this.onLost();
    });
    if (this.ended !== null) this.destroy(socket, this.ended);
    return socket;
  }

  private destroy(socket: Socket, error: Error): void {
    // An error event is the only thing that ends kafkajs's wait for a connection before its time-out.
    if (this.sockets.get(socket) === 'connecting') socket.destroy(error);
    else socket.destroy();
  }
}

export class BrokerLink {
  readonly address: BrokerAddress;
  private readonly settings: LinkSettings;
  private opening: Promise<LinkSession> | null;
  private session: LinkSession | null;
  private connected: boolean;

  constructor(address: BrokerAddress, settings: LinkSettings) {
    this.address = address;
    this.settings = settings;
    this.opening = null;
    this.session = null;
    this.connected = false;
  }

  get open(): boolean {
    return this.connected;
  }

  /** Connects unless connected. @throws BrokerError */
  async ready(): Promise<void> {
    await this.openSession();
  }

  /** @throws BrokerError `retriable` when the connection could not be made, was lost, or gave no answer in time */
  async send(request: WireRequest): Promise<Buffer> {
    const session = await this.openSession();
    this.checkVersion(session, request);
    const what = `${request.apiName} request`;
    const limit = request.timeoutMs ?? this.settings.requestTimeoutMs;
    const timer = setTimeout(() => {
      // The answer may still come and would then be taken for the next request's: only a new connection is safe.
      this.drop(session, this.unanswered(what, limit));
    }, limit);
    try {
      return await session.send(request);
    } catch (error) {
      const translated = this.translated(error, what, session);
      // No answer of the broker, but of the way to it: that way is not used again.
      if (translated instanceof BrokerError && translated.class === 'retriable') this.drop(session, translated);
      throw translated;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Closes the connections; what is open is rejected. A later request connects anew. */
  close(reason: string): void {
    if (this.session !== null) {
      this.drop(
        this.session,
        new BrokerError('retriable', `The connection to broker ${this.name} was closed: ${reason}`),
      );
    }
  }

  private get name(): string {
    return `${this.address.host}:${String(this.address.port)}`;
  }

  private openSession(): Promise<LinkSession> {
    this.opening ??= this.connect();
    return this.opening;
  }

  private async connect(): Promise<LinkSession> {
    const { settings } = this;
    const session = new LinkSession(this.address, settings, () => {
      this.drop(session, new BrokerError('retriable', `Broker ${this.name} closed the connection`));
    });
    this.session = session;
    const limit = settings.connectionTimeoutMs + settings.authenticationTimeoutMs;
    const timer = setTimeout(() => {
      this.drop(session, this.unanswered('Connecting', limit));
    }, limit);
    try {
      await session.broker.connect();
    } catch (error) {
      const translated = this.translated(error, 'Connecting', session);
      this.drop(session, translated);
      throw translated;
    } finally {
      clearTimeout(timer);
    }
    if (this.session === session) this.connected = true;
    return session;
  }

  private drop(session: LinkSession, error: Error): void {
    if (this.session === session) {
      this.session = null;
      this.opening = null;
      this.connected = false;
    }
    session.end(error);
  }

  private translated(error: unknown, what: string, { lost }: LinkSession): Error {
    return brokerErrorFrom(error, { address: this.name, what, lost, sasl: this.settings.kafka.sasl !== undefined });
  }

  private unanswered(what: string, limit: number): BrokerError {
    return new BrokerError(
      'retriable',
      `${what}: broker ${this.name} gave no answer within ${String(limit)} ms; the connection is given up`,
    );
  }

  private checkVersion(session: LinkSession, { apiKey, apiVersion, apiName }: WireRequest): void {
    const range = session.broker.versions?.[apiKey];
    if (range !== undefined && apiVersion >= range.minVersion && apiVersion <= range.maxVersion) return;
    const offered =
      range === undefined ? 'not at all' : `in versions ${String(range.minVersion)} to ${String(range.maxVersion)}`;
    throw new BrokerError(
      'fatal',
      `Broker ${this.name} offers ${apiName} ${offered}, Millrace needs version ${String(apiVersion)}. Use Apache Kafka 2.5 or newer.`,
      { kafkaCode: 35 },
    );
  }
}
