/** Where an instance keeps its state on disk: one folder for each task, and one that says who it is. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MillraceError } from '../errors/error.js';
import type { TaskId } from '../group/ownership.js';
import type { Logger } from '../observe/logger.js';
import type { StateBackend } from '../store/backend.js';
import { openLevelBackend } from '../store/level/open-level.js';
import { WriteBatch } from '../store/write-batch.js';

const TASK_FOLDER = /^\d+_\d+$/;
const PROCESS = 'process';
const PROCESS_ID = Buffer.from('processId');
const SMALL = 64 * 1024;

/** `<stateDir>/<applicationId>`, with a folder for each task. Kafka Streams: `StateDirectory`. */
export class StateFolder {
  readonly path: string;
  private process: StateBackend | null = null;

  constructor(
    stateDir: string | null,
    private readonly applicationId: string,
    private readonly logger: Logger,
  ) {
    this.path = join(stateDir ?? join(tmpdir(), 'millrace'), applicationId);
  }

  /**
   * Takes the folder for this process; the operating system gives it free when the process ends, however it ends.
   * Returns the id under which the instance is known to its group, the same for as long as the folder is kept.
   * @throws MillraceError STORE_LOCKED, STORE_FAILED
   */
  async lock(): Promise<string> {
    try {
      mkdirSync(this.path, { recursive: true });
    } catch (cause) {
      throw unusable(this.path, cause);
    }
    this.process = await openLevelBackend({
      folder: join(this.path, PROCESS),
      identity: `${this.applicationId} ${PROCESS}`,
      writeBufferBytes: SMALL,
      cacheBytes: SMALL,
      warn: (message) => {
        this.logger.warn(message);
      },
    });
    const known = this.process.getSync(PROCESS_ID);
    const processId = known?.toString() ?? randomUUID();
    // Each time: a folder that could be written to is not taken for the cause when the process is killed again and again.
    const batch = new WriteBatch();
    batch.put(PROCESS_ID, Buffer.from(processId));
    await this.process.write(batch);
    return processId;
  }

  /** Tasks of which there is state on disk. */
  tasks(): TaskId[] {
    try {
      return readdirSync(this.path).filter((name): name is TaskId => TASK_FOLDER.test(name));
    } catch (cause) {
      throw unusable(this.path, cause);
    }
  }

  task(id: string): string {
    return join(this.path, id);
  }

  async unlock(): Promise<void> {
    await this.process?.close();
    this.process = null;
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
