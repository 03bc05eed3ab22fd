/** What a caller may ask of a Kafka broker for development and tests, and what it is given. */
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { keptClusterId } from './kept-data.js';
import { KAFKA_VERSION } from './kafka-version.js';
import { LaunchError } from './launch-error.js';
import type { KafkaProxy } from './proxy/proxy.js';

/** Ids from here on are those of controllers. */
const MOST_BROKERS = 99;

/** Where a broker came from: named by `KAFKA_BROKERS`, a container, or a local Java process. */
export type KafkaOrigin = 'environment' | 'docker' | 'java';

/** Options of {@link startKafka}; all have a default. */
export interface StartKafkaOptions {
  /**
   * Use this origin and no other. Default: the first that works of environment, docker, java.
   */
  readonly use?: KafkaOrigin | undefined;
  /** Version of Apache Kafka: tag of the image `apache/kafka`, version of the jars. Default `4.4.0`. */
  readonly version?: string | undefined;
  /**
   * How many brokers. Several are a cluster: topics have 3 copies by default (in a cluster of two 2), of which 2 must have
   * taken a record, and a controller of its own keeps order while brokers come and go. Needs Java: brokers of the
   * environment and Docker are passed over. Default 1.
   */
  readonly brokers?: number | undefined;
  /** TCP port of the broker on this machine; further brokers have the ports after it. Default: free ones. */
  readonly port?: number | undefined;
  /**
   * Properties of every broker's `server.properties`, over the defaults of {@link startKafka}: for example
   * `{ 'num.partitions': '4', 'message.max.bytes': '2000000' }`.
   */
  readonly properties?: Readonly<Record<string, string>> | undefined;
  /**
   * Opens a second listener that demands SASL/PLAIN with exactly these credentials; its address is
   * {@link RunningKafka.saslBrokers}. Default: none.
   */
  readonly sasl?: { readonly username: string; readonly password: string } | undefined;
  /**
   * Names of networks that can be made to fail: each is a proxy with an address for every broker, {@link RunningKafka.proxy}.
   * Give an application the `brokers` of one of them; the brokers tell it the proxy's addresses, so that all it does goes
   * that way. Name one for each application, process or client that is to be cut off alone. Needs Java. Default: none.
   */
  readonly proxies?: readonly string[] | undefined;
  /**
   * Levels of features that the storage is formatted with, over those of the version: `{ 'transaction.version': 0 }` gives a
   * broker that speaks of transactions as those before Kafka 4.0 do. Needs Java. Default: none.
   */
  readonly features?: Readonly<Record<string, number>> | undefined;
  /**
   * A folder that topics, records and offsets are kept in: what a broker left there, the next one of the same or a later version
   * has. One broker at a time, and by Java. Default: a folder that is deleted at the end.
   */
  readonly dataDir?: string | undefined;
  /** Heap of each broker's JVM, in MiB. Default 768; 512 in a cluster. */
  readonly heapMiB?: number | undefined;
  /**
   * How long the broker may take from its start to its first answer, in milliseconds. Downloading an image or jars is
   * not counted. Default 90,000.
   */
  readonly startupTimeoutMs?: number | undefined;
  /** Told in one line each what is being tried, downloaded and started. Default: silent. */
  readonly log?: ((line: string) => void) | undefined;
}

/**
 * Rough handling of a broker, for tests of what an application does when Kafka goes away. Data and addresses survive all
 * of it.
 */
export interface BrokerControl {
  /** Ends the broker at once, without any goodbye (SIGKILL). */
  kill(): Promise<void>;
  /** Starts a killed broker again on the same data and ports; resolves when it answers. */
  start(): Promise<void>;
  /** Freezes the broker: connections stay open, nothing answers. */
  pause(): Promise<void>;
  /** Ends a {@link pause}. */
  resume(): Promise<void>;
}

/** One broker of a {@link RunningKafka}, to be handled alone. What is done to it may be done while others run or do not. */
export interface KafkaNode extends BrokerControl {
  /** Kafka's `node.id`: 1 is the first. */
  readonly id: number;
  /** `host:port` for clients. */
  readonly address: string;
  /** Whether its process runs, which includes a paused one. */
  isRunning(): boolean;
  /** Ends the broker in good order (SIGTERM): it gives its partitions to others first, and says goodbye. Its data stays. */
  shutDown(): Promise<void>;
  /** {@link shutDown}, then {@link start}. */
  restart(): Promise<void>;
}

