/** One connection between a client and a broker, through the proxy: two sockets and what lies between them. */
import { connect, type Socket } from 'node:net';
import { FrameFilter } from './frame-filter.js';
import type { Conditions, ConnectionIdentity } from './network-fault.js';
import { ProxiedDirection } from './proxied-direction.js';

/** Of a request: length, api key, version, correlation id; then the client id. */
const CLIENT_ID_AT = 12;

export class ProxiedConnection implements ConnectionIdentity {
  clientId: string | undefined;
  readonly #server: Socket | undefined;
  readonly #requests: ProxiedDirection | undefined;
  readonly #responses: ProxiedDirection | undefined;
  readonly #frames = new FrameFilter();
  /** The first request as far as it has come, until it tells the client. */
  #beginning: Buffer | undefined = Buffer.alloc(0);
  #silent = false;

  /** @param target `host`, `port` of the broker; undefined for a connection that is silent from the start */
  constructor(
    readonly broker: number,
    private readonly client: Socket,
    target: { readonly host: string; readonly port: number } | undefined,
    private readonly conditionsFor: (connection: ConnectionIdentity) => Conditions,
    private readonly onClosed: (connection: ProxiedConnection) => void,
  ) {
    this.#attach(client);
    client.on('end', () => {
      if (this.#silent) client.destroy();
      else this.#requests?.push(undefined);
    });
    if (target === undefined) {
      this.#silent = true;
      client.resume();
      return;
    }
    // Each side's end goes through like its bytes, in their order.
    const server = connect({ ...target, noDelay: true, allowHalfOpen: true });
    this.#server = server;
    this.#attach(server);
    const conditions = (): Conditions => this.conditionsFor(this);
    this.#requests = new ProxiedDirection(client, server, conditions);
    this.#responses = new ProxiedDirection(server, client, conditions);
    client.on('data', (bytes) => {
      this.#onRequest(bytes);
    });
    server.on('data', (bytes) => {
      if (this.#silent) return;
      const passed = this.#frames.pass(bytes, conditions().responsesDropped);
      if (passed.length > 0) this.#responses?.push(passed);
    });
    server.on('end', () => {
      if (this.#silent) server.destroy();
      else this.#responses?.push(undefined);
    });
  }

  /** To be called whenever faults have begun or ended. */
  conditionsChanged(): void {
    if (this.#silent) return;
    const { refused, dead } = this.conditionsFor(this);
    if (refused) {
      this.destroy();
    } else if (dead) {
      this.forget();
    } else {
      this.#requests?.pump();
      this.#responses?.pump();
    }
  }

  /** Both sides see the connection reset, unless they were forgotten before. */
  reset(): void {
    if (!this.#silent) this.destroy();
  }

  /** From now on nothing arrives on either side, and neither is told. */
  forget(): void {
    this.#silent = true;
    this.#requests?.close();
    this.#responses?.close();
  }

  /** Ends both sides, whatever state they are in. */
  destroy(): void {
    this.#requests?.close();
    this.#responses?.close();
    this.client.resetAndDestroy();
    this.#server?.resetAndDestroy();
  }

  #isSilent(): boolean {
    return this.#silent;
  }

  #onRequest(bytes: Buffer): void {
    if (this.#isSilent()) return;
    if (this.#beginning !== undefined && this.#readClientId(bytes)) {
      // Faults that are meant for this client begin to meet it here.
      this.conditionsChanged();
      if (this.#isSilent() || this.client.destroyed) return;
    }
    this.#requests?.push(bytes);
  }

  /** Whether it has just become known who this is. */
  #readClientId(bytes: Buffer): boolean {
    const beginning = Buffer.concat([this.#beginning ?? Buffer.alloc(0), bytes]);
    this.#beginning = beginning;
    const textAt = CLIENT_ID_AT + 2;
    if (beginning.length < textAt) return false;
    const length = beginning.readInt16BE(CLIENT_ID_AT);
    if (length >= 0 && beginning.length < textAt + length) return false;
    this.#beginning = undefined;
    this.clientId = beginning.toString('utf8', textAt, textAt + Math.max(0, length));
    return true;
  }

  #attach(socket: Socket): void {
    // The proxy is nothing to wait for when a process wants to end.
    socket.unref();
    socket.on('error', () => {
      if (!this.#silent) this.destroy();
    });
    socket.on('close', () => {
      const other = socket === this.client ? this.#server : this.client;
      if (other === undefined || other.destroyed) this.onClosed(this);
      else if (!this.#silent) this.destroy();
    });
  }
}
