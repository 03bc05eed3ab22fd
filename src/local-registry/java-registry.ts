/** Apicurio Registry as a local Java process with a folder of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePorts } from '../local-kafka/free-ports.js';
import { LaunchError } from '../local-kafka/launch-error.js';
import { unrefPipe, Watchdog } from '../local-kafka/watchdog.js';
import { apicurioFiles, APICURIO_VERSION } from './apicurio-files.js';
import { findNewJava } from './java-home.js';
import type { RunningSchemaRegistry, SchemaRegistryControl, StartSchemaRegistryOptions } from './options.js';

const HOST = '127.0.0.1';
/** Where it has the API of Confluent's registry. */
const API = '/apis/ccompat/v7';
const DEFAULT_HEAP_MIB = 384;
const DEFAULT_STARTUP_MS = 120_000;
const LOG_LINES = 15;
const ATTEMPTS = 3;
/** The cause of a Java error, beside the last lines, which are its calls. */
const CAUSE = /^(?:Caused by: |Exception in ).*$/gm;
/** Waits for a word before it becomes Java, so that the watchdog knows the process before there is one to lose. */
const GATE = 'read -r go && exec "$@"';

/** @throws LaunchError that says what is missing, or what the registry said */
export async function startWithNewJava(options: StartSchemaRegistryOptions): Promise<RunningSchemaRegistry> {
  const log = options.log ?? ((): void => undefined);
  const java = await findNewJava(log);
  const files = await apicurioFiles(log);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOn(options.port ?? (await freePorts(1))[0]!, { java, files, options, log });
    } catch (error) {
      // It takes seconds until it listens, and a port that was free may not be by then.
      const taken =
        error instanceof LaunchError && /in use by another process|Address already in use/.test(error.message);
      if (!taken || options.port !== undefined || attempt === ATTEMPTS) throw error;
    }
  }
}

interface Ground {
  readonly java: string;
  readonly files: string;
  readonly options: StartSchemaRegistryOptions;
  readonly log: (line: string) => void;
}

async function startOn(port: number, { java, files, options, log }: Ground): Promise<RunningSchemaRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-registry-'));
  const registry = new JavaRegistry({ ...options, java, files, folder, port });
  try {
    await registry.control.start();
  } catch (error) {
    await registry.stop();
    throw error;
  }
  log(`Apicurio Registry ${APICURIO_VERSION} answers on ${registry.url} (local Java process)`);
  return registry;
}

interface JavaRegistryParts extends StartSchemaRegistryOptions {
  readonly java: string;
  readonly files: string;
  readonly folder: string;
  readonly port: number;
}

class JavaRegistry implements RunningSchemaRegistry {
  readonly how = 'java';
  readonly url: string;
  readonly control: SchemaRegistryControl = { kill: () => this.#kill(), start: () => this.#start() };
  readonly #watchdog: Watchdog;
  #process: ChildProcess | undefined;
  #stopped: Promise<void> | undefined;

  constructor(private readonly parts: JavaRegistryParts) {
    this.url = `http://${HOST}:${String(parts.port)}${API}`;
    this.#watchdog = new Watchdog(['rm', '-rf', parts.folder]);
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#kill().then(() => this.#watchdog.release());
    return this.#stopped;
  }

  async #start(): Promise<void> {
    if (this.#stopped !== undefined) throw new LaunchError('this registry was stopped; start a new one');
    if (this.#process !== undefined) return;
    const log = openSync(join(this.parts.folder, 'registry.log'), 'a');
    const child = spawn('sh', ['-c', GATE, 'millrace-registry', this.parts.java, ...this.#arguments()], {
      cwd: this.parts.folder,
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
      this.#watchdog.guard(undefined);
      this.#process = undefined;
    });
    child.unref();
    unrefPipe(child.stdin);
    await this.#untilAnswering(child);
  }

  #arguments(): string[] {
    const { heapMiB = DEFAULT_HEAP_MIB, port, folder, files } = this.parts;
    return [
      `-Xmx${String(heapMiB)}m`,
      '-XX:TieredStopAtLevel=1',
      `-Dquarkus.http.host=${HOST}`,
      `-Dquarkus.http.port=${String(port)}`,
      // Health checks listen on a port of their own, which would be 9000 for every registry: any free one.
      `-Dquarkus.management.host=${HOST}`,
      '-Dquarkus.management.port=0',
      // In a file, so that schemas outlive a crash.
      `-Dapicurio.datasource.url=jdbc:h2:file:${join(folder, 'schemas')};WRITE_DELAY=0`,
      '-jar',
      join(files, 'quarkus-run.jar'),
    ];
  }

  async #untilAnswering(child: ChildProcess): Promise<void> {
    const deadline = Date.now() + (this.parts.startupTimeoutMs ?? DEFAULT_STARTUP_MS);
    let reason = 'it does not answer';
    while (this.#process === child && Date.now() < deadline) {
      try {
        const response = await fetch(`${this.url}/subjects`, { signal: AbortSignal.timeout(5_000) });
        if (response.ok) return;
        reason = `it answers ${String(response.status)}`;
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
      }
      await pause(200);
    }
    if (this.#process !== child) reason = 'it ended';
    await this.#kill();
    throw new LaunchError(`the registry did not start: ${reason}. Its last lines:\n${await this.#logTail()}`);
  }

  async #kill(): Promise<void> {
    const child = this.#process;
    if (child === undefined) return;
    child.ref();
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  async #logTail(): Promise<string> {
    const text = await readFile(join(this.parts.folder, 'registry.log'), 'utf8').catch(() => '(no log)');
    const causes = [...new Set(text.match(CAUSE) ?? [])];
    return [...causes, ...text.trimEnd().split('\n').slice(-LOG_LINES)].join('\n');
  }
}
