/** A broker as a local Java process: needs Java 17 or newer, and Maven for the first download. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { untilReady } from './broker-probe.js';
import { findProgram } from './find-program.js';
import { freePorts } from './free-ports.js';
import { kafkaJars } from './kafka-jars.js';
import { LaunchError } from './launch-error.js';
import type { BrokerControl, LaunchPlan, RunningKafka } from './options.js';
import { propertiesFile, serverProperties } from './server-properties.js';
import { untilStopped } from './stopped-process.js';
import { unrefPipe, Watchdog } from './watchdog.js';

const HOST = '127.0.0.1';
const OLDEST_JAVA = 17;
const PORT_ATTEMPTS = 3;
const STOP_TIMEOUT_MS = 10_000;

const LOG4J = `status = error
appender.console.type = Console
appender.console.name = STDOUT
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d] %p %m (%c)%n
rootLogger.level = INFO
rootLogger.appenderRef.stdout.ref = STDOUT
`;

/** Waits for a word before it becomes Java, so that the watchdog knows the process before there is a broker to lose. */
const GATE = 'read -r go && exec "$@"';

/** Starts a broker of its own; throws a {@link LaunchError} that says what is missing or what the broker said. */
export async function startWithJava(plan: LaunchPlan): Promise<RunningKafka> {
  const java = await findJava();
  const jars = await kafkaJars(plan.version, plan.log);
  for (let attempt = 1; ; attempt++) {
    const broker = await JavaBroker.prepare(java, jars, plan);
    try {
      await broker.start();
      plan.log(`Kafka ${plan.version} answers on ${broker.brokers[0] ?? ''} (local Java process)`);
      return broker;
    } catch (error) {
      const portTaken = (await broker.logTail(200)).includes('Address already in use');
      await broker.stop();
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

class JavaBroker implements RunningKafka {
  readonly how = 'java';
  readonly control: BrokerControl = {
    kill: () => this.#kill(),
    start: () => this.start(),
    pause: async () => untilStopped(this.#signal('SIGSTOP'), STOP_TIMEOUT_MS),
    resume: async () => void this.#signal('SIGCONT'),
  };
  readonly #watchdog: Watchdog;
  #process: ChildProcess | undefined;
  #stopped: Promise<void> | undefined;

  private constructor(
    readonly brokers: string[],
    readonly saslBrokers: string[],
    private readonly java: string,
    private readonly jars: string,
    private readonly folder: string,
    private readonly plan: LaunchPlan,
  ) {
    this.#watchdog = new Watchdog(['rm', '-rf', folder]);
  }

  /** Makes the folder with configuration and formatted storage; from then on only {@link stop} removes it. */
  static async prepare(java: string, jars: string, plan: LaunchPlan): Promise<JavaBroker> {
    const [client, internal, controller, sasl] = (await freePorts(4)) as [number, number, number, number];
    const clientPort = plan.port ?? client;
    const brokers = [`${HOST}:${clientPort}`];
    const saslBrokers = plan.sasl === undefined ? [] : [`${HOST}:${sasl}`];
    const folder = await mkdtemp(join(tmpdir(), 'millrace-kafka-'));
    const broker = new JavaBroker(brokers, saslBrokers, java, jars, folder, plan);
    try {
      const properties = serverProperties(plan, {
        bindHost: HOST,
        client: { port: clientPort, advertised: `${HOST}:${clientPort}` },
        sasl: plan.sasl === undefined ? undefined : { port: sasl, advertised: `${HOST}:${sasl}` },
        internalPort: internal,
        controllerPort: controller,
        dataDir: join(folder, 'data'),
      });
      await writeFile(join(folder, 'server.properties'), propertiesFile(properties));
      await writeFile(join(folder, 'log4j2.properties'), LOG4J);
      await broker.#format();
      return broker;
    } catch (error) {
      await broker.stop();
      throw error;
    }
  }

  async start(): Promise<void> {
    if (this.#stopped !== undefined) throw new LaunchError('This Kafka was stopped; start a new one.');
    if (this.#process !== undefined) return;
    const log = openSync(join(this.folder, 'kafka.log'), 'a');
    const child = spawn('sh', ['-c', GATE, 'millrace-kafka', this.java, ...this.#javaArguments()], {
      cwd: this.folder,
      detached: true,
      stdio: ['pipe', log, log],
    });
    closeSync(log);
    child.stdin?.on('error', () => undefined);
    await once(child, 'spawn');
    this.#process = child;
    this.#watchdog.guard(child.pid);
    child.stdin?.end('go\n');
    child.once('exit', () => {
      // The number may be given to another process from now on.
      this.#watchdog.guard(undefined);
      this.#process = undefined;
    });
    child.unref();
    unrefPipe(child.stdin);
    const address = this.brokers[0] ?? '';
    const result = await untilReady(address, this.plan.clusterId, this.plan.startupTimeoutMs, () =>
      this.#process === child ? undefined : 'the broker ended',
    );
    if (!result.ready) {
      const tail = await this.logTail(15);
      await this.#kill();
      throw new LaunchError(`the Java broker did not start: ${result.reason}. Its last lines:\n${tail}`);
    }
  }

  stop(): Promise<void> {
    // Its data goes with it, so there is nothing that a slow, orderly shutdown would save.
    this.#stopped ??= this.#kill().then(() => this.#watchdog.release());
    return this.#stopped;
  }

  async logTail(lines: number): Promise<string> {
    try {
      const text = await readFile(join(this.folder, 'kafka.log'), 'utf8');
      return text.trimEnd().split('\n').slice(-lines).join('\n');
    } catch (error) {
      return `(no log: ${error instanceof Error ? error.message : String(error)})`;
    }
  }

  async #kill(): Promise<void> {
    const child = this.#process;
    if (child === undefined) return;
    child.ref();
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  /** Gives the process id. */
  #signal(signal: 'SIGSTOP' | 'SIGCONT'): number {
    const child = this.#process;
    if (child?.pid === undefined || !child.kill(signal)) throw new LaunchError('The broker is not running.');
    return child.pid;
  }

  async #format(): Promise<void> {
    const config = join(this.folder, 'server.properties');
    const args = [
      '-Xmx128m',
      '-XX:TieredStopAtLevel=1',
      '-cp',
      join(this.jars, '*'),
      'kafka.tools.StorageTool',
      'format',
    ];
    try {
      await promisify(execFile)(this.java, [...args, '-t', this.plan.clusterId, '-c', config], {
        timeout: this.plan.startupTimeoutMs,
      });
    } catch (error) {
      const output = typeof error === 'object' && error !== null && 'stderr' in error ? String(error.stderr) : '';
      throw new LaunchError(`Kafka's storage could not be formatted: ${output.trim().split('\n').at(-1) ?? ''}`, error);
    }
  }

  #javaArguments(): string[] {
    return [
      `-Xmx${this.plan.heapMiB}m`,
      '-Xms128m',
      '-Djava.awt.headless=true',
      `-Dlog4j2.configurationFile=${join(this.folder, 'log4j2.properties')}`,
      '-cp',
      join(this.jars, '*'),
      'kafka.Kafka',
      join(this.folder, 'server.properties'),
    ];
  }
}
