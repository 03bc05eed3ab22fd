/** The `server.properties` of a node, before it becomes a file (Java) or environment variables (Docker). */
import type { LaunchPlan } from './options.js';
import type { ProxiedListener } from './proxy/named-proxies.js';

/** Name of the listener with SASL/PLAIN; the official image treats names that begin with `SASL_` in its own way. */
const AUTH = 'AUTH';

/** Kafka's `node.id` of the controller of a cluster; brokers count from 1. */
export const CONTROLLER_ID = 100;

/** A node's number, where each listener binds and, for clients, how it is reached. */
export interface BrokerPlace {
  readonly nodeId: number;
  /** Address part of the bind, empty for all interfaces. */
  readonly bindHost: string;
  /** Port bound for clients, and the `host:port` told to them. */
  readonly client: { readonly port: number; readonly advertised: string };
  readonly sasl: { readonly port: number; readonly advertised: string } | undefined;
  /** For the brokers' talk with each other and themselves (replicas, transaction markers); reachable where they run. */
  readonly internalPort: number;
  /** Of the controller: this node itself when it is the only one, else a node of its own. */
  readonly controllerPort: number;
  readonly dataDir: string;
  /** One for each proxy. */
  readonly proxied: readonly ProxiedListener[];
}

/**
 * Of a broker. Copies are as many as the cluster can keep, up to 3; groups start without a delay, topics are never created
 * by accident; `plan.properties` come last.
 */
export function serverProperties(plan: LaunchPlan, at: BrokerPlace): Record<string, string> {
  const loopback = loopbackOf(at.bindHost);
  const alone = plan.brokers === 1;
  const listeners = [`PLAINTEXT://${at.bindHost}:${at.client.port}`, `INTERNAL://${at.bindHost}:${at.internalPort}`];
  if (alone) listeners.push(`CONTROLLER://${at.bindHost}:${at.controllerPort}`);
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
  for (const [i, { port, advertised: told }] of at.proxied.entries()) {
    listeners.push(`PROXIED${i}://${at.bindHost}:${port}`);
    advertised.push(`PROXIED${i}://${told}`);
    protocols.push(`PROXIED${i}:PLAINTEXT`);
  }
  return {
    'node.id': String(at.nodeId),
    'process.roles': alone ? 'broker,controller' : 'broker',
    listeners: listeners.join(','),
    'advertised.listeners': advertised.join(','),
    'listener.security.protocol.map': protocols.join(','),
    'inter.broker.listener.name': 'INTERNAL',
    'controller.listener.names': 'CONTROLLER',
    'controller.quorum.voters': `${alone ? at.nodeId : CONTROLLER_ID}@${loopback}:${at.controllerPort}`,
    'log.dirs': at.dataDir,
    ...clusterProperties(plan.brokers),
    'group.initial.rebalance.delay.ms': '0',
    ...auth,
    ...plan.properties,
  };
}

/** Of the controller of a cluster, which is no broker. It decides how many copies a topic has whose creator does not say. */
export function controllerProperties(
  plan: LaunchPlan,
  at: { readonly bindHost: string; readonly port: number; readonly dataDir: string },
): Record<string, string> {
  return {
    'node.id': String(CONTROLLER_ID),
    'process.roles': 'controller',
    listeners: `CONTROLLER://${at.bindHost}:${at.port}`,
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'controller.quorum.voters': `${CONTROLLER_ID}@${loopbackOf(at.bindHost)}:${at.port}`,
    'log.dirs': at.dataDir,
    ...clusterProperties(plan.brokers),
    ...plan.properties,
  };
}

function clusterProperties(brokers: number): Record<string, string> {
  const copies = String(Math.min(3, brokers));
  const inSync = String(Math.min(2, brokers));
  return {
    'auto.create.topics.enable': 'false',
    'default.replication.factor': copies,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': copies,
    'offsets.topic.num.partitions': '8',
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': inSync,
    'transaction.state.log.num.partitions': '8',
    'share.coordinator.state.topic.replication.factor': copies,
    'share.coordinator.state.topic.min.isr': inSync,
  };
}

function loopbackOf(bindHost: string): string {
  return bindHost === '' ? 'localhost' : bindHost;
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
