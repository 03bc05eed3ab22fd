/** Rows of subscriptions on disk: a head with the subscriptions themselves, or with a list of the chunks that hold them. */
import { MillraceError } from '../../../errors/error.js';
import type { WriteBatch } from '../../write-batch.js';
import { RowBytesReader, RowBytesWriter } from '../bytes/row-bytes.js';
import { PREFIX_BYTES, type StoreSite } from '../epoch/store-site.js';
import { Chunk, Subscription, type SubscriptionRow } from './subscription-row.js';

/** First byte of a head: the subscriptions follow, or the chunks. */
const INLINE = 0;
const CHUNKED = 1;

export class SubscriptionFiles {
  private readonly writer = new RowBytesWriter();

  constructor(private readonly site: StoreSite) {}

  /** Fills an empty row from disk, without its chunks. */
  readHead(row: SubscriptionRow): void {
    const head = this.site.backend.getSync(this.headKey(row.text));
    if (head === undefined) return;
    if (head[0] === INLINE) {
      const chunk = new Chunk('', -1);
      chunk.packed = head.subarray(1);
      row.chunks.push(chunk);
      return;
    }
    const reader = new RowBytesReader(head, 1);
    row.nextNumber = reader.varint();
    while (!reader.done) {
      const number = reader.varint();
      row.chunks.push(new Chunk(readText(reader), number));
    }
  }

  /** The bytes of a chunk that is not in memory. */
  readChunk(row: SubscriptionRow, chunk: Chunk): Buffer {
    const bytes = this.site.backend.getSync(this.chunkKey(row.text, chunk.number));
    if (bytes !== undefined) return bytes;
    throw new MillraceError(
      'STORE_CORRUPT',
      `store ${this.site.opening.spec.name} in ${this.site.backend.location} lacks part ${String(chunk.number)} of the subscriptions of a foreign key`,
      { store: this.site.opening.spec.name },
    );
  }

  /** Writes what an epoch changed in a row; chunks that have become empty go. */
  write(row: SubscriptionRow, batch: WriteBatch): void {
    for (const chunk of row.dirty) {
      chunk.packed = this.pack(chunk);
      chunk.open = null;
      chunk.bytes = chunk.packed.length;
      if (chunk.packed.length === 0) {
        row.chunks.splice(row.chunks.indexOf(chunk), 1);
        row.headChanged = true;
        if (chunk.number >= 0) batch.delete(this.chunkKey(row.text, chunk.number));
      } else if (chunk.number >= 0) batch.put(this.chunkKey(row.text, chunk.number), chunk.packed);
    }
    const first = row.chunks[0];
    if (first === undefined) batch.delete(this.headKey(row.text));
    else if (first.number < 0) {
      batch.put(this.headKey(row.text), Buffer.concat([Buffer.of(INLINE), first.packed as Buffer]));
    } else if (row.headChanged) batch.put(this.headKey(row.text), this.packHead(row));
    row.headChanged = false;
    row.dirty = [];
  }

  /** Where the heads of the store begin, and where they end. */
  headRange(): { gte: Buffer; lt: Buffer; reverse: boolean } {
    return { gte: this.headKey(''), lt: this.chunkKey('', 0).subarray(0, PREFIX_BYTES), reverse: false };
  }

  private headKey(text: string): Buffer {
    const key = Buffer.allocUnsafe(PREFIX_BYTES + text.length);
    key.writeUInt32BE(this.site.prefix, 0);
    key.write(text, PREFIX_BYTES, 'latin1');
    return key;
  }

  private chunkKey(text: string, number: number): Buffer {
    const key = Buffer.allocUnsafe(PREFIX_BYTES + text.length + 4);
    key.writeUInt32BE(this.site.prefix + 1, 0);
    key.write(text, PREFIX_BYTES, 'latin1');
    key.writeUInt32BE(number, key.length - 4);
    return key;
  }

  private packHead(row: SubscriptionRow): Buffer {
    const { writer } = this;
    writer.clear();
    writer.byte(CHUNKED);
    writer.varint(row.nextNumber);
    for (const { number, first } of row.chunks) {
      writer.varint(number);
      this.writeText(first);
    }
    return writer.take();
  }

  private pack(chunk: Chunk): Buffer {
    const { writer } = this;
    writer.clear();
    for (const one of chunk.open ?? []) {
      if (one.value === null) continue;
      this.writeText(one.key);
      writer.signed(one.timestamp);
      this.writeText(one.value);
    }
    return writer.take();
  }

  private writeText(text: string): void {
    this.writer.varint(text.length);
    this.writer.bytes(Buffer.from(text, 'latin1'));
  }
}

/** The subscriptions of a chunk, to be changed. */
export function unpack(packed: Buffer, row: SubscriptionRow): Subscription[] {
  const open: Subscription[] = [];
  const reader = new RowBytesReader(packed, 0);
  while (!reader.done) {
    const one = new Subscription(row, readText(reader));
    one.timestamp = reader.signed();
    one.value = readText(reader);
    open.push(one);
  }
  return open;
}

/** Walks over the subscriptions of a chunk where they lie. */
export function visitPacked(
  packed: Buffer,
  visitor: (primaryKey: Buffer, value: Buffer, timestamp: number) => void,
): void {
  const reader = new RowBytesReader(packed, 0);
  while (!reader.done) {
    const key = readBytes(reader);
    const timestamp = reader.signed();
    visitor(key, readBytes(reader), timestamp);
  }
}

function readBytes(reader: RowBytesReader): Buffer {
  const length = reader.varint();
  reader.at += length;
  return reader.buffer.subarray(reader.at - length, reader.at);
}

function readText(reader: RowBytesReader): string {
  const length = reader.varint();
  reader.at += length;
  return reader.buffer.toString('latin1', reader.at - length, reader.at);
}
