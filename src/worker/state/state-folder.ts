/** Where an instance keeps its state on disk: one folder for each task, and one that says who it is. */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MillraceError } from '../../errors/error.js';
import type { TaskId } from '../../group/ownership.js';
import type { Logger } from '../../observe/logger.js';
import type { StateBackend } from '../../store/backend.js';
import { openLevelBackend } from '../../store/level/open-level.js';
import type { StoreFolders } from '../../store/store-home.js';
import { WriteBatch } from '../../store/write-batch.js';

const TASK_FOLDER = /^\d+_\d+$/;
const PROCESS = 'process';
const ENGINES = 'engines';
const STORES = 'stores';
const PROCESS_ID = Buffer.from('processId');
const SMALL = 64 * 1024;
/** How long another process that has the folder is waited for, and how long between two tries. */
const WAIT_MS = 5_000;
const TRY_AGAIN_MS = 100;

/** `<stateDir>/<applicationId>`, with a folder for each task. Kafka Streams: `StateDirectory`. */
export class StateFolder {
  readonly path: string;
  private process: StateBackend | null = null;

  constructor(
    stateDir: string | null,
    private readonly applicationId: string,
    private readonly logger: Logger,
    private readonly waitMs = WAIT_MS,
  ) {
    this.path = join(stateDir ?? join(tmpdir(), 'millrace'), applicationId);
  }

  /**
   * Takes the folder for this process; the operating system gives it free when the process ends, however it ends.
   * Returns the id under which the instance is known to its group, the same for as long as the folder is kept.
   * @throws MillraceError STORE_LOCKED when another process still has it after 5 s, STORE_FAILED
   */
  async lock(): Promise<string> {
    this.make(this.path);
    this.process = await this.whenFree(() =>
      openLevelBackend({
        folder: join(this.path, PROCESS),
        identity: `${this.applicationId} ${PROCESS}`,
        writeBufferBytes: SMALL,
        cacheBytes: SMALL,
        warn: (message) => {
          this.logger.warn(message);
        },
      }),
    );
    // Of a process that did not end by itself.
    this.remove(join(this.path, STORES));
    const known = this.process.getSync(PROCESS_ID);
    const processId = known?.toString() ?? randomUUID();
    // Each time: a folder that could be written to is not taken for the cause when the process is killed again and again.
    const batch = new WriteBatch();
    batch.put(PROCESS_ID, Buffer.from(processId));
    await this.process.write(batch);
    return processId;
  }

  /**
   * Process managers (pm2, cluster, systemd) start the next process while the one before it is still closing: it is given some
   * seconds. One of this very process is not waited for, it would hardly end meanwhile.
   */
  private async whenFree(open: () => Promise<StateBackend>): Promise<StateBackend> {
    const end = performance.now() + this.waitMs;
    for (let told = false; ; told = true) {
      try {
        return await open();
      } catch (error) {
        const mayEnd = MillraceError.is(error) && error.code === 'STORE_LOCKED' && error.cause !== undefined;
        if (!mayEnd || performance.now() >= end) throw error;
        if (!told) {
          const seconds = Math.ceil(this.waitMs / 1000);
          this.logger.warn(`${error.message}. This instance waits for it, for up to ${String(seconds)} s`);
        }
      }
      await sleep(TRY_AGAIN_MS);
    }
  }

  /** Tasks of which there is state on disk. */
  tasks(): TaskId[] {
    const own = join(this.path, ENGINES);
    try {
      const engines = existsSync(own) ? readdirSync(own).map((engine) => join(own, engine)) : [];
      const names = [this.path, ...engines].flatMap((folder) => readdirSync(folder));
      return [...new Set(names)].filter((name): name is TaskId => TASK_FOLDER.test(name));
    } catch (cause) {
      throw unusable(this.path, cause);
    }
  }

  /** Where an engine of the user's own may keep what is a task's. */
  engine(name: string, id: string): string {
    return join(this.path, ENGINES, name, id);
  }

  /** Where stores of the user's own making may keep what they like, for as long as they are open. */
  stores(id: string): StoreFolders {
    const pathOf = (store: string): string => join(this.path, STORES, id, store);
    return {
      make: (store) => {
        const path = pathOf(store);
        this.remove(path);
        this.make(path);
        return path;
      },
      remove: (store) => {
        this.remove(pathOf(store));
      },
    };
  }

  task(id: string): string {
    return join(this.path, id);
  }

  async unlock(): Promise<void> {
    await this.process?.close();
    this.process = null;
  }

  private make(folder: string): void {
    try {
      mkdirSync(folder, { recursive: true });
    } catch (cause) {
      throw unusable(this.path, cause);
    }
  }

  private remove(folder: string): void {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch (cause) {
      throw unusable(this.path, cause);
    }
  }
}

function unusable(path: string, cause: unknown): MillraceError {
  return new MillraceError(
    'STORE_FAILED',
    `the state folder ${path} cannot be used: ${String(cause)}; check stateDir`,
    {
      option: 'stateDir',
      cause,
    },
  );
}
