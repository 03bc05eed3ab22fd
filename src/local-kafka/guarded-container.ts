/** A container that ends with this process, however this process ends. */
import { execFile } from 'node:child_process';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import type { GenericContainer, StartedTestContainer } from 'testcontainers';
import { findProgram } from './find-program.js';
import { LaunchError } from './launch-error.js';
import { Watchdog } from './watchdog.js';

export type Testcontainers = typeof import('testcontainers');
export type ContainerRuntime = Awaited<ReturnType<Testcontainers['getContainerRuntimeClient']>>;

/** Of the container's last words, in an error message. */
const LOG_LINES = 15;

/** A container that is gone already counts as removed. */
const REMOVE = '"$1" rm --force --volumes "$2" || ! "$1" inspect --type container "$2"';

/**
 * Starts a container of `image`; `remove` ends and deletes it.
 *
 * From the moment it exists, our own watchdog stands ready to remove it by the docker command line. Where there is none, or
 * it talks to another engine, Testcontainers' reaper does that, which needs an image of its own.
 */
export async function startGuarded(
  testcontainers: Testcontainers,
  runtime: ContainerRuntime,
  image: string,
  describe: (container: GenericContainer) => void,
): Promise<{ readonly container: StartedTestContainer; readonly remove: () => Promise<void> }> {
  const docker = await dockerCommand(runtime);
  let watchdog: Watchdog | undefined;
  class GuardedContainer extends testcontainers.GenericContainer {
    protected override async containerCreated(id: string): Promise<void> {
      if (docker !== undefined) watchdog = new Watchdog(['sh', '-c', REMOVE, 'remove', docker, id]);
    }
  }
  const description = new GuardedContainer(image).withAutoCleanup(docker === undefined);
  describe(description);
  const log = new LogTail();
  description.withLogConsumer((stream) => {
    log.follow(stream);
  });
  try {
    const container = await description.start();
    return {
      container,
      remove: async () => {
        if (watchdog !== undefined) await watchdog.release();
        else await container.stop({ remove: true, removeVolumes: true });
      },
    };
  } catch (error) {
    await watchdog?.release();
    const reason = error instanceof Error ? error.message : String(error);
    throw new LaunchError(`the container of ${image} did not start: ${reason}${log.text()}`, error);
  } finally {
    log.end();
  }
}

/** Path of a docker command that talks to the same engine as Testcontainers does, if there is one. */
async function dockerCommand(runtime: ContainerRuntime): Promise<string | undefined> {
  const docker = await findProgram('docker');
  if (docker === undefined) return undefined;
  const info: unknown = await runtime.container.dockerode.info();
  const engine = typeof info === 'object' && info !== null && 'ID' in info ? info.ID : undefined;
  try {
    const { stdout } = await promisify(execFile)(docker, ['info', '--format', '{{.ID}}']);
    return stdout.trim() === engine ? docker : undefined;
  } catch {
    // A command that cannot tell its engine could not remove the container either.
    return undefined;
  }
}

/** The last lines of a container's output, followed only while it starts: an open stream would keep the process alive. */
class LogTail {
  #lines: string[] = [];
  #stream: Readable | undefined;

  follow(stream: Readable): void {
    this.#stream = stream;
    stream.on('data', (chunk: Buffer | string) => {
      this.#lines = [...this.#lines, ...String(chunk).trimEnd().split('\n')].slice(-LOG_LINES);
    });
  }

  text(): string {
    return this.#lines.length === 0 ? '' : `. Its last lines:\n${this.#lines.join('\n')}`;
  }

  end(): void {
    this.#stream?.destroy();
  }
}
