/** Brokers as local Java processes: need Java 17 or newer, and Maven for the first download. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { untilReady } from './broker-probe.js';
import { findProgram } from './find-program.js';
import { freePorts } from './free-ports.js';
import { JavaNode, type JavaParts } from './java-node.js';
import { kafkaJars } from './kafka-jars.js';
import { LaunchError } from './launch-error.js';
import { positionsIn } from './node-positions.js';
import type { BrokerControl, LaunchPlan, RunningKafka } from './options.js';
import { NamedProxies } from './proxy/named-proxies.js';
import type { KafkaProxy } from './proxy/proxy.js';
import { CONTROLLER_ID, controllerProperties, serverProperties } from './server-properties.js';

const HOST = '127.0.0.1';
const OLDEST_JAVA = 17;
const PORT_ATTEMPTS = 3;
/** It keeps a few thousand lines of metadata, and no records. */
const CONTROLLER_HEAP_MIB = 256;

/** Starts brokers of its own; throws a {@link LaunchError} that says what is missing or what a broker said. */
export async function startWithJava(plan: LaunchPlan): Promise<RunningKafka> {
  const parts: JavaParts = { java: await findJava(), jars: await kafkaJars(plan.version, plan.log), plan };
  for (let attempt = 1; ; attempt++) {
    const kafka = await prepare(parts);
    try {
      await kafka.start();
      plan.log(`Kafka ${plan.version} answers on ${kafka.brokers.join(',')} (local Java process)`);
      return kafka;
    } catch (error) {
      const portTaken = await kafka.foundPortTaken();
      await kafka.stop();
      if (!portTaken || plan.port !== undefined || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

async function findJava(): Promise<string> {
  const java = await findProgram('java', ['JAVA_HOME']);
  if (java === undefined) throw new LaunchError('there is no java in JAVA_HOME or PATH');
  const { stdout, stderr } = await promisify(execFile)(java, ['-version']);
  // Up to Java 8 the version read "1.8.0"; since then it begins with the number that counts.
  const version = Number(/version "(?:1\.)?(\d+)/.exec(stderr + stdout)?.[1]);
  if (!(version >= OLDEST_JAVA)) {
    throw new LaunchError(`${java} is Java ${version}, Kafka needs ${OLDEST_JAVA} or newer`);
  }
  return java;
}

/** Plans every node, makes its folder and formats its storage; from then on only `stop` removes the folders. */
async function prepare(parts: JavaParts): Promise<JavaKafka> {
  const { plan } = parts;
  const perBroker = 3 + plan.proxies.length;
  const ports = await freePorts(plan.brokers * perBroker + 1);
  const controllerPort = ports[0]!;
  const proxiedPorts = (broker: number): number[] =>
    ports.slice(1 + broker * perBroker + 3, 1 + (broker + 1) * perBroker);
  const proxies = await NamedProxies.start(
    new Map(
      plan.proxies.map((name, which) => [
        name,
        Array.from({ length: plan.brokers }, (_, broker) => `${HOST}:${proxiedPorts(broker)[which]!}`),
      ]),
    ),
  );
  const made: Promise<JavaNode>[] = [];
  if (plan.brokers > 1) {
    made.push(
      JavaNode.prepare(parts, { id: CONTROLLER_ID, brokers: [], heapMiB: CONTROLLER_HEAP_MIB }, (dataDir) =>
        controllerProperties(plan, { bindHost: HOST, port: controllerPort, dataDir }),
      ),
    );
  }
  for (let i = 0; i < plan.brokers; i++) {
    const [client, internalPort, sasl] = ports.slice(1 + i * perBroker) as [number, number, number];
    const port = plan.port === undefined ? client : plan.port + i;
    const address = `${HOST}:${port}`;
    const saslAddress = `${HOST}:${sasl}`;
    const brokers = plan.sasl === undefined ? [address] : [address, saslAddress];
    made.push(
      JavaNode.prepare(parts, { id: i + 1, brokers, heapMiB: plan.heapMiB }, (dataDir) =>
        serverProperties(plan, {
          nodeId: i + 1,
          bindHost: HOST,
          client: { port, advertised: address },
          sasl: plan.sasl === undefined ? undefined : { port: sasl, advertised: saslAddress },
          internalPort,
          controllerPort,
          dataDir: plan.dataDir ?? dataDir,
          proxied: proxiedPorts(i).map((port, which) => ({
            port,
            advertised: proxies.get(plan.proxies[which]!).brokers[i]!,
          })),
        }),
      ),
    );
  }
  const results = await Promise.allSettled(made);
  const nodes = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    await Promise.all([proxies.close(), ...nodes.map((node) => node.remove())]);
    throw failed.reason;
  }
  const controller = plan.brokers > 1 ? nodes.shift() : undefined;
  return new JavaKafka(plan, nodes, controller, proxies);
}

class JavaKafka implements RunningKafka {
  readonly how = 'java';
  readonly brokers: string[];
  readonly saslBrokers: string[];
  readonly coordinatorOf: RunningKafka['coordinatorOf'];
  readonly leaderOf: RunningKafka['leaderOf'];
  readonly control: BrokerControl = {
    kill: () => this.#each((node) => node.kill()),
    start: () => this.#each((node) => node.start()),
    pause: () => this.#each((node) => node.pause()),
    resume: () => this.#each((node) => node.resume()),
  };
  #stopped: Promise<void> | undefined;

  constructor(
    private readonly plan: LaunchPlan,
    readonly nodes: readonly JavaNode[],
    private readonly controller: JavaNode | undefined,
    private readonly proxies: NamedProxies,
  ) {
    this.brokers = nodes.map((node) => node.address);
    this.saslBrokers = nodes.flatMap((node) => node.saslAddress ?? []);
    const { coordinatorOf, leaderOf } = positionsIn(this.brokers, nodes);
    this.coordinatorOf = coordinatorOf;
    this.leaderOf = leaderOf;
  }

  /** Resolves when every broker answers and knows all others. */
  async start(): Promise<void> {
    // A broker without its controller waits: there is no order to keep.
    await Promise.all([this.controller?.start(), ...this.nodes.map((node) => node.start())]);
    const ids = this.nodes.map((node) => node.id);
    for (const { address } of this.nodes) {
      const { clusterId, startupTimeoutMs } = this.plan;
      const result = await untilReady(address, clusterId, startupTimeoutMs, () => undefined, ids);
      if (!result.ready) throw new LaunchError(`the Java brokers did not find each other: ${result.reason}`);
    }
  }

  async foundPortTaken(): Promise<boolean> {
    const tails = await Promise.all(this.#all().map((node) => node.logTail(200)));
    return tails.some((tail) => tail.includes('Address already in use'));
  }

  stop(): Promise<void> {
    this.#stopped ??= Promise.all([this.proxies.close(), ...this.#all().map((node) => node.remove())]).then(
      () => undefined,
    );
    return this.#stopped;
  }

  proxy(name: string): KafkaProxy {
    return this.proxies.get(name);
  }

  #all(): readonly JavaNode[] {
    return this.controller === undefined ? this.nodes : [this.controller, ...this.nodes];
  }

  async #each(act: (node: JavaNode) => Promise<void>): Promise<void> {
    await Promise.all(this.nodes.map(act));
  }
}
