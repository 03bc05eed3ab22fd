/** The proxies that `startKafka` was asked for, by name: each is one more listener of every broker, and the way to it. */
import { LaunchError } from '../launch-error.js';
import { startProxy, type KafkaProxy } from './proxy.js';

/** One more listener of a broker: where it binds, and what it tells those who come that way. */
export interface ProxiedListener {
  readonly port: number;
  /** `host:port` of the proxy. */
  readonly advertised: string;
}

export class NamedProxies {
  private constructor(private readonly byName: ReadonlyMap<string, KafkaProxy>) {}

  /** @param listeners for each name the addresses of the listeners behind the proxy, one a broker */
  static async start(listeners: ReadonlyMap<string, readonly string[]>): Promise<NamedProxies> {
    const byName = new Map<string, KafkaProxy>();
    for (const [name, brokers] of listeners) byName.set(name, await startProxy({ brokers }));
    return new NamedProxies(byName);
  }

  get(name: string): KafkaProxy {
    const proxy = this.byName.get(name);
    if (proxy !== undefined) return proxy;
    const names = [...this.byName.keys()].join(', ');
    throw new LaunchError(
      names === ''
        ? `there is no proxy ${name}: name it in the option proxies of startKafka`
        : `there is no proxy ${name}: the option proxies of startKafka named ${names}`,
    );
  }

  async close(): Promise<void> {
    await Promise.all([...this.byName.values()].map((proxy) => proxy.close()));
  }
}

/** For a Kafka without any. */
export function noProxy(name: string): never {
  throw new LaunchError(`there is no proxy ${name}: name it in the option proxies of startKafka`);
}
