/** A client of changelogs in memory, whose fetches a test may cut small, hold back or fail. */
import { MemoryCursor, type MemoryRecord } from '../../../src/broker/memory/memory-log.js';
import type {
  Admin,
  BrokerClient,
  FetchedRecords,
  PartitionOffset,
  PartitionReader,
  ReaderEvent,
  ReaderOptions,
  TopicPartition,
} from '../../../src/broker/port.js';

export class ChangelogClients {
  /** Records that one fetch brings. */
  fetchRecords = 100;
  /** Nothing is answered: as brokers that are away. */
  silent = false;
  /** Offset before which the log has been deleted. */
  first = 0;
  /** Beyond the records: control records, or compacted ones. */
  end = 0;
  partitions = 1;
  open = 0;
  readonly isolations: ReaderOptions['isolation'][] = [];
  /** Where each stretch began. */
  readonly assigned: number[] = [];
  readonly events: ReaderEvent[] = [];
  /** Called before records are given. */
  beforeFetch: () => void = () => undefined;

  private readonly waiting: (() => void)[] = [];

  constructor(private readonly recordsOf: (place: TopicPartition) => readonly MemoryRecord[]) {}

  connect(): BrokerClient {
    this.open += 1;
    const close = (): Promise<void> => {
      this.open -= 1;
      return Promise.resolve();
    };
    return {
      admin: () => this.admin(),
      reader: (options: ReaderOptions) => this.reader(options),
      close,
    } as BrokerClient;
  }

  endOf(place: TopicPartition): number {
    return Math.max(this.end, (this.recordsOf(place).at(-1)?.offset ?? -1) + 1);
  }

  /** The end of the silence. */
  speak(): void {
    this.silent = false;
    for (const heard of this.waiting.splice(0)) heard();
  }

  private get isSilent(): boolean {
    return this.silent;
  }

  private admin(): Admin {
    const answered = async <T>(answer: T): Promise<T> => {
      if (this.silent) await new Promise<void>((heard) => this.waiting.push(heard));
      return answer;
    };
    return {
      describeTopics: ([topic]: readonly string[]) => answered([{ topic, partitions: this.partitions }]),
      listOffsets: (places: readonly TopicPartition[], at: 'earliest' | 'latest') =>
        answered(places.map((place) => ({ ...place, offset: at === 'earliest' ? this.first : this.endOf(place) }))),
    } as unknown as Admin;
  }

  private reader({ isolation }: ReaderOptions): PartitionReader {
    this.isolations.push(isolation);
    let at: PartitionOffset | null = null;
    const poll = (): FetchedRecords[] => {
      if (at === null || this.silent) return [];
      this.beforeFetch();
      // As it has made it.
      if (this.isSilent) return [];
      const { topic, partition, offset } = at;
      const records = this.recordsOf(at);
      const first = firstFrom(records, offset);
      const fetched = records.slice(first, first + this.fetchRecords);
      const endOffset = this.endOf(at);
      const isLast = first + fetched.length === records.length;
      const nextOffset = isLast ? endOffset : (fetched.at(-1) as MemoryRecord).offset + 1;
      if (nextOffset === offset) return [];
      at = { ...at, offset: nextOffset };
      return [{ topic, partition, cursor: new MemoryCursor(fetched), bytes: 0, nextOffset, endOffset }];
    };
    return {
      assign: ([place]: readonly PartitionOffset[]) => {
        at = place ?? null;
        if (place !== undefined) this.assigned.push(place.offset);
      },
      poll,
      events: () => this.events.splice(0),
      wait: (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, Math.min(milliseconds, 1))),
      close: () => Promise.resolve(),
    } as unknown as PartitionReader;
  }
}

function firstFrom(records: readonly MemoryRecord[], offset: number): number {
  let [low, high] = [0, records.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((records[middle] as MemoryRecord).offset < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
