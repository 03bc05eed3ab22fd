/** What a caller may ask of a Kafka broker for development and tests, and what it is given. */
import { randomBytes } from 'node:crypto';

/** Where a broker came from: named by `KAFKA_BROKERS`, a container, or a local Java process. */
export type KafkaOrigin = 'environment' | 'docker' | 'java';

/** Options of {@link startKafka}; all have a default. */
export interface StartKafkaOptions {
  /**
   * Use this origin and no other. Default: the first that works of environment, docker, java.
   */
  readonly use?: KafkaOrigin;
  /** Version of Apache Kafka: tag of the image `apache/kafka`, version of the jars. Default `4.3.1`. */
  readonly version?: string;
  /** TCP port of the broker on this machine. Default: a free one. */
  readonly port?: number;
  /**
   * Properties of `server.properties`, over the single-node defaults: for example
   * `{ 'num.partitions': '4', 'message.max.bytes': '2000000' }`.
   */
  readonly properties?: Readonly<Record<string, string>>;
  /**
   * Opens a second listener that demands SASL/PLAIN with exactly these credentials; its address is
   * {@link RunningKafka.saslBrokers}. Default: none.
   */
  readonly sasl?: { readonly username: string; readonly password: string };
  /** Heap of the broker's JVM, in MiB. Default 768. */
  readonly heapMiB?: number;
  /**
   * How long the broker may take from its start to its first answer, in milliseconds. Downloading an image or jars is
   * not counted. Default 90,000.
   */
  readonly startupTimeoutMs?: number;
  /** Told in one line each what is being tried, downloaded and started. Default: silent. */
  readonly log?: (line: string) => void;
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

/** A broker that answers. */
export interface RunningKafka {
  /** Bootstrap addresses, `host:port`. */
  readonly brokers: string[];
  /** Bootstrap addresses of the SASL/PLAIN listener; empty unless {@link StartKafkaOptions.sasl} was given. */
  readonly saslBrokers: string[];
  /** Where the broker came from. */
  readonly how: KafkaOrigin;
  /** Kill, restart and freeze; undefined for a broker of the environment, which is not ours to harm. */
  readonly control: BrokerControl | undefined;
  /** Ends the broker and deletes its data. Does nothing for a broker of the environment, or when called again. */
  stop(): Promise<void>;
}

/** The options with defaults filled in, as the launchers get them. */
export interface LaunchPlan {
  /** Of the broker to start: tells it from any other that may answer in its place. */
  readonly clusterId: string;
  readonly version: string;
  readonly port: number | undefined;
  readonly properties: Readonly<Record<string, string>>;
  readonly sasl: { readonly username: string; readonly password: string } | undefined;
  readonly heapMiB: number;
  readonly startupTimeoutMs: number;
  readonly log: (line: string) => void;
}

export function launchPlan(options: StartKafkaOptions): LaunchPlan {
  return {
    clusterId: newClusterId(),
    version: options.version ?? '4.3.1',
    port: options.port,
    properties: options.properties ?? {},
    sasl: options.sasl,
    heapMiB: options.heapMiB ?? 768,
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
