/** One life of the connections to a broker: from connecting to the first lost socket, which ends it with all its open requests. */
import { connect, type Socket } from 'node:net';
import type { ISocketFactory, KafkaConfig } from 'kafkajs';
import type { BrokerAddress } from '../wire/metadata.js';
import type { WireRequest } from '../transport.js';
import type { AnswerMemory } from './answer-memory.js';
import type { WatchedSession } from './broker-health.js';
import {
  assembleAnswers,
  FETCH_CONNECTION,
  kafkajsInside,
  noteMechanisms,
  quietTimers,
  sendUncopied,
  type InsideBroker,
  type InsideConnection,
  type InsideConnectionPool,
  type InsideLogger,
} from './kafkajs-inside.js';
import { Lane } from './lane.js';

const FETCH = 1;
/** So much of what arrives is read at once, into memory that each socket has for itself. */
const READ_BYTES = 128 * 1024;
/**
 * Milliseconds of silence after which the system itself asks whether the other side is still there. It keeps firewalls from
 * forgetting a connection whose request is parked, and finds one that is dead within half a minute.
 */
const KEEP_ALIVE_MS = 10_000;
/** For kafkajs's own time-outs, in ms: ours come first, since they know whether this process stood still. */
const NEVER_MS = 3_600_000;

export interface LinkSettings {
  readonly kafka: Pick<KafkaConfig, 'ssl' | 'sasl' | 'socketFactory' | 'reauthenticationThreshold'>;
  readonly clientId: string;
  readonly connectionTimeoutMs: number;
  readonly authenticationTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly log: InsideLogger;
}

/**
 * kafkajs would reconnect inside the same objects, but keeps half-read bytes of the old socket there and may leave a request
 * unanswered that was written while the socket closed; so a session ends with its first lost socket and takes all its open
 * requests along.
 */
export class LinkSession implements WatchedSession {
  readonly broker: InsideBroker;
  readonly openedAt = performance.now();
  /** True from the first sign that a socket is going. */
  lost = false;
  /** SASL mechanisms that the broker named in a handshake; null before one. */
  offeredMechanisms: readonly string[] | null = null;
  /** Requests without an answer so far. */
  open = 0;
  private readonly pool: InsideConnectionPool;
  private ended: Error | null = null;
  /** Sockets of TLS, and those that a user makes, have no reset. */
  private readonly mayReset: boolean;
  /** The first carries all but Fetch. */
  private readonly lanes: Lane[] = [];
  private fetchLane: Promise<InsideConnection> | null = null;

  constructor(
    address: BrokerAddress,
    settings: LinkSettings,
    answers: AnswerMemory,
    private readonly onLost: (error: Error | null) => void,
  ) {
    const inside = kafkajsInside();
    this.mayReset = settings.kafka.socketFactory === undefined && (settings.kafka.ssl ?? false) === false;
    const open = settings.kafka.socketFactory ?? (this.mayReset ? openPlainSocket : inside.createSocketFactory());
    this.pool = new inside.ConnectionPool({
      host: address.host,
      port: address.port,
      ssl: settings.kafka.ssl,
      sasl: settings.kafka.sasl,
      clientId: settings.clientId,
      logger: settings.log,
      socketFactory: (options) => this.openSocket(open, options),
      connectionTimeout: NEVER_MS,
      requestTimeout: settings.requestTimeoutMs,
      reauthenticationThreshold: settings.kafka.reauthenticationThreshold,
      enforceRequestTimeout: false,
    });
    quietTimers(this.pool);
    assembleAnswers(this.pool, answers);
    noteMechanisms(this.pool, (mechanisms) => {
      this.offeredMechanisms = mechanisms;
    });
    this.broker = new inside.Broker({
      connectionPool: this.pool,
      logger: settings.log,
      authenticationTimeout: NEVER_MS,
    });
  }

  get heardAt(): number {
    return Math.max(-Infinity, ...this.lanes.map((lane) => lane.heardAt));
  }

  /** The connection stands; what is missing is the handshake with the broker. */
  get connected(): boolean {
    return this.lanes[0]?.connected === true;
  }

  /** When the lane of such a request last gave a sign of life, by `performance.now()`. */
  lastSign(apiKey: number): number {
    return this.lanes[apiKey === FETCH ? 1 : 0]?.lastSign() ?? -Infinity;
  }

  async send(request: WireRequest): Promise<Buffer> {
    // Opened once: kafkajs would open a socket per call.
    const lane =
      request.apiKey === FETCH
        ? (this.fetchLane ??= this.pool.getConnection(FETCH_CONNECTION))
        : this.pool.getConnection(0);
    const connection = await lane;
    if (this.ended !== null) throw this.ended;
    this.open += 1;
    try {
      return await sendUncopied(connection, request);
    } finally {
      this.open -= 1;
    }
  }

  drop(error: Error): void {
    this.onLost(error);
  }

  /** Rejects what is open with the error and closes the sockets. */
  end(error: Error): void {
    if (this.ended !== null) return;
    this.ended = error;
    for (const connection of this.pool.pool) void connection.disconnect();
    for (const lane of this.lanes) this.destroy(lane, error);
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
        lane.onConnect();
        options.onConnect();
      },
    });
    const lane = new Lane(socket);
    this.lanes.push(lane);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    const losing = (): void => {
      this.lost = true;
    };
    socket.once('end', losing);
    socket.once('error', losing);
    socket.once('close', () => {
      losing();
      this.onLost(null);
    });
    if (this.ended !== null) this.destroy(lane, this.ended);
    return socket;
  }

  private destroy({ connected, socket }: Lane, error: Error): void {
    // An error event is the only thing that ends kafkajs's wait for a connection before its time-out.
    if (!connected) socket.destroy(error);
    // What is not answered may lie in the system's buffers, which would deliver it long after it was given up, once the
    // network is back: over what others have written meanwhile. A reset takes it back.
    else if (this.open > 0 && this.mayReset) socket.resetAndDestroy();
    else socket.destroy();
  }
}

/**
 * A socket that reads into the same memory again and again: Node would make new one for each piece, and V8 collects all of its heap whenever
 * there is much of it. Whoever listens to `data` must copy what he keeps.
 */
function openPlainSocket({ host, port, onConnect }: Parameters<ISocketFactory>[0]): Socket {
  const memory = Buffer.allocUnsafeSlow(READ_BYTES);
  const arrived = (bytes: number): boolean => socket.emit('data', memory.subarray(0, bytes));
  const socket = connect({ host, port, onread: { buffer: memory, callback: arrived } }, onConnect);
  return socket;
}
