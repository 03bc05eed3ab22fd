/** Apicurio Registry as a local Java process with a folder of its own. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePorts } from '../local-kafka/free-ports.js';
import { GuardedProcess } from '../local-kafka/guarded-process.js';
import { LaunchError } from '../local-kafka/launch-error.js';
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
  readonly control: SchemaRegistryControl = { kill: () => this.#process.end('SIGKILL'), start: () => this.#start() };
  readonly #process: GuardedProcess;

  constructor(private readonly parts: JavaRegistryParts) {
    this.url = `http://${HOST}:${String(parts.port)}${API}`;
    this.#process = new GuardedProcess({
      what: 'the registry',
      name: 'millrace-registry',
      folder: parts.folder,
      log: 'registry.log',
    });
  }

  stop(): Promise<void> {
    return this.#process.remove();
  }

  async #start(): Promise<void> {
    if (this.#process.isRemoved()) throw new LaunchError('this registry was stopped; start a new one');
    if (this.#process.isRunning()) return;
    await this.#untilAnswering(await this.#process.start(this.parts.java, this.#arguments()));
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

  async #untilAnswering(goesOn: () => boolean): Promise<void> {
    const deadline = Date.now() + (this.parts.startupTimeoutMs ?? DEFAULT_STARTUP_MS);
    let reason = 'it does not answer';
    while (goesOn() && Date.now() < deadline) {
      try {
        const response = await fetch(`${this.url}/subjects`, { signal: AbortSignal.timeout(5_000) });
        if (response.ok) return;
        reason = `it answers ${String(response.status)}`;
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
      }
      await pause(200);
    }
    if (!goesOn()) reason = 'it ended';
    await this.#process.end('SIGKILL');
    throw new LaunchError(`the registry did not start: ${reason}. Its last lines:\n${await this.#logTail()}`);
  }

  async #logTail(): Promise<string> {
    const text = await this.#process.logText();
    const causes = [...new Set(text.match(CAUSE) ?? [])];
    return [...causes, ...text.split('\n').slice(-LOG_LINES)].join('\n');
  }
}
