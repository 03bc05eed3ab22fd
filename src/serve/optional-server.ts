/** The server as an option of the application: its packages are loaded only where it is asked for. */
import { MillraceError } from '../errors/error.js';
import { reasonOf } from '../errors/shown-value.js';
import type { Logger } from '../observe/logger.js';
import type { ServerOptions } from './options.js';
import type { RunningServer } from './server.js';
import type { ServedApplication } from './served.js';

interface Wanted {
  readonly server: ServerOptions | null;
  readonly logger: Logger;
}

export class OptionalServer {
  private running: RunningServer | null = null;
  private closed = false;

  constructor(
    private readonly streams: ServedApplication,
    private readonly wanted: Wanted,
  ) {}

  get url(): string | null {
    return this.running?.url ?? null;
  }

  /** `host:port` as others would reach it; null where that cannot be told: no server, or one that listens at all addresses. */
  get address(): string | null {
    const { host } = this.wanted.server ?? {};
    if (this.running === null || host === '0.0.0.0' || host === '::') return null;
    // The port must be there, where it is the one that a browser leaves out, too.
    return `${new URL(this.running.url).hostname}:${String(this.running.port)}`;
  }

  /** Does nothing where no server is wanted. @throws MillraceError SERVER_FAILED */
  async open(): Promise<void> {
    const { server, logger } = this.wanted;
    if (server === null) return;
    const { serve } = await loadServer();
    const running = await serve(this.streams, server, logger);
    this.running = running;
    logger.info('the server listens', { url: running.url });
    // The application may have been closed meanwhile.
    if (this.closed) this.close();
  }

  /** Ends what is open at once: nobody waits for it. */
  close(): void {
    this.closed = true;
    void this.running?.close();
  }
}

async function loadServer(): Promise<typeof import('./server.js')> {
  try {
    return await import('./server.js');
  } catch (cause) {
    throw new MillraceError(
      'SERVER_FAILED',
      `the option server needs the packages hono and @hono/node-server (npm install hono @hono/node-server): ${reasonOf(cause)}`,
      { option: 'server', cause },
    );
  }
}
