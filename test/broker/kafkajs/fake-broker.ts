/** A broker on a real socket that says what a test tells it to: for what no real broker does on demand. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { ByteReader } from '../../../src/broker/wire/byte-reader.js';
import { ByteWriter } from '../../../src/broker/wire/byte-writer.js';

export const API = {
  Produce: 0,
  Fetch: 1,
  Metadata: 3,
  FindCoordinator: 10,
  Heartbeat: 12,
  SaslHandshake: 17,
  ApiVersions: 18,
  SaslAuthenticate: 36,
} as const;

export interface Received {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly clientId: string | null;
  /** Number of the connection, from 0. */
  readonly connection: number;
  readonly body: Buffer;
}

/** `hang`: no answer. `half`: half of an answer, then the connection is closed. `close`: it is closed at once. */
export type Reply = Buffer | 'hang' | 'half' | 'close' | Promise<Buffer>;

export class FakeBroker {
  readonly received: Received[] = [];
  /** Topics as Metadata tells them: error code and leaders. */
  readonly topics = new Map<string, { readonly errorCode: number; readonly leaders: readonly number[] }>();
  replies: Partial<Record<number, (request: Received) => Reply>> = {};
  /** Versions that it offers of every API. */
  maxVersion = 9;
  /** What Metadata tells; by default this broker as node 1. */
  nodes: { readonly node: number; readonly port: number }[] = [];
  private readonly sockets: Socket[] = [];
  private readonly server: Server;

  private constructor(tls?: TlsOptions) {
    const onSocket = (socket: Socket): void => {
      this.serve(socket, this.sockets.push(socket) - 1);
    };
    this.server = tls === undefined ? createServer(onSocket) : createTlsServer(tls, onSocket);
  }

  static async start(tls?: TlsOptions): Promise<FakeBroker> {
    const broker = new FakeBroker(tls);
    await new Promise<void>((resolve) => broker.server.listen(0, '127.0.0.1', resolve));
    broker.port = (broker.server.address() as AddressInfo).port;
    broker.nodes = [{ node: 1, port: broker.port }];
    return broker;
  }

  /** Connections that were ended by a reset. */
  resets = 0;

  /** Also after `stop`. */
  port = 0;

  get address(): string {
    return `127.0.0.1:${String(this.port)}`;
  }

  get opened(): number {
    return this.sockets.length;
  }

  /** Connections that are not closed. */
  get open(): number {
    return this.sockets.filter((socket) => !socket.destroyed).length;
  }

  of(apiKey: number): Received[] {
    return this.received.filter((request) => request.apiKey === apiKey);
  }

  /** Ends one connection, as brokers do with idle ones. */
  hangUp(connection: number): void {
    this.sockets[connection]?.end();
  }

  /** What it usually answers, for a reply that comes later. */
  answer(apiKey: number): Buffer {
    const nothing = new ByteWriter().array([], () => undefined).finish();
    return this.usual({ apiKey, apiVersion: 0, clientId: null, connection: -1, body: nothing });
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    if (this.server.listening) await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(socket: Socket, connection: number): void {
    let rest = Buffer.alloc(0);
    socket.on('error', (error: Error & { code?: string }) => {
      if (error.code === 'ECONNRESET') this.resets += 1;
    });
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
        const frame = rest.subarray(4, 4 + rest.readInt32BE(0));
        rest = rest.subarray(4 + frame.length);
        void this.take(socket, connection, frame);
      }
    });
  }

  private async take(socket: Socket, connection: number, frame: Buffer): Promise<void> {
    const reader = new ByteReader(frame, 'request');
    const [apiKey, apiVersion, correlation] = [reader.int16(), reader.int16(), reader.int32()];
    const request = {
      apiKey,
      apiVersion,
      clientId: reader.nullableString(),
      connection,
      body: reader.raw(reader.remaining),
    };
    this.received.push(request);
    const reply = this.replies[apiKey]?.(request) ?? this.usual(request);
    if (reply === 'hang') return;
    if (reply === 'close') {
      socket.destroy();
      return;
    }
    const answer = reply === 'half' ? Buffer.alloc(100, 7) : await reply;
    const bytes = new ByteWriter()
      .int32(4 + answer.length)
      .int32(correlation)
      .raw(answer)
      .finish();
    if (reply === 'half') socket.end(bytes.subarray(0, 50));
    else socket.write(bytes);
  }

  private usual({ apiKey, body }: Received): Buffer {
    const writer = new ByteWriter();
    switch (apiKey) {
      case API.ApiVersions:
        return writer
          .int16(0)
          .array(Object.values(API), (key) => writer.int16(key).int16(0).int16(this.maxVersion))
          .int32(0)
          .finish();
      case API.Metadata:
        return this.metadata(new ByteReader(body, 'Metadata request').array((reader) => reader.string()));
      case API.FindCoordinator:
        return writer.int32(0).int16(0).nullableString(null).int32(1).string('127.0.0.1').int32(this.port).finish();
      case API.SaslHandshake:
        return writer
          .int16(0)
          .array(['PLAIN', 'OAUTHBEARER'], (name) => writer.string(name))
          .finish();
      case API.SaslAuthenticate:
        return writer.int16(0).nullableString(null).bytes(Buffer.alloc(0)).int64(0).finish();
      default:
        return body; // an echo
    }
  }

  private metadata(asked: readonly string[]): Buffer {
    const writer = new ByteWriter().int32(0);
    writer.array(this.nodes, ({ node, port }) =>
      writer.int32(node).string('127.0.0.1').int32(port).nullableString(null),
    );
    writer.nullableString('cluster').int32(1);
    writer.array(asked, (topic) => {
      const { errorCode, leaders } = this.topics.get(topic) ?? { errorCode: 3, leaders: [] };
      writer.int16(errorCode).string(topic).boolean(false);
      writer.array(leaders.map((leader, partition) => ({ leader, partition })).reverse(), ({ leader, partition }) => {
        writer.int16(0).int32(partition).int32(leader).int32(0);
        writer
          .array([leader], (id) => writer.int32(id))
          .array([leader], (id) => writer.int32(id))
          .array([], () => undefined);
      });
    });
    return writer.finish();
  }
}
