/** A network that fails on demand: a TCP proxy between an application and its brokers, for tests. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { LaunchError } from '../launch-error.js';
import {
  conditionsOf,
  meets,
  type ActiveFault,
  type ConnectionIdentity,
  type FaultTarget,
  type NetworkFault,
} from './network-fault.js';
import { ProxiedConnection } from './proxied-connection.js';

const HOST = '127.0.0.1';

/** Options of {@link startProxy}. */
export interface StartProxyOptions {
  /** Addresses of the brokers, `host:port`, as they tell them to clients. */
  readonly brokers: readonly string[];
}

/** A fault that goes on until it is ended. */
export interface Disturbance {
  /** Things are as before, except for connections that are gone or forgotten. Does nothing when called again. */
  end(): void;
}

/** A proxy that runs. It does not keep the process alive. */
export interface KafkaProxy {
  /** Where the proxy listens, `host:port`, in the order of the brokers. */
  readonly brokers: string[];
  /**
   * For the option `kafka.socketFactory` of an application, which then reaches every one of the brokers through the proxy.
   * Needed where brokers tell clients their own addresses, which is the case unless `startKafka` made the proxy. No TLS.
   */
  readonly socketFactory: (to: { host: string; port: number; onConnect: () => void }) => Socket;
  /** Lets something be wrong. Faults add up; what they mean for a connection begins and ends at once. */
  disturb(fault: NetworkFault, target?: FaultTarget): Disturbance;
  /** Ends every fault. */
  heal(): void;
  /** The connections that are open, forgotten ones among them. */
  connections(): readonly ConnectionIdentity[];
  /** Ends the proxy and all connections. Does nothing when called again. */
  close(): Promise<void>;
}

/**
 * Starts a TCP proxy in this process, with one port for each broker.
 *
 * Where both brokers and proxies are started by a test, `startKafka({ proxies: ['name'] })` is simpler: these brokers tell
 * clients that come through a proxy the proxy's addresses, so that it needs no `socketFactory` and serves clients in other
 * processes and languages.
 *
 * @throws {@link LaunchError} code `LAUNCH_FAILED`, when an address is not `host:port`.
 *
 * @example
 * ```ts
 * const proxy = await startProxy({ brokers: kafka.brokers });
 * const streams = new KafkaStreams(topology, { applicationId: 'test', kafka: { brokers: kafka.brokers, socketFactory: proxy.socketFactory } });
 * await streams.start();
 * const outage = proxy.disturb({ kind: 'halfOpen', fresh: 'dead' }, { broker: 0 });
 * // …
 * outage.end();
 * await proxy.close();
 * ```
 */
export async function startProxy(options: StartProxyOptions): Promise<KafkaProxy> {
  const targets = options.brokers.map(parseAddress);
  const proxy = new TcpProxy(targets);
  await proxy.listen();
  return proxy;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

class TcpProxy implements KafkaProxy {
  readonly brokers: string[] = [];
  readonly #servers: Server[];
  readonly #connections = new Set<ProxiedConnection>();
  readonly #active = new Set<ActiveFault>();
  #closed: Promise<void> | undefined;

  constructor(private readonly targets: readonly Address[]) {
    this.#servers = targets.map((target, broker) =>
      createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
        this.#accept(client, broker, target);
      }).unref(),
    );
  }

  async listen(): Promise<void> {
    for (const server of this.#servers) {
      server.listen(0, HOST);
      await once(server, 'listening');
      this.brokers.push(`${HOST}:${(server.address() as AddressInfo).port}`);
    }
  }

  readonly socketFactory: KafkaProxy['socketFactory'] = ({ host, port, onConnect }) => {
    const broker = this.targets.findIndex((target) => target.host === host && target.port === port);
    const through = this.brokers[broker];
    const address = through === undefined ? { host, port } : parseAddress(through);
    return connect({ ...address, keepAlive: true, noDelay: true }, onConnect);
  };

  disturb(fault: NetworkFault, target: FaultTarget = {}): Disturbance {
    const met = [...this.#connections].filter((connection) => meets(target, connection));
    if (fault.kind === 'cut') {
      for (const connection of met) connection.reset();
      return { end: () => undefined };
    }
    if (fault.kind === 'halfOpen') for (const connection of met) connection.forget();
    const active: ActiveFault = { fault, target };
    this.#active.add(active);
    this.#changed();
    return {
      end: () => {
        if (this.#active.delete(active)) this.#changed();
      },
    };
  }

  heal(): void {
    this.#active.clear();
    this.#changed();
  }

  connections(): readonly ConnectionIdentity[] {
    return [...this.#connections].map(({ broker, clientId }) => ({ broker, clientId }));
  }

  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #end(): Promise<void> {
    const ended = this.#servers.map((server) => new Promise((resolve) => server.close(resolve)));
    for (const connection of this.#connections) connection.destroy();
    await Promise.all(ended);
  }

  #accept(client: Socket, broker: number, target: Address): void {
    const { refused, dead } = conditionsOf({ broker, clientId: undefined }, this.#active);
    if (refused) {
      client.resetAndDestroy();
      return;
    }
    const connection = new ProxiedConnection(
      broker,
      client,
      dead ? undefined : target,
      (about) => conditionsOf(about, this.#active),
      (closed) => this.#connections.delete(closed),
    );
    this.#connections.add(connection);
  }

  #changed(): void {
    for (const connection of [...this.#connections]) connection.conditionsChanged();
  }
}

function parseAddress(text: string): Address {
  const colon = text.lastIndexOf(':');
  const port = Number(text.slice(colon + 1));
  if (colon < 1 || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new LaunchError(`${text} is not host:port`);
  }
  return { host: text.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port };
}
