/** A note in a state folder of how it is used: whether it was closed, and how often the process ended before it could be. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endsOf, type Ends } from './check-folder.js';

const FILE = 'millrace-use.json';
/** Ends of the process in a row, with nothing written in between, after which the folder itself is taken for the cause. */
const LAST_STRAW = 2;

interface Note {
  /** While open: how often the process has ended since something was written. */
  readonly ends?: number;
  /** When closed: what was there. */
  readonly closed?: Ends;
}

/**
 * LevelDB may end the whole process over damaged files, which nothing can catch; a process may also be killed at any time. A
 * folder in which the process ended while it was open, and once more before anything could be written, is not opened a third
 * time.
 */
export class FolderUse {
  private constructor(
    private readonly folder: string,
    /** How the folder was left; null: it was not closed, or nobody noted it. */
    readonly closed: Ends | null,
    private ends: number,
  ) {}

  static async of(folder: string): Promise<FolderUse> {
    const { closed, ends } = await read(folder);
    return new FolderUse(folder, closed ?? null, ends === undefined ? 0 : ends + 1);
  }

  /** Whether the note says that the last one who used the folder has closed it. */
  static async isClosed(folder: string): Promise<boolean> {
    return (await read(folder)).closed !== undefined;
  }

  static ofFresh(folder: string): FolderUse {
    return new FolderUse(folder, null, 0);
  }

  get endsTheProcess(): boolean {
    return this.ends >= LAST_STRAW;
  }

  /** The process ended the last time, and it is not known yet whether the folder was the cause. */
  get inDoubt(): boolean {
    return this.ends > 0;
  }

  /** LevelDB is about to open the folder. */
  async begin(): Promise<void> {
    await this.write({ ends: this.ends });
  }

  /** The folder can be written to: what ended the process was something else. */
  async trust(): Promise<void> {
    this.ends = 0;
    await this.begin();
  }

  /** LevelDB has closed the folder. */
  async end(): Promise<void> {
    const closed = await endsOf(this.folder);
    await this.write(closed === null ? {} : { closed });
  }

  private async write(note: Note): Promise<void> {
    await writeFile(join(this.folder, FILE), JSON.stringify(note));
  }
}

async function read(folder: string): Promise<Note> {
  try {
    const note = JSON.parse(await readFile(join(folder, FILE), 'utf8')) as Note | null;
    return note ?? {};
  } catch (error) {
    // Not there, cut off or damaged: what it said is not known, and the files speak for themselves.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
