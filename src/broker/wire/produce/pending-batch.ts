/** A batch on its way: closed for appends, and kept with its bytes until the broker has it for certain. */
import { stampProducer, type BatchBuilder, type SealedBatch } from '../batch/batch-builder.js';
import { MAX_TIMESTAMP, RECORDS, readInt64 } from '../batch/batch-header.js';
import type { CompressionCodec } from '../compression/codec.js';
import type { FlushPoint } from './flush-point.js';
import type { ProducerIdentity } from './init-producer-id.js';
import type { QueueOwner } from './queue-owner.js';

const NOT_SEALED = Buffer.alloc(0);

/** Records of one batch that follow each other and have one writer. */
export interface RecordRun {
  readonly writer: QueueOwner | null;
  /** Number of the first one in the batch. */
  readonly from: number;
}

export class PendingBatch {
  count: number;
  /** What it counts for in the producer's memory: its records before compression. */
  heldBytes: number;
  /** Who wrote what; never empty. */
  runs: readonly RecordRun[];
  /** When its first record was appended, on the delivery clock. */
  readonly createdAt: number;
  /** As it goes to the broker; empty before `seal`. */
  bytes: Buffer = NOT_SEALED;
  /** The buffer that `bytes` is a part of. */
  storage: Buffer = NOT_SEALED;
  /** The first sequence and whose it is, once stamped. */
  baseSequence = -1;
  identity: ProducerIdentity | null = null;
  written = false;
  /** It is written, and so is everything before it. */
  acknowledged = false;
  /** The topic takes no batch of this size. */
  tooLarge = false;
  /** The broker does not take one of its records. */
  refused = false;
  /** Of a single record that was refused: it was decided that it is not to be written. */
  leftOut = false;
  /** Its record is there in the place of one that was refused. */
  instead = false;
  /** It was sent at least once without an answer. */
  unsure = false;
  /** The broker said that it had this batch already, but not where. */
  repeated = false;
  /** Offset of its last record once it is written. */
  lastOffset = -1;
  /** Flushes that end with this batch. */
  readonly flushPoints: FlushPoint[] = [];
  private builder: BatchBuilder | null;

  constructor(builder: BatchBuilder, createdAt: number, runs: readonly RecordRun[]) {
    this.builder = builder;
    this.runs = runs;
    this.count = builder.count;
    this.heldBytes = builder.size - RECORDS;
    this.createdAt = createdAt;
  }

  /** Compresses, as late as possible: the codec may have to be loaded first. */
  seal(codec: CompressionCodec | null, codecNumber: number): void {
    if (this.builder === null) return;
    const { bytes, storage } = this.builder.seal(codec, codecNumber);
    this.builder = null;
    this.bytes = bytes;
    this.storage = storage;
  }

  /** Its bytes with the records as they were appended; `codec` is the one it was sealed with. */
  unsealed(codec: CompressionCodec | null): SealedBatch {
    if (this.builder !== null) return this.builder.seal(null, 0);
    const { bytes, storage } = this;
    if (codec === null) return { bytes, storage };
    const opened = Buffer.concat([bytes.subarray(0, RECORDS), codec.decompress(bytes.subarray(RECORDS))]);
    return { bytes: opened, storage };
  }

  /** Takes other records in place of its own; it must be sealed and stamped anew. */
  replace(builder: BatchBuilder, runs: readonly RecordRun[]): void {
    this.builder = builder;
    this.runs = runs;
    this.count = builder.count;
    this.heldBytes = builder.size - RECORDS;
    this.bytes = NOT_SEALED;
    this.storage = NOT_SEALED;
    this.identity = null;
    this.baseSequence = -1;
  }

  /** Gives it its place in the producer's sequence; from then on it is always sent with these bytes. */
  stamp(identity: ProducerIdentity, baseSequence: number, transactional: boolean): void {
    this.identity = identity;
    this.baseSequence = baseSequence;
    this.unsure = false;
    stampProducer(this.bytes, identity.producerId, identity.epoch, baseSequence, transactional);
  }

  /** To look for it in the log: not later than its latest record, and a safe number. */
  get maxTimestamp(): number {
    return Math.min(readInt64(this.bytes, MAX_TIMESTAMP), Number.MAX_SAFE_INTEGER);
  }

  /** Takes the offset of its first record, from whoever told it. */
  writtenAt(baseOffset: number): void {
    this.written = true;
    this.lastOffset = baseOffset + this.count - 1;
  }
}
