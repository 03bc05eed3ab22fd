/** One schema registry for all files of a run, started when the first of them asks: those without need not wait for it. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LaunchError } from '../../src/local-kafka/launch-error.js';
import type { RunningSchemaRegistry } from '../../src/local-registry/options.js';
import { startSchemaRegistry } from '../../src/local-registry/start-schema-registry.js';

/** What a file is told: where the registry is and whether it can be stopped, or why there is none. */
export type FoundRegistry = { readonly url: string; readonly controlled: boolean } | { readonly missing: string };

export class RegistryHost {
  private readonly server: Server;
  private registry: Promise<RunningSchemaRegistry> | undefined;

  private constructor() {
    this.server = createServer((request, response) => {
      this.answer(request.url ?? '').then(
        (answer) => response.end(JSON.stringify(answer)),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    });
  }

  static async start(): Promise<RegistryHost> {
    const host = new RegistryHost();
    await new Promise<void>((resolve) => {
      host.server.listen(0, '127.0.0.1', resolve);
    });
    return host;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  private async answer(path: string): Promise<FoundRegistry | Record<string, never>> {
    if (path === '/find') return this.find();
    const { control } = await this.running();
    if (path === '/kill') await control?.kill();
    else if (path === '/start') await control?.start();
    else throw new Error(`there is no ${path}`);
    return {};
  }

  private async find(): Promise<FoundRegistry> {
    try {
      const { url, control } = await this.running();
      return { url, controlled: control !== undefined };
    } catch (error) {
      if (!(error instanceof LaunchError)) throw error;
      return { missing: error.message };
    }
  }

  private running(): Promise<RunningSchemaRegistry> {
    return (this.registry ??= startBesideAnother());
  }

  /** @throws Error when it answers after it was stopped */
  async stop(): Promise<void> {
    this.server.close();
    const registry = await this.registry?.catch(() => undefined);
    if (registry === undefined) return;
    await registry.stop();
    if (registry.control === undefined) return;
    const answers = await fetch(`${registry.url}/subjects`).then(
      () => true,
      () => false,
    );
    if (answers) throw new Error(`the schema registry at ${registry.url} was stopped and still answers`);
  }
}

/** Where another registry would have its health checks, there is somebody else: ours must not mind. Taken already: that serves as well. */
async function startBesideAnother(): Promise<RunningSchemaRegistry> {
  const other = createServer().on('error', () => undefined);
  other.listen(9000, '127.0.0.1');
  try {
    return await startSchemaRegistry({
      startupTimeoutMs: 240_000,
      log: (line) => {
        process.stderr.write(`${line}\n`);
      },
    });
  } finally {
    other.close();
  }
}
