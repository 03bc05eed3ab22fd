/** Which stores a backend holds, under which prefix, in which shape, and how far each has got. */
import type { StateBackend } from '../../backend.js';
import type { WriteBatch } from '../../write-batch.js';
import { readInt64, writeInt64 } from '../bytes/int64.js';
import { NO_PROGRESS, PREFIX_BYTES, type StoreProgress } from './store-site.js';

/** A store as the catalog lists it. */
export interface ListedStore {
  readonly name: string;
  readonly prefix: number;
  readonly shape: string;
  /** Null where it was never finished. */
  readonly progress: StoreProgress | null;
  readonly topicId: string | null;
}

/** Keys with prefix 0 are ours; stores begin at 2, two numbers each. */
const CATALOG_KEY = Buffer.from('\0\0\0\0catalog', 'latin1');
const MARK_KEY = Buffer.from('\0\0\0\0mark', 'latin1');
const PROGRESS_KEY = '\0\0\0\0progress:';
const FIRST_PREFIX = 2;
const PROGRESS_BYTES = 8 + 8 + 8 + 4 + 8;

interface Contents {
  /** Next prefix to give. */
  next: number;
  readonly stores: Record<string, { prefix: number; shape: string; topicId?: string | null }>;
  /** Prefixes whose entries are still to be removed. */
  garbage: number[];
}

export class Catalog {
  private readonly contents: Contents;
  private changed = false;
  /** Stores whose progress on disk is not theirs any more. */
  private readonly withoutProgress = new Set<string>();

  constructor(private readonly backend: StateBackend) {
    const bytes = backend.getSync(CATALOG_KEY);
    this.contents =
      bytes === undefined
        ? { next: FIRST_PREFIX, stores: {}, garbage: [] }
        : (JSON.parse(bytes.toString('utf8')) as Contents);
  }

  /**
   * Finds a store or makes a place for it. What is there in another shape, or was never finished, is given up.
   * @param warn is told why something that was there is not used
   */
  open(name: string, shape: string, warn: (reason: string) => void): { prefix: number; progress: StoreProgress } {
    const found = this.contents.stores[name];
    const bytes = this.backend.getSync(progressKey(name));
    if (found !== undefined && found.shape === shape && bytes?.length === PROGRESS_BYTES) {
      return { prefix: found.prefix, progress: readProgress(bytes) };
    }
    if (found !== undefined && found.shape !== shape) {
      warn(`it is kept as ${found.shape} in ${this.backend.location}, and the topology now wants ${shape}`);
    }
    return { prefix: this.renew(name, shape), progress: { ...NO_PROGRESS } };
  }

  /** All stores that there are. */
  listed(): readonly ListedStore[] {
    return Object.entries(this.contents.stores).map(([name, { prefix, shape, topicId }]) => {
      const bytes = this.backend.getSync(progressKey(name));
      const progress = bytes?.length === PROGRESS_BYTES ? readProgress(bytes) : null;
      return { name, prefix, shape, progress, topicId: topicId ?? null };
    });
  }

  /** Id of the changelog topic that a store's progress belongs to; null while unknown. */
  topicId(name: string): string | null {
    return this.contents.stores[name]?.topicId ?? null;
  }

  noteTopicId(name: string, topicId: string | null): void {
    const store = this.contents.stores[name];
    if (store === undefined || (store.topicId ?? null) === topicId) return;
    store.topicId = topicId;
    this.changed = true;
  }

  /** Gives a store a new, empty place; the old one is removed after the next batch. */
  renew(name: string, shape: string): number {
    this.forget(name);
    const prefix = this.contents.next;
    this.contents.next += 2;
    this.contents.stores[name] = { prefix, shape };
    return prefix;
  }

  /** Gives up what is there of stores that are not in the topology any more; returns their names. */
  keepOnly(names: ReadonlySet<string>): string[] {
    const gone = Object.keys(this.contents.stores).filter((name) => !names.has(name));
    for (const name of gone) this.forget(name);
    return gone;
  }

  /** Adds what the catalog itself has to say to a batch that is about to be written; `addProgress` comes after it. */
  addTo(batch: WriteBatch): void {
    for (const prefix of this.contents.garbage) batch.deleteRange(prefixKey(prefix), prefixKey(prefix + 2));
    for (const name of this.withoutProgress) batch.delete(progressKey(name));
    if (this.changed) batch.put(CATALOG_KEY, Buffer.from(JSON.stringify(this.contents)));
  }

  /** The mark that was last written. */
  get mark(): string {
    return this.backend.getSync(MARK_KEY)?.toString('utf8') ?? '';
  }

  addMark(mark: string, batch: WriteBatch): void {
    batch.put(MARK_KEY, Buffer.from(mark, 'utf8'));
  }

  addProgress(name: string, progress: StoreProgress, batch: WriteBatch): void {
    const bytes = Buffer.allocUnsafe(PROGRESS_BYTES);
    writeInt64(bytes, progress.offset, 0);
    writeInt64(bytes, progress.streamTime, 8);
    writeInt64(bytes, progress.highestRow, 16);
    bytes.writeInt32BE(progress.sequence, 24);
    writeInt64(bytes, progress.longest, 28);
    batch.put(progressKey(name), bytes);
  }

  /** The batch is safe. The garbage goes from the list with the next one, which a backend begins after it has removed it. */
  written(): void {
    this.withoutProgress.clear();
    this.changed = this.contents.garbage.length > 0;
    this.contents.garbage = [];
  }

  private forget(name: string): void {
    const found = this.contents.stores[name];
    this.changed = true;
    this.withoutProgress.add(name);
    if (found === undefined) return;
    this.contents.garbage.push(found.prefix);
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a record from JSON
    delete this.contents.stores[name];
  }
}

function prefixKey(prefix: number): Buffer {
  const key = Buffer.allocUnsafe(PREFIX_BYTES);
  key.writeUInt32BE(prefix, 0);
  return key;
}

function progressKey(name: string): Buffer {
  return Buffer.from(PROGRESS_KEY + name, 'utf8');
}

function readProgress(bytes: Buffer): StoreProgress {
  return {
    offset: readInt64(bytes, 0),
    streamTime: readInt64(bytes, 8),
    highestRow: readInt64(bytes, 16),
    sequence: bytes.readInt32BE(24),
    longest: readInt64(bytes, 28),
  };
}
