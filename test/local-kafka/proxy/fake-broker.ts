/** The two ends of a proxied connection: a broker that answers every request, and a client that sends them. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { requestFrame } from '../../../src/local-kafka/kafka-request.js';

/** Splits a stream into the bodies of its frames. */
class Frames {
  #chunks: Buffer[] = [];
  #length = 0;

  take(bytes: Buffer): Buffer[] {
    this.#chunks.push(bytes);
    this.#length += bytes.length;
    const frames: Buffer[] = [];
    while (this.#length >= 4 && this.#length >= this.#frameLength()) {
      const all = Buffer.concat(this.#chunks);
      const end = 4 + all.readInt32BE(0);
      frames.push(all.subarray(4, end));
      this.#chunks = [all.subarray(end)];
      this.#length -= end;
    }
    return frames;
  }

  /** Of the first frame. Large ones come in many pieces, which are joined once. */
  #frameLength(): number {
    if (this.#chunks[0]!.length < 4) this.#chunks = [Buffer.concat(this.#chunks)];
    return 4 + this.#chunks[0]!.readInt32BE(0);
  }
}

/** Answers each request with its own body, as a frame. */
export class FakeBroker {
  /** Bodies of the requests, as text. */
  readonly requests: string[] = [];
  readonly events: string[] = [];
  readonly #sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<FakeBroker> {
    const server = createServer();
    const broker = new FakeBroker(server);
    server.on('connection', (socket) => {
      broker.#serve(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return broker;
  }

  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    const frames = new Frames();
    socket.on('error', (error) => this.events.push(`error ${error.message}`));
    socket.on('end', () => this.events.push('end'));
    socket.on('data', (bytes) => {
      for (const request of frames.take(bytes)) {
        const body = request.subarray(10 + request.readInt16BE(8));
        this.requests.push(body.toString());
        const length = Buffer.alloc(4);
        length.writeInt32BE(body.length, 0);
        socket.write(Buffer.concat([length, body]));
      }
    });
  }
}

export class FakeClient {
  /** Bodies of the answers, as text. */
  readonly answers: string[] = [];
  /** What befell the connection. */
  readonly events: string[] = [];
  readonly #frames = new Frames();

  private constructor(
    readonly socket: Socket,
    private readonly clientId: string,
  ) {
    socket.on('error', (error: NodeJS.ErrnoException) => this.events.push(error.code ?? error.message));
    socket.on('close', () => this.events.push('close'));
    socket.on('data', (bytes) => {
      this.answers.push(...this.#frames.take(bytes).map(String));
    });
  }

  /** Resolves when the connection is open, or was refused. */
  static async connect(address: string, clientId = 'millrace'): Promise<FakeClient> {
    const [host, port] = address.split(':') as [string, string];
    const client = new FakeClient(connect({ host, port: Number(port), noDelay: true }), clientId);
    await new Promise((resolve) => client.socket.once('connect', resolve).once('close', resolve));
    return client;
  }

  send(text: string): void {
    const frame = requestFrame(3, 1, Buffer.from(text));
    // The same header with a client id of one's own, which has the same length.
    frame.write(this.clientId.padEnd(8).slice(0, 8), 14);
    this.socket.write(frame);
  }
}
