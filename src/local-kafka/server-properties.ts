/** The `server.properties` of a single-node broker, before it becomes a file (Java) or environment variables (Docker). */
import type { LaunchPlan } from './options.js';

/** Name of the listener with SASL/PLAIN; the official image treats names that begin with `SASL_` in its own way. */
const AUTH = 'AUTH';

/** Where each listener binds and, for clients, how it is reached. */
export interface Listeners {
  /** Address part of the bind, empty for all interfaces. */
  readonly bindHost: string;
  /** Port bound for clients, and the `host:port` told to them. */
  readonly client: { readonly port: number; readonly advertised: string };
  readonly sasl: { readonly port: number; readonly advertised: string } | undefined;
  /** For the broker's talk with itself (transaction markers); reachable where the broker runs. */
  readonly internalPort: number;
  readonly controllerPort: number;
  readonly dataDir: string;
}

/**
 * Replication factors are 1, groups start without a delay, topics are never created by accident; `plan.properties` come
 * last.
 */
export function serverProperties(plan: LaunchPlan, at: Listeners): Record<string, string> {
  const loopback = at.bindHost === '' ? 'localhost' : at.bindHost;
  const listeners = [
    `PLAINTEXT://${at.bindHost}:${at.client.port}`,
    `INTERNAL://${at.bindHost}:${at.internalPort}`,
    `CONTROLLER://${at.bindHost}:${at.controllerPort}`,
  ];
  const advertised = [`PLAINTEXT://${at.client.advertised}`, `INTERNAL://${loopback}:${at.internalPort}`];
  const protocols = ['PLAINTEXT:PLAINTEXT', 'INTERNAL:PLAINTEXT', 'CONTROLLER:PLAINTEXT'];
  const auth: Record<string, string> = {};
  if (at.sasl !== undefined && plan.sasl !== undefined) {
    listeners.push(`${AUTH}://${at.bindHost}:${at.sasl.port}`);
    advertised.push(`${AUTH}://${at.sasl.advertised}`);
    protocols.push(`${AUTH}:SASL_PLAINTEXT`);
    auth['sasl.enabled.mechanisms'] = 'PLAIN';
    auth[`listener.name.${AUTH.toLowerCase()}.plain.sasl.jaas.config`] = jaasConfig(plan.sasl);
  }
  return {
    'node.id': '1',
    'process.roles': 'broker,controller',
    listeners: listeners.join(','),
    'advertised.listeners': advertised.join(','),
    'listener.security.protocol.map': protocols.join(','),
    'inter.broker.listener.name': 'INTERNAL',
    'controller.listener.names': 'CONTROLLER',
    'controller.quorum.voters': `1@${loopback}:${at.controllerPort}`,
    'log.dirs': at.dataDir,
    'auto.create.topics.enable': 'false',
    'default.replication.factor': '1',
    'min.insync.replicas': '1',
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '8',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'transaction.state.log.num.partitions': '8',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    ...auth,
    ...plan.properties,
  };
}

/** The lines of a `.properties` file. */
export function propertiesFile(properties: Readonly<Record<string, string>>): string {
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${escapeValue(value)}\n`)
    .join('');
}

/**
 * Kafka's container images take each property from a variable, `a.b-c_d` from `KAFKA_A_B___C__D`, and write its value
 * into a `.properties` file as it is.
 */
export function propertiesEnvironment(properties: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [
      `KAFKA_${name.replaceAll('_', '__').replaceAll('-', '___').replaceAll('.', '_').toUpperCase()}`,
      escapeValue(value),
    ]),
  );
}

/** The backslash is the escape character of `.properties` files. */
function escapeValue(value: string): string {
  return value.replaceAll('\\', '\\\\');
}

function jaasConfig(sasl: { readonly username: string; readonly password: string }): string {
  const quote = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  return (
    'org.apache.kafka.common.security.plain.PlainLoginModule required ' +
    `username=${quote(sasl.username)} password=${quote(sasl.password)} ` +
    `user_${sasl.username}=${quote(sasl.password)};`
  );
}
