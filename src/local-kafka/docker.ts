/** A broker as a container, by Testcontainers: needs a Docker engine and the image, or a registry to pull it from. */
import { untilReady } from './broker-probe.js';
import { freePorts } from './free-ports.js';
import { startGuarded, type ContainerRuntime, type Testcontainers } from './guarded-container.js';
import { LaunchError } from './launch-error.js';
import { noProxy } from './proxy/named-proxies.js';
import { positionsIn } from './node-positions.js';
import type { KafkaNode, LaunchPlan, RunningKafka } from './options.js';
import { propertiesEnvironment, serverProperties } from './server-properties.js';

const NODE_ID = 1;
const CLIENT_PORT = 9092;
const CONTROLLER_PORT = 9093;
const INTERNAL_PORT = 9094;
const SASL_PORT = 9095;
const PORT_ATTEMPTS = 3;

/** Tells in `docker ps --filter label=…` whose a container is: the process id that started it. */
export const OWNER_LABEL = 'millrace.owner';

/** Starts a broker of its own; throws a {@link LaunchError} that says what is missing or what the engine said. */
export async function startWithDocker(plan: LaunchPlan): Promise<RunningKafka> {
  if (plan.brokers > 1 || plan.proxies.length > 0 || Object.keys(plan.features).length > 0) {
    throw new LaunchError('it gives one broker without proxies: several, proxies, and features are started by Java');
  }
  if (plan.dataDir !== null) throw new LaunchError('it keeps no data in a folder of this machine: dataDir needs Java');
  const testcontainers = await loadTestcontainers();
  const runtime = await connectToEngine(testcontainers);
  const image = `apache/kafka:${plan.version}`;
  await provideImage(testcontainers, runtime, image, plan.log);
  for (let attempt = 1; ; attempt++) {
    try {
      return await startContainer(testcontainers, runtime, image, plan);
    } catch (error) {
      const portTaken = /already allocated|already in use/.test(reasonOf(error));
      if (!portTaken || plan.port !== undefined || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

async function loadTestcontainers(): Promise<Testcontainers> {
  try {
    return await import('testcontainers');
  } catch (error) {
    throw new LaunchError(
      `the package testcontainers cannot be loaded (npm install --save-dev testcontainers): ${reasonOf(error)}`,
      error,
    );
  }
}

async function connectToEngine(testcontainers: Testcontainers): Promise<ContainerRuntime> {
  try {
    return await testcontainers.getContainerRuntimeClient();
  } catch (error) {
    throw new LaunchError(`no engine answers (${reasonOf(error)})`, error);
  }
}

async function provideImage(
  { ImageName }: Testcontainers,
  runtime: ContainerRuntime,
  image: string,
  log: (line: string) => void,
): Promise<void> {
  const name = ImageName.fromString(image);
  if (await runtime.image.exists(name)) return;
  log(`pulling the image ${image} (once)`);
  try {
    await runtime.image.pull(name);
  } catch (error) {
    throw new LaunchError(`the image ${image} is not here and cannot be pulled: ${reasonOf(error)}`, error);
  }
  // The engine reports a failed pull inside its answer, which then looks like success.
  if (!(await runtime.image.exists(name))) {
    throw new LaunchError(`the image ${image} is not here, and pulling it ended without it`);
  }
}

async function startContainer(
  testcontainers: Testcontainers,
  runtime: ContainerRuntime,
  image: string,
  plan: LaunchPlan,
): Promise<RunningKafka> {
  const engineHost = runtime.info.containerRuntime.host;
  // Engines publish ports reliably on IPv4, and a name would be tried as IPv6 first on many machines.
  const host = engineHost === 'localhost' ? '127.0.0.1' : engineHost;
  const [freeClientPort, saslPort] = (await freePorts(2)) as [number, number];
  // The address told to clients is part of the configuration, so the outer ports must be chosen before the start.
  const clientPort = plan.port ?? freeClientPort;
  const properties = serverProperties(plan, {
    nodeId: NODE_ID,
    bindHost: '',
    client: { port: CLIENT_PORT, advertised: `${host}:${clientPort}` },
    sasl: plan.sasl === undefined ? undefined : { port: SASL_PORT, advertised: `${host}:${saslPort}` },
    internalPort: INTERNAL_PORT,
    controllerPort: CONTROLLER_PORT,
    dataDir: '/tmp/millrace-kafka',
    proxied: [],
  });
  const ports = [{ container: CLIENT_PORT, host: clientPort }];
  if (plan.sasl !== undefined) ports.push({ container: SASL_PORT, host: saslPort });
  const { container, remove } = await startGuarded(testcontainers, runtime, image, (description) => {
    description
      .withEnvironment({
        ...propertiesEnvironment(properties),
        CLUSTER_ID: plan.clusterId,
        KAFKA_HEAP_OPTS: `-Xmx${plan.heapMiB}m -Xms128m`,
      })
      .withExposedPorts(...ports)
      .withLabels({ [OWNER_LABEL]: String(process.pid) })
      .withWaitStrategy(testcontainers.Wait.forLogMessage(/Kafka Server started/))
      .withStartupTimeout(plan.startupTimeoutMs);
  });
  const saslBrokers = plan.sasl === undefined ? [] : [`${host}:${saslPort}`];
  const engine = runtime.container.getById(container.getId());
  const broker = new DockerBroker([`${host}:${clientPort}`], saslBrokers, engine, remove, plan);
  await broker.untilAnswering();
  plan.log(
    `Kafka ${plan.version} answers on ${broker.brokers.join()} (container ${container.getId().slice(0, 12)} of ${image})`,
  );
  return broker;
}

class DockerBroker implements RunningKafka {
  readonly how = 'docker';
  readonly control: KafkaNode;
  readonly nodes: readonly [KafkaNode];
  readonly coordinatorOf: RunningKafka['coordinatorOf'];
  readonly leaderOf: RunningKafka['leaderOf'];
  readonly proxy = noProxy;
  #running = true;
  #stopped: Promise<void> | undefined;

  constructor(
    readonly brokers: string[],
    readonly saslBrokers: string[],
    container: ReturnType<ContainerRuntime['container']['getById']>,
    private readonly remove: () => Promise<void>,
    private readonly plan: LaunchPlan,
  ) {
    const ended = async (): Promise<void> => {
      await container.wait();
      this.#running = false;
    };
    const node: KafkaNode = {
      id: NODE_ID,
      address: brokers.join(),
      isRunning: () => this.#running,
      kill: async () => {
        if (!this.#running) return;
        await container.kill({ signal: 'SIGKILL' });
        await ended();
      },
      shutDown: async () => {
        if (!this.#running) return;
        await container.kill({ signal: 'SIGTERM' });
        await ended();
      },
      start: async () => {
        if (this.#running) return;
        await container.start();
        this.#running = true;
        await this.untilAnswering();
      },
      restart: async () => {
        await node.shutDown();
        await node.start();
      },
      pause: async () => {
        await container.pause();
      },
      resume: async () => {
        await container.unpause();
      },
    };
    this.control = node;
    this.nodes = [node];
    const { coordinatorOf, leaderOf } = positionsIn(brokers, this.nodes);
    this.coordinatorOf = coordinatorOf;
    this.leaderOf = leaderOf;
  }

  async untilAnswering(): Promise<void> {
    const result = await untilReady(
      this.brokers.join(),
      this.plan.clusterId,
      this.plan.startupTimeoutMs,
      () => undefined,
    );
    if (result.ready) return;
    await this.stop();
    throw new LaunchError(`the container runs, but its broker does not answer: ${result.reason}`);
  }

  stop(): Promise<void> {
    this.#stopped ??= this.remove();
    return this.#stopped;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
