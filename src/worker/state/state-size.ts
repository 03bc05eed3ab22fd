/** Part of the loop: finds out once a minute how many bytes the state folder has, without keeping the thread. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../time/clock.js';
import { RareLook } from './rare-look.js';

export class StateSize extends RareLook {
  /** Null before it is known. */
  bytes: number | null = null;

  /** @param clock does not jump */
  constructor(
    private readonly folder: string,
    clock: Clock,
  ) {
    super(clock);
  }

  protected override async look(): Promise<void> {
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
