/** Beside the commands: a stretch of a topic, read without a group and to an end that was known before. */
import type { Admin, BrokerClient, PartitionReader, TopicPartition } from '../../broker/port.js';
import { MillraceError } from '../../errors/error.js';
import type { Headers } from '../../record/headers.js';

export interface ScannedRecord extends TopicPartition {
  readonly offset: number;
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Headers;
}

/** Offsets from `first` to before `end`; those of a compacted topic need not all be there. */
export interface PartitionRange extends TopicPartition {
  readonly first: number;
  readonly end: number;
}

type Isolation = 'committed' | 'uncommitted';

const MIB = 1024 * 1024;
const FETCH_WAIT_MS = 100;
/** Without any record for so long, brokers are gone or the topic is. */
const SILENCE_LIMIT_MS = 30_000;

export interface ScanOptions {
  readonly isolation?: Isolation;
  /** Awaited after what one fetch brought. */
  readonly between?: () => Promise<void>;
}

/** @throws MillraceError TOPIC_MISSING */
export async function partitionRanges(
  admin: Admin,
  topic: string,
  isolation: Isolation = 'committed',
): Promise<readonly PartitionRange[]> {
  const [description] = await admin.describeTopics([topic]);
  if (description === undefined) {
    throw new MillraceError('TOPIC_MISSING', `there is no topic ${topic}`, { topic });
  }
  const partitions = Array.from({ length: description.partitions }, (_, partition) => ({ topic, partition }));
  const starts = await admin.listOffsets(partitions, 'earliest');
  const ends = await admin.listOffsets(partitions, 'latest', isolation);
  return partitions.map(({ partition }) => ({
    topic,
    partition,
    first: starts.find((one) => one.partition === partition)?.offset ?? 0,
    end: ends.find((one) => one.partition === partition)?.offset ?? 0,
  }));
}

/** The last records, or the first: together at most about so many, shared by what each partition has. */
export function partOf(
  ranges: readonly PartitionRange[],
  most: number,
  from: 'start' | 'end',
): readonly PartitionRange[] {
  let left = most;
  // The smallest first: what it does not need is for the others.
  const smallest = [...ranges].sort((a, b) => a.end - a.first - (b.end - b.first));
  return smallest
    .map((range, i) => {
      const share = Math.min(range.end - range.first, Math.ceil(left / (smallest.length - i)));
      left -= share;
      return from === 'start' ? { ...range, end: range.first + share } : { ...range, first: range.end - share };
    })
    .sort((a, b) => a.partition - b.partition);
}

/**
 * Calls `take` with each record of the ranges, in the order of their partition, until it answers false or all are read.
 * @throws what a reader met; MillraceError BROKER_UNREACHABLE when nothing comes any more
 */
export async function scanRanges(
  client: BrokerClient,
  ranges: readonly PartitionRange[],
  take: (record: ScannedRecord) => boolean | undefined,
  { isolation = 'committed', between }: ScanOptions = {},
): Promise<void> {
  const open = new Map(ranges.filter(({ first, end }) => first < end).map((range) => [keyOf(range), range]));
  if (open.size === 0) return;
  const reader = client.reader({
    name: 'scan',
    isolation,
    maxBufferedBytes: 16 * MIB,
    maxPartitionBytes: MIB,
    maxWaitMs: FETCH_WAIT_MS,
  });
  try {
    reader.assign([...open.values()].map(({ topic, partition, first: offset }) => ({ topic, partition, offset })));
    let heard = performance.now();
    while (open.size > 0) {
      await reader.wait(FETCH_WAIT_MS);
      const fetched = reader.poll();
      if (fetched.length > 0) heard = performance.now();
      for (const { topic, partition, cursor, nextOffset } of fetched) {
        const range = open.get(keyOf({ topic, partition }));
        if (range === undefined) continue;
        while (cursor.next() && cursor.offset < range.end) {
          const { offset, timestamp } = cursor;
          const record = { topic, partition, offset, timestamp, ...partsOf(cursor), headers: cursor.headers() };
          if (take(record) === false) return;
        }
        if (nextOffset >= range.end) finish(reader, open, range);
      }
      lookAtEvents(reader, open);
      await between?.();
      if (performance.now() - heard > SILENCE_LIMIT_MS) throw silence([...open.values()]);
    }
  } finally {
    await reader.close();
  }
}

type Cursor = ReturnType<PartitionReader['poll']>[number]['cursor'];

/** Copies: what was fetched is given up with the next poll. */
function partsOf({ buffer, keyStart, keyEnd, valueStart, valueEnd }: Cursor): Pick<ScannedRecord, 'key' | 'value'> {
  return {
    key: keyStart < 0 ? null : Buffer.from(buffer.subarray(keyStart, keyEnd)),
    value: valueStart < 0 ? null : Buffer.from(buffer.subarray(valueStart, valueEnd)),
  };
}

function lookAtEvents(reader: PartitionReader, open: Map<string, PartitionRange>): void {
  for (const event of reader.events()) {
    if (event.type === 'failed') throw event.error;
    const { topic, partition } = event;
    if (event.type === 'unknown-topic') {
      throw new MillraceError('TOPIC_MISSING', `topic ${topic} was deleted while it was read`, { topic, partition });
    }
    const range = open.get(keyOf(event));
    if (event.type !== 'out-of-range' || range === undefined) continue;
    // Records were deleted meanwhile, as old ones are.
    if (event.logStart >= range.end) finish(reader, open, range);
    else reader.seek({ topic, partition, offset: event.logStart });
  }
}

function finish(reader: PartitionReader, open: Map<string, PartitionRange>, range: PartitionRange): void {
  open.delete(keyOf(range));
  reader.unassign([range]);
}

function silence(left: readonly PartitionRange[]): MillraceError {
  const where = left.map(({ topic, partition }) => `${topic}-${String(partition)}`).join(', ');
  return new MillraceError(
    'BROKER_UNREACHABLE',
    `nothing came of ${where} for ${String(SILENCE_LIMIT_MS / 1000)} s: look whether its brokers run`,
  );
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${String(partition)}`;
}
