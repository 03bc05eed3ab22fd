/** The subscriptions of one foreign key: sorted, and cut into chunks, so that a change touches one of them however many there are. */
import { NO_HEADERS, type Headers } from '../../../record/headers.js';

/** Memory of an empty row, of a chunk and of a subscription that is open, beside keys and values. */
const ROW_BYTES = 200;
const CHUNK_BYTES = 160;
const SUBSCRIPTION_BYTES = 120;
/** Size at which a chunk is cut in two. */
const LARGEST_CHUNK = 4 * 1024;
/** A chunk that grows at its end, as with ascending keys, is cut near the end, so that chunks are well filled. */
const FILLED_PART = 7 / 8;

/** One that was changed since the last seal, or shares a chunk with one that was. Keys and values: one character a byte. */
export class Subscription {
  /** Null: deleted. */
  value: string | null = null;
  timestamp = -1;
  headers: Headers = NO_HEADERS;
  /** The changelog is to be told at the next seal. */
  changed = false;

  constructor(
    readonly row: SubscriptionRow,
    readonly key: string,
  ) {}

  /** Bytes on disk, roughly. */
  get size(): number {
    return this.key.length + (this.value?.length ?? 0) + 12;
  }
}

/** A stretch of the sorted subscriptions: in memory as the bytes on disk, open to be changed, or not at all. */
export class Chunk {
  packed: Buffer | null = null;
  open: Subscription[] | null = null;
  /** Bytes on disk, roughly; kept up to date while open. */
  bytes = 0;
  /** The last epoch that changed it. */
  epoch = 0;
  /** Memory, roughly. */
  size = 0;

  constructor(
    /** No key of it is lower, but for the first chunk of a row. */
    readonly first: string,
    /** Names it on disk; -1: it is the only one, and is kept in the head of the row. */
    public number: number,
  ) {}

  measure(): number {
    const before = this.size;
    this.size = CHUNK_BYTES + this.first.length + (this.packed?.length ?? 0);
    if (this.open !== null) this.size += this.bytes + this.open.length * SUBSCRIPTION_BYTES;
    return this.size - before;
  }
}

export class SubscriptionRow {
  readonly chunks: Chunk[] = [];
  nextNumber = 0;
  /** The last epoch that changed it. */
  epoch = 0;
  /** Chunks that were added or taken away: the head must be written anew. */
  headChanged = false;
  /** Chunks that the epoch changed. */
  dirty: Chunk[] = [];
  /** As `Entry.referenced`. */
  referenced = false;
  /** Memory, roughly. */
  size: number;

  constructor(readonly text: string) {
    this.size = ROW_BYTES + text.length;
  }

  /** The chunk that a key belongs to; undefined when the row is empty. */
  chunkOf(key: string): Chunk | undefined {
    let low = 0;
    let high = this.chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.chunks[middle] as Chunk).first <= key) low = middle + 1;
      else high = middle;
    }
    return this.chunks[Math.max(0, low - 1)];
  }

  /** Cuts a chunk in two if it has grown too large; returns the new one. */
  split(chunk: Chunk, key: string): Chunk | null {
    const { open } = chunk;
    if (open === null || chunk.bytes <= LARGEST_CHUNK || open.length < 2) return null;
    const atEnd = (open[open.length - 1] as Subscription).key === key;
    const at = Math.max(1, Math.floor(open.length * (atEnd ? FILLED_PART : 1 / 2)));
    const moved = open.splice(at);
    if (chunk.number < 0) chunk.number = this.newNumber();
    const added = new Chunk((moved[0] as Subscription).key, this.newNumber());
    added.open = moved;
    added.bytes = moved.reduce((sum, one) => sum + one.size, 0);
    chunk.bytes -= added.bytes;
    this.chunks.splice(this.chunks.indexOf(chunk) + 1, 0, added);
    this.headChanged = true;
    return added;
  }

  private newNumber(): number {
    this.nextNumber += 1;
    return this.nextNumber - 1;
  }
}

/** Index of the first subscription with a key that is not below `key`. */
export function firstNotBelow(open: readonly Subscription[], key: string): number {
  let low = 0;
  let high = open.length;
  const last = open[high - 1];
  if (last !== undefined && last.key < key) return high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((open[middle] as Subscription).key < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