/** Brokers that answer. */
export interface RunningKafka {
  /** Bootstrap addresses, `host:port`. */
  readonly brokers: string[];
  /** Bootstrap addresses of the SASL/PLAIN listener; empty unless {@link StartKafkaOptions.sasl} was given. */
  readonly saslBrokers: string[];
  /** Where the broker came from. */
  readonly how: KafkaOrigin;
  /**
   * Kill, restart and freeze, all brokers at once; undefined for brokers of the environment, which are not ours to harm.
   */
  readonly control: BrokerControl | undefined;
  /** The brokers one by one, in the order of {@link brokers}; empty for brokers of the environment. */
  readonly nodes: readonly KafkaNode[];
  /**
   * The node that coordinates a group now. Waits while the cluster has not chosen one.
   *
   * @throws {@link LaunchError} code `LAUNCH_FAILED`, when no broker tells within 30 seconds, or it is none of {@link nodes}.
   */
  coordinatorOf(groupId: string): Promise<KafkaNode>;
  /**
   * The node that leads a partition now. Waits while it has no leader.
   *
   * @throws {@link LaunchError} code `LAUNCH_FAILED`, when no broker tells within 30 seconds, or it is none of {@link nodes}.
   */
  leaderOf(topic: string, partition: number): Promise<KafkaNode>;
  /**
   * The proxy of that name.
   *
   * @throws {@link LaunchError} code `LAUNCH_FAILED`, when {@link StartKafkaOptions.proxies} did not name it.
   */
  proxy(name: string): KafkaProxy;
  /** Ends all brokers and deletes their data, unless {@link StartKafkaOptions.dataDir} keeps it. Does nothing for brokers of the environment, or when called again. */
  stop(): Promise<void>;
}

/** The options with defaults filled in, as the launchers get them. */
export interface LaunchPlan {
  /** Of the broker to start: tells it from any other that may answer in its place. */
  readonly clusterId: string;
  readonly version: string;
  readonly brokers: number;
  readonly port: number | undefined;
  readonly properties: Readonly<Record<string, string>>;
  readonly sasl: { readonly username: string; readonly password: string } | undefined;
  readonly proxies: readonly string[];
  readonly features: Readonly<Record<string, number>>;
  /** Absolute; null: nothing is kept. */
  readonly dataDir: string | null;
  readonly heapMiB: number;
  readonly startupTimeoutMs: number;
  readonly log: (line: string) => void;
}

/** @throws {@link LaunchError} when an option asks for what cannot be started */
export function launchPlan(options: StartKafkaOptions): LaunchPlan {
  const brokers = options.brokers ?? 1;
  if (!Number.isInteger(brokers) || brokers < 1 || brokers > MOST_BROKERS) {
    throw new LaunchError(`the option brokers is ${String(brokers)}: it is a whole number from 1 to ${MOST_BROKERS}`);
  }
  const proxies = options.proxies ?? [];
  const twice = proxies.find((name, i) => proxies.indexOf(name) !== i);
  if (twice !== undefined) throw new LaunchError(`the option proxies names ${twice} twice`);
  if (options.dataDir !== undefined && brokers > 1) {
    throw new LaunchError(`the option dataDir keeps the data of one broker, not of ${String(brokers)}`);
  }
  const dataDir = options.dataDir === undefined ? null : resolve(options.dataDir);
  return {
    clusterId: (dataDir === null ? null : keptClusterId(dataDir)) ?? newClusterId(),
    version: options.version ?? KAFKA_VERSION,
    brokers,
    port: options.port,
    properties: options.properties ?? {},
    sasl: options.sasl,
    proxies,
    features: options.features ?? {},
    dataDir,
    heapMiB: options.heapMiB ?? (brokers === 1 ? 768 : 512),
    startupTimeoutMs: options.startupTimeoutMs ?? 90_000,
    log: options.log ?? (() => undefined),
  };
}

/** 16 bytes in base64url, as Kafka's own; it never begins with "-", which a command line would take for an option. */
function newClusterId(): string {
  const bytes = randomBytes(16);
  bytes.writeUInt8(bytes.readUInt8(0) & 0x7f, 0);
  return bytes.toString('base64url');
}
