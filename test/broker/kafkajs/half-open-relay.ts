/** Stands between a client and a broker, and can forget connections as a firewall does: nothing passes any more, and nobody is told. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

interface Pair {
  readonly down: Socket;
  readonly up: Socket;
  /** As the client's first request names it; empty before. */
  clientId: string;
  dead: boolean;
}

export class HalfOpenRelay {
  /** Forgets every connection from its first byte on, like a broker that is stopped. */
  hang = false;
  private readonly pairs = new Set<Pair>();
  private readonly server: Server;

  private constructor(host: string, port: number) {
    this.server = createServer((down) => {
      const up = connect(port, host);
      const pair: Pair = { down, up, clientId: '', dead: this.hang };
      this.pairs.add(pair);
      down.on('data', (bytes: Buffer) => {
        if (pair.clientId === '') pair.clientId = bytes.subarray(14, 14 + bytes.readInt16BE(12)).toString();
        if (!pair.dead) up.write(bytes);
      });
      up.on('data', (bytes: Buffer) => {
        if (!pair.dead) down.write(bytes);
      });
      for (const socket of [down, up]) {
        socket.on('error', () => undefined);
        socket.on('close', () => {
          if (!pair.dead) for (const one of [down, up]) one.destroy();
        });
      }
      down.on('close', () => this.pairs.delete(pair));
    });
  }

  static async to(host: string, port: number): Promise<HalfOpenRelay> {
    const relay = new HalfOpenRelay(host, port);
    await new Promise<void>((resolve) => relay.server.listen(0, '127.0.0.1', resolve));
    return relay;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get clientIds(): string[] {
    return [...this.pairs].map(({ clientId }) => clientId);
  }

  /** Connections that the client has not closed, dead ones included. */
  get open(): number {
    return this.pairs.size;
  }

  /** The connections that stand now go half-open; new ones work. */
  forget(clientIds = /./): void {
    for (const pair of this.pairs) if (clientIds.test(pair.clientId)) pair.dead = true;
  }

  async stop(): Promise<void> {
    for (const { down, up } of this.pairs) for (const socket of [down, up]) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
