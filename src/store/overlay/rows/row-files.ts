/** Rows on disk: mostly one entry a row; a row that has grown large is cut into chunks, so that only changed ones are written. */
import type { WriteBatch } from '../../write-batch.js';
import { RowBytesReader, RowBytesWriter } from '../bytes/row-bytes.js';
import type { KeyCodec } from '../bytes/key-codec.js';
import { PREFIX_BYTES, type StoreSite } from '../epoch/store-site.js';
import type { ValueCodec } from '../bytes/value-codec.js';

/** First byte of a row's head: the slots follow, or the number of chunks that hold them. */
const INLINE = 0;
const CHUNKED = 1;
/** Bytes at which a row is cut, and at which the next chunk begins. */
const CHUNK_BYTES = 8 * 1024;

/** One entry of a row, as far as its way to disk goes. */
export interface FiledSlot {
  /** As the store's value codec holds it; null for none. */
  value: unknown;
  readonly epoch: number;
  /** Part of the row that it was last written with, -1: none yet. */
  chunk: number;
  resize(valueSize: number): number;
}

/** The entries of one key in one stretch of time. */
export interface FiledRow<S extends FiledSlot> {
  readonly text: string;
  readonly id: number;
  readonly slots: S[];
  chunks: number;
  lastChunkBytes: number;
  thinned: Set<number> | null;
}

/** How the slots of a kind of store are told apart: what stands in front of their values. */
export interface SlotFormat<S extends FiledSlot, R extends FiledRow<S>> {
  /** A slot without a value says something and is kept: a deletion in a history. */
  readonly deletions: boolean;
  /** `rowStart`: first time of the row. */
  write(slot: S, rowStart: number, writer: RowBytesWriter): void;
  read(row: R, rowStart: number, reader: RowBytesReader): S;
  compare(left: S, right: S): number;
}

export class RowFiles<S extends FiledSlot, R extends FiledRow<S>> {
  private readonly writer = new RowBytesWriter();

  constructor(
    private readonly site: StoreSite,
    private readonly keys: KeyCodec,
    private readonly values: ValueCodec,
    /** Times in a row are written as distances from its start. */
    private readonly geometry: { rowStart(row: number): number },
    private readonly format: SlotFormat<S, R>,
  ) {}

  /** Fills an empty row from disk; false when there is nothing. */
  read(row: R): boolean {
    const head = this.site.backend.getSync(this.headKey(row));
    if (head === undefined) return false;
    this.readHead(row, head);
    return true;
  }

  /** Fills an empty row whose head is known. */
  readHead(row: R, head: Buffer): void {
    const reader = new RowBytesReader(head, 1);
    if (head[0] === INLINE) {
      this.readSlots(row, reader, -1);
      return;
    }
    row.chunks = reader.varint();
    for (let chunk = 0; chunk < row.chunks; chunk += 1) {
      const bytes = this.site.backend.getSync(this.chunkKey(row, chunk));
      if (bytes === undefined) continue;
      this.readSlots(row, new RowBytesReader(bytes, 0), chunk);
      row.lastChunkBytes = chunk === row.chunks - 1 ? bytes.length : 0;
    }
    row.slots.sort((left, right) => this.format.compare(left, right));
  }

  /** Writes what was changed in a row after an epoch. */
  write(row: R, after: number, batch: WriteBatch): void {
    if (row.chunks === 0) {
      this.writer.clear();
      this.writer.byte(INLINE);
      for (const slot of row.slots) this.writeSlot(slot, row);
      if (this.writer.length === 1) {
        batch.delete(this.headKey(row));
        return;
      }
      if (this.writer.length <= CHUNK_BYTES || row.slots.length === 1) {
        batch.put(this.headKey(row), this.writer.take());
        return;
      }
    }
    this.writeChunks(row, after, batch);
  }

  headKey(row: Pick<R, 'text' | 'id'>): Buffer {
    const key = this.keys.bytes(row.text, PREFIX_BYTES + 8, 0);
    key.writeUInt32BE(this.site.prefix, 0);
    writeRowId(key, row.id);
    return key;
  }

  /** Where the heads of a row number begin (and those of the one before end). */
  rowKey(id: number, ofChunks: boolean): Buffer {
    const key = Buffer.allocUnsafe(PREFIX_BYTES + 8);
    key.writeUInt32BE(this.site.prefix + (ofChunks ? 1 : 0), 0);
    writeRowId(key, id);
    return key;
  }

  private writeChunks(row: R, after: number, batch: WriteBatch): void {
    const changed = new Set<number>();
    const before = row.chunks;
    for (const slot of row.slots) {
      if (slot.chunk >= 0) {
        if (slot.epoch > after) changed.add(slot.chunk);
        continue;
      }
      if (row.chunks === 0 || row.lastChunkBytes >= CHUNK_BYTES) {
        row.chunks += 1;
        row.lastChunkBytes = 0;
      }
      slot.chunk = row.chunks - 1;
      changed.add(slot.chunk);
      this.writer.clear();
      this.writeSlot(slot, row);
      row.lastChunkBytes += this.writer.length;
    }
    if (row.thinned !== null) for (const chunk of row.thinned) changed.add(chunk);
    row.thinned = null;
    for (const chunk of changed) this.writeChunk(row, chunk, batch);
    if (row.chunks !== before) {
      this.writer.clear();
      this.writer.byte(CHUNKED);
      this.writer.varint(row.chunks);
      batch.put(this.headKey(row), this.writer.take());
    }
  }

  private writeChunk(row: R, chunk: number, batch: WriteBatch): void {
    this.writer.clear();
    for (const slot of row.slots) if (slot.chunk === chunk) this.writeSlot(slot, row);
    if (this.writer.length === 0) batch.delete(this.chunkKey(row, chunk));
    else batch.put(this.chunkKey(row, chunk), this.writer.take());
  }

  private chunkKey(row: R, chunk: number): Buffer {
    const key = this.keys.bytes(row.text, PREFIX_BYTES + 8, 4);
    key.writeUInt32BE(this.site.prefix + 1, 0);
    writeRowId(key, row.id);
    key.writeUInt32BE(chunk, key.length - 4);
    return key;
  }

  private writeSlot(slot: S, row: R): void {
    const { deletions } = this.format;
    if (slot.value === null && !deletions) return;
    this.format.write(slot, this.geometry.rowStart(row.id), this.writer);
    if (slot.value === null) {
      this.writer.varint(0);
      return;
    }
    const more = deletions ? 1 : 0;
    if (this.values.textual) {
      this.writer.text(slot.value as string, more);
      return;
    }
    const value = this.values.encode(slot.value, 0);
    this.writer.varint(value.length + more);
    this.writer.bytes(value);
  }

  private readSlots(row: R, reader: RowBytesReader, chunk: number): void {
    const base = this.geometry.rowStart(row.id);
    while (!reader.done) {
      const slot = this.format.read(row, base, reader);
      const length = reader.varint() - (this.format.deletions ? 1 : 0);
      if (length >= 0) {
        slot.value = this.values.decode(reader.buffer, reader.at, reader.at + length);
        if (typeof slot.value !== 'number') slot.resize(this.values.size(slot.value));
        reader.at += length;
      }
      slot.chunk = chunk;
      row.slots.push(slot);
    }
  }
}

function writeRowId(key: Buffer, id: number): void {
  key.writeUInt32BE(Math.floor(id / 0x1_0000_0000), PREFIX_BYTES);
  key.writeUInt32BE(id >>> 0, PREFIX_BYTES + 4);
}
