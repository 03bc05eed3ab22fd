/** Beside a record's way: where each partition of an input is read from after a reset, as Kafka's own tool finds it. */
import type { Admin, CommittedOffset, PartitionOffset, TopicPartition } from '../broker/port.js';
import { MillraceError } from '../errors/error.js';

/**
 * Where inputs are read from: the first record there is, the end, the first one at or after a time in ms (else the end), an offset,
 * so many records on from what is committed (back, below 0), or what is named for each partition. Where there is no such offset it is
 * the nearest that there is.
 */
export type ResetTarget =
  | 'earliest'
  | 'latest'
  | { readonly time: number }
  | { readonly offset: number }
  | { readonly shiftBy: number }
  | { readonly offsets: readonly PartitionOffset[] };

interface Wanted {
  readonly partitions: readonly TopicPartition[];
  readonly committed: readonly CommittedOffset[];
}

const LINE = /^([^,\s]+)\s*,\s*(\d{1,9})\s*,\s*(\d{1,16})$/;

/**
 * Lines `topic,partition,offset`, as Kafka's tools read and write them.
 * @throws MillraceError CONFIG_INVALID with the line that is none
 */
export function offsetsIn(text: string, file: string): PartitionOffset[] {
  const offsets: PartitionOffset[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    if (line.trim() === '') continue;
    const [, topic, partition, offset] = LINE.exec(line.replaceAll('"', '').trim()) ?? [];
    const place = `line ${String(index + 1)} of ${file}`;
    if (topic === undefined || !Number.isSafeInteger(Number(offset))) {
      throw new MillraceError('CONFIG_INVALID', `${place} is not topic,partition,offset, such as orders,0,42`);
    }
    const one = { topic, partition: Number(partition), offset: Number(offset) };
    if (findIn(offsets, one) !== undefined) {
      throw new MillraceError('CONFIG_INVALID', `${place} names ${topic}-${String(partition)} again`);
    }
    offsets.push(one);
  }
  if (offsets.length === 0) {
    throw new MillraceError('CONFIG_INVALID', `${file} names no offset; write lines such as orders,0,42`);
  }
  return offsets;
}

/** @throws MillraceError CONFIG_INVALID where offsets are named, but not for all of these partitions, or for others */
export async function resetOffsets(to: ResetTarget, wanted: Wanted, admin: Admin): Promise<PartitionOffset[]> {
  const { partitions } = wanted;
  if (to === 'earliest' || to === 'latest') return admin.listOffsets(partitions, to);
  if ('time' in to) return admin.listOffsets(partitions, to.time);
  if ('offsets' in to) mustFit(to.offsets, partitions);
  const [first, end] = [await admin.listOffsets(partitions, 'earliest'), await admin.listOffsets(partitions, 'latest')];
  return partitions.map((partition) => {
    const [least, most] = [offsetIn(first, partition), offsetIn(end, partition)];
    return { ...partition, offset: Math.max(least, Math.min(most, offsetOf(to, partition, wanted, most))) };
  });
}

function offsetOf(
  to: Exclude<ResetTarget, string | { readonly time: number }>,
  partition: TopicPartition,
  { committed }: Wanted,
  end: number,
): number {
  if ('offset' in to) return to.offset;
  if ('offsets' in to) return offsetIn(to.offsets, partition);
  // Where nothing is committed, from the end.
  const at = findIn(committed, partition)?.offset ?? -1;
  return (at < 0 ? end : at) + to.shiftBy;
}

/** What the file leaves out would go on where it was, behind inputs that begin anew. */
function mustFit(named: readonly PartitionOffset[], partitions: readonly TopicPartition[]): void {
  const place = ({ topic, partition }: TopicPartition): string => `${topic}-${String(partition)}`;
  const left = partitions.filter((one) => findIn(named, one) === undefined).map(place);
  if (left.length > 0) {
    throw new MillraceError('CONFIG_INVALID', `no offset is named for ${left.join(', ')}: name each partition`);
  }
  const others = named.filter((one) => findIn(partitions, one) === undefined).map(place);
  if (others.length === 0) return;
  throw new MillraceError('CONFIG_INVALID', `an offset is named for ${others.join(', ')}, which is not reset`);
}

function findIn<T extends TopicPartition>(all: readonly T[], { topic, partition }: TopicPartition): T | undefined {
  return all.find((one) => one.topic === topic && one.partition === partition);
}

function offsetIn(all: readonly PartitionOffset[], partition: TopicPartition): number {
  return findIn(all, partition)?.offset ?? 0;
}
