/** Part of the loop: finds out once a minute how many bytes the state folder has, without keeping the thread. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../time/clock.js';

const LOOK_MS = 60_000;

export class StateSize {
  /** Null before it is known. */
  bytes: number | null = null;
  private looking: Promise<void> | null = null;
  private next = 0;

  constructor(
    private readonly folder: string,
    /** Does not jump. */
    private readonly clock: Clock,
  ) {}

  poll(): void {
    const now = this.clock.now();
    if (now < this.next || this.looking !== null) return;
    this.next = now + LOOK_MS;
    this.looking = this.look().finally(() => {
      this.looking = null;
    });
  }

  async idle(): Promise<void> {
    await this.looking;
  }

  private async look(): Promise<void> {
    this.bytes = await sizeOf(this.folder);
  }
}

/** Files come and go meanwhile: what is not there any more counts nothing. */
async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(none)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += await sizeOf(path);
    else if (entry.isFile()) bytes += (await stat(path).catch(gone)).size;
  }
  return bytes;
}

function none(error: unknown): [] {
  if (isMissing(error)) return [];
  throw error;
}

function gone(error: unknown): { size: 0 } {
  if (isMissing(error)) return { size: 0 };
  throw error;
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
