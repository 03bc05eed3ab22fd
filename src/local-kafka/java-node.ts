/** One node of Kafka as a local Java process with a folder of its own: a broker, a controller, or both in one. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { untilReady } from './broker-probe.js';
import { LaunchError } from './launch-error.js';
import type { KafkaNode, LaunchPlan } from './options.js';
import { propertiesFile } from './server-properties.js';
import { untilStopped } from './stopped-process.js';
import { unrefPipe, Watchdog } from './watchdog.js';

const STOP_TIMEOUT_MS = 10_000;
/** Giving its partitions away takes a broker a second or two, and much longer where nobody takes them. */
const SHUT_DOWN_TIMEOUT_MS = 60_000;

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
  readonly #watchdog: Watchdog;
  #process: ChildProcess | undefined;
  #paused = false;
  #removed: Promise<void> | undefined;

  private constructor(
    private readonly parts: JavaParts,
    private readonly identity: JavaNodeIdentity,
    private readonly folder: string,
  ) {
    this.#watchdog = new Watchdog(['rm', '-rf', folder]);
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
    return this.#process !== undefined;
  }

  async start(): Promise<void> {
    if (this.#removed !== undefined) throw new LaunchError('This Kafka was stopped; start a new one.');
    if (this.#process !== undefined) return;
    const log = openSync(join(this.folder, 'kafka.log'), 'a');
    const child = spawn('sh', ['-c', GATE, 'millrace-kafka', this.parts.java, ...this.#javaArguments()], {
      cwd: this.folder,
      detached: true,
      stdio: ['pipe', log, log],
    });
    closeSync(log);
    child.stdin?.on('error', () => undefined);
    await once(child, 'spawn');
    this.#process = child;
    this.#paused = false;
    this.#watchdog.guard(child.pid);
    child.stdin?.end('go\n');
    child.once('exit', () => {
      // The number may be given to another process from now on.
      this.#watchdog.guard(undefined);
      this.#process = undefined;
    });
    child.unref();
    unrefPipe(child.stdin);
    // A controller answers no client; brokers that answer tell that it does its work.
    if (this.identity.brokers.length > 0) await this.#untilAnswering(child);
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async shutDown(): Promise<void> {
    if (this.#paused) throw new LaunchError(`broker ${this.id} is paused: resume it, or kill it`);
    await this.#end('SIGTERM');
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

  /** Ends the process and deletes the folder. */
  remove(): Promise<void> {
    // Its data goes with it, so there is nothing that a slow, orderly shutdown would save.
    this.#removed ??= this.kill().then(() => this.#watchdog.release());
    return this.#removed;
  }

  async logTail(lines: number): Promise<string> {
    try {
      const text = await readFile(join(this.folder, 'kafka.log'), 'utf8');
      return text.trimEnd().split('\n').slice(-lines).join('\n');
    } catch (error) {
      return `(no log: ${error instanceof Error ? error.message : String(error)})`;
    }
  }

  async #untilAnswering(child: ChildProcess): Promise<void> {
    const { clusterId, startupTimeoutMs } = this.parts.plan;
    const ended = (): string | undefined => (this.#process === child ? undefined : 'the broker ended');
    const result = await untilReady(this.address, clusterId, startupTimeoutMs, ended, [this.id]);
    if (result.ready) return;
    const tail = await this.logTail(15);
    await this.kill();
    throw new LaunchError(`the Java broker did not start: ${result.reason}. Its last lines:\n${tail}`);
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#process;
    if (child === undefined) return;
    child.ref();
    const exited = once(child, 'exit', { signal: AbortSignal.timeout(SHUT_DOWN_TIMEOUT_MS) });
    child.kill(signal);
    try {
      await exited;
    } catch (error) {
      const waited = `within ${SHUT_DOWN_TIMEOUT_MS} ms of ${signal}`;
      throw new LaunchError(`broker ${this.id} did not end ${waited}: kill it`, error);
    }
  }

  /** Gives the process id. */
  #signal(signal: 'SIGSTOP' | 'SIGCONT'): number {
    const child = this.#process;
    if (child?.pid === undefined || !child.kill(signal)) throw new LaunchError(`Broker ${this.id} is not running.`);
    return child.pid;
  }

  async #format(): Promise<void> {
    const { java, jars, plan } = this.parts;
    const config = join(this.folder, 'server.properties');
    const args = ['-Xmx128m', '-XX:TieredStopAtLevel=1', '-cp', join(jars, '*'), 'kafka.tools.StorageTool', 'format'];
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
