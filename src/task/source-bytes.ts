/** The bytes of the record that a task is at, as they were read: looked for when something went wrong, so that no record costs anything. */
import type { RawRecord } from '../record/raw-record.js';
import type { RecordView } from '../record/record-context.js';
import type { PartitionQueue } from '../source/partition-queue.js';

interface Position {
  readonly topic: string | null;
  readonly partition: number;
  readonly offset: number;
}

export class SourceBytes {
  /** Of a record that its queue has left behind: it is not finished, or an asynchronous function has worked on it. */
  private kept: { readonly position: Position; readonly bytes: RawRecord } | null = null;

  constructor(
    private readonly queueOf: (topic: string, partition: number) => PartitionQueue | undefined,
    /** Somebody may ask for them. */
    readonly wanted: boolean,
  ) {}

  /** Null where they are not known any more. */
  of(record: RecordView): RawRecord | null {
    const { kept } = this;
    if (kept !== null && isAt(kept.position, record)) return kept.bytes;
    const { topic, partition, offset } = record;
    return topic === null ? null : (this.queueOf(topic, partition)?.rawHead(offset) ?? null);
  }

  /** The value of a record whose value was left unread; null where it cannot be decoded, or its bytes are not known any more. */
  unreadValue({ topic, partition, headers }: RecordView, bytes: RawRecord | null): unknown {
    const queue = topic === null ? undefined : this.queueOf(topic, partition);
    return bytes === null ? null : (queue?.source.unreadValue(bytes.value, headers) ?? null);
  }

  /** Name of the operator that read it. */
  sourceOf({ topic, partition }: RecordView): string | null {
    return topic === null ? null : (this.queueOf(topic, partition)?.source.node ?? null);
  }

  /** Keeps the bytes of this record until those of another one are kept: its queue is about to move on. */
  keep(record: RecordView, bytes = this.wanted ? this.of(record) : null): void {
    const { topic, partition, offset } = record;
    if (bytes !== null) this.kept = { position: { topic, partition, offset }, bytes };
  }
}

function isAt(position: Position, { topic, partition, offset }: RecordView): boolean {
  return position.offset === offset && position.partition === partition && position.topic === topic;
}
