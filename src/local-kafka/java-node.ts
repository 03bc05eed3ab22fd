/** One node of Kafka as a local Java process with a folder of its own: a broker, a controller, or both in one. */
import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { untilReady } from './broker-probe.js';
import { GuardedProcess } from './guarded-process.js';
import { LaunchError } from './launch-error.js';
import type { KafkaNode, LaunchPlan } from './options.js';
import { propertiesFile } from './server-properties.js';
import { untilStopped } from './stopped-process.js';

const STOP_TIMEOUT_MS = 10_000;

const LOG4J = `status = error
appender.console.type = Console
appender.console.name = STDOUT
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d] %p %m (%c)%n
rootLogger.level = INFO
rootLogger.appenderRef.stdout.ref = STDOUT
`;

/** What all nodes of a Kafka have in common. */
export interface JavaParts {
  /** Path of the program. */
  readonly java: string;
  /** Folder of the jars. */
  readonly jars: string;
  readonly plan: LaunchPlan;
}

/** What tells a node from the others. */
export interface JavaNodeIdentity {
  readonly id: number;
  /** `host:port` for clients, and that with SASL if there is one; none for a controller. */
  readonly brokers: readonly string[];
  readonly heapMiB: number;
}

export class JavaNode implements KafkaNode {
  readonly #process: GuardedProcess;
  #paused = false;

  private constructor(
    private readonly parts: JavaParts,
    private readonly identity: JavaNodeIdentity,
    private readonly folder: string,
  ) {
    this.#process = new GuardedProcess({
      what: `broker ${identity.id}`,
      name: 'millrace-kafka',
      folder,
      log: 'kafka.log',
    });
  }

  /** Makes the folder with configuration and formatted storage; from then on only {@link remove} removes it. */
  static async prepare(
    parts: JavaParts,
    identity: JavaNodeIdentity,
    properties: (dataDir: string) => Readonly<Record<string, string>>,
  ): Promise<JavaNode> {
    const folder = await mkdtemp(join(tmpdir(), 'millrace-kafka-'));
    const node = new JavaNode(parts, identity, folder);
    try {
      await writeFile(join(folder, 'server.properties'), propertiesFile(properties(join(folder, 'data'))));
      await writeFile(join(folder, 'log4j2.properties'), LOG4J);
      await node.#format();
      return node;
    } catch (error) {
      await node.remove();
      throw error;
    }
  }

  get id(): number {
    return this.identity.id;
  }

  get address(): string {
    return this.identity.brokers[0] ?? '';
  }

  get saslAddress(): string | undefined {
    return this.identity.brokers[1];
  }

  isRunning(): boolean {
    return this.#process.isRunning();
  }

  async start(): Promise<void> {
    if (this.#process.isRemoved()) throw new LaunchError('this Kafka was stopped; start a new one');
    if (this.#process.isRunning()) return;
    this.#paused = false;
    const goesOn = await this.#process.start(this.parts.java, this.#javaArguments());
    // A controller answers no client; brokers that answer tell that it does its work.
    if (this.identity.brokers.length > 0) await this.#untilAnswering(goesOn);
  }

  async kill(): Promise<void> {
    await this.#process.end('SIGKILL');
  }

  async shutDown(): Promise<void> {
    if (this.#paused) throw new LaunchError(`broker ${this.id} is paused: resume it, or kill it`);
    await this.#process.end('SIGTERM');
  }

  async restart(): Promise<void> {
    await this.shutDown();
    await this.start();
  }

  async pause(): Promise<void> {
    const pid = this.#signal('SIGSTOP');
    this.#paused = true;
    await untilStopped(pid, STOP_TIMEOUT_MS);
  }

  async resume(): Promise<void> {
    this.#signal('SIGCONT');
    this.#paused = false;
  }

  /** Ends the process and deletes the folder; data that is kept lies in another one. */
  async remove(): Promise<void> {
    try {
      // What is kept is whole after a kill, too, but is then checked at the next start, which takes long.
      if (this.parts.plan.dataDir !== null && !this.#paused) await this.#process.end('SIGTERM');
    } finally {
      await this.#process.remove();
    }
  }

  async logTail(lines: number): Promise<string> {
    return (await this.#process.logText()).split('\n').slice(-lines).join('\n');
  }

  async #untilAnswering(goesOn: () => boolean): Promise<void> {
    const { clusterId, startupTimeoutMs } = this.parts.plan;
    const ended = (): string | undefined => (goesOn() ? undefined : 'the broker ended');
    const result = await untilReady(this.address, clusterId, startupTimeoutMs, ended, [this.id]);
    if (result.ready) return;
    const tail = await this.logTail(15);
    await this.kill();
    throw new LaunchError(`the Java broker did not start: ${result.reason}. Its last lines:\n${tail}`);
  }

  /** Gives the process id. */
  #signal(signal: 'SIGSTOP' | 'SIGCONT'): number {
    const pid = this.#process.signal(signal);
    if (pid === undefined) throw new LaunchError(`broker ${this.id} is not running; start it first`);
    return pid;
  }

  async #format(): Promise<void> {
    const { java, jars, plan } = this.parts;
    const config = join(this.folder, 'server.properties');
    const args = ['-Xmx128m', '-XX:TieredStopAtLevel=1', '-cp', join(jars, '*'), 'kafka.tools.StorageTool', 'format'];
    // What is there already stays.
    if (plan.dataDir !== null) args.push('--ignore-formatted');
    const features = Object.entries(plan.features).flatMap(([name, level]) => ['--feature', `${name}=${level}`]);
    try {
      await promisify(execFile)(java, [...args, '-t', plan.clusterId, '-c', config, ...features], {
        timeout: plan.startupTimeoutMs,
      });
    } catch (error) {
      const output = typeof error === 'object' && error !== null && 'stderr' in error ? String(error.stderr) : '';
      throw new LaunchError(`Kafka's storage could not be formatted: ${output.trim().split('\n').at(-1) ?? ''}`, error);
    }
  }

  #javaArguments(): string[] {
    return [
      `-Xmx${this.identity.heapMiB}m`,
      '-Xms128m',
      '-Djava.awt.headless=true',
      `-Dlog4j2.configurationFile=${join(this.folder, 'log4j2.properties')}`,
      '-cp',
      join(this.parts.jars, '*'),
      'kafka.Kafka',
      join(this.folder, 'server.properties'),
    ];
  }
}
