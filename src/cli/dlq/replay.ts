/** Beside the commands: dead letters go back to where their records were read, or could not be written. */
import type { BrokerClient } from '../../broker/port.js';
import { murmur2Partition } from '../../broker/wire/murmur2.js';
import { MillraceError } from '../../errors/error.js';
import { DefaultPartition } from '../../sink/default-partition.js';
import { scanRanges, type PartitionRange } from '../topic/scan-topic.js';
import { isChosen, letterOf, ownHeaders, type Letter, type LetterChoice } from './letter.js';

export interface ReplayRequest {
  /** The dead-letter topic. */
  readonly topic: string;
  readonly ranges: readonly PartitionRange[];
  readonly choice: LetterChoice;
  /** Where all of them go. Default: where each came from. */
  readonly to: string | undefined;
  /** False: nothing is written, it is only counted. */
  readonly execute: boolean;
}

export interface ReplayOutcome {
  readonly executed: boolean;
  /** Letters by the topic that they go to. */
  readonly to: Readonly<Record<string, number>>;
  /** Letters that cannot go back, by why. */
  readonly left: Readonly<Record<string, number>>;
}

const MIB = 1024 * 1024;
const DELIVERY_TIMEOUT_MS = 120_000;

/**
 * Keys, values and times are as they were, headers without those about the error; the partition is the one that the record was read
 * from, if there still is one of that number. Letters stay in their topic: done twice, they go back twice.
 * @throws MillraceError TOPIC_MISSING for a topic that does not exist any more, before anything is written
 */
export async function replayLetters(client: BrokerClient, request: ReplayRequest): Promise<ReplayOutcome> {
  const { ranges, execute, topic, to } = request;
  if (to === topic) {
    throw new MillraceError(
      'CONFIG_INVALID',
      `${topic} is the dead-letter topic itself: letters would go round for ever`,
      {
        topic,
      },
    );
  }
  const counts = new Counts();
  const meant = (letter: Letter): string | null => {
    if (!isChosen(letter, request.choice)) return null;
    const { target, problem } = destinationOf(letter, request);
    if (problem !== null) counts.leave(problem);
    return target;
  };
  await scanRanges(client, ranges, (record) => {
    const target = meant(letterOf(record));
    if (target !== null) counts.send(target);
    return true;
  });
  const outcome = counts.outcome(execute);
  if (execute) await writeLetters(client, request, Object.keys(outcome.to));
  return outcome;
}

/** A second reading: letters need not fit into memory. */
async function writeLetters(client: BrokerClient, request: ReplayRequest, topics: readonly string[]): Promise<void> {
  if (topics.length === 0) return;
  const producer = client.producer({
    name: 'replay',
    lingerMs: 5,
    batchBytes: MIB,
    maxBufferedBytes: 32 * MIB,
    compression: 'none',
    deliveryTimeoutMs: DELIVERY_TIMEOUT_MS,
  });
  await producer.lookUp(topics);
  const writer = producer.writer({ name: 'replay' });
  const partitioner = new DefaultPartition(murmur2Partition);
  const take = (letter: Letter): void => {
    if (!isChosen(letter, request.choice)) return;
    const { target } = destinationOf(letter, request);
    if (target === null) return;
    const { key, value, headers, timestamp } = letter.record;
    const partitions = writer.partitionCount(target);
    const read = target === letter.topic ? letter.sourcePartition : null;
    const partition = read !== null && read < partitions ? read : partitioner.choose(target, key, partitions);
    writer.append(target, partition, key, value, ownHeaders(headers), timestamp);
  };
  await scanRanges(
    client,
    request.ranges,
    (record) => {
      take(letterOf(record));
      return true;
    },
    {
      between: async () => {
        if (writer.full) await writer.flush();
      },
    },
  );
  await writer.flush();
}

function destinationOf(
  letter: Letter,
  { to, topic }: ReplayRequest,
): { readonly target: string | null; readonly problem: string | null } {
  if (letter.truncated !== null)
    return { target: null, problem: 'the record is not whole (millrace.errors.truncated)' };
  const target = to ?? letter.target ?? letter.topic;
  if (target === null) return { target, problem: 'no header tells where it came from (--to says where to)' };
  if (target === topic) return { target: null, problem: 'it came from the dead-letter topic itself' };
  return { target, problem: null };
}

class Counts {
  private readonly to = new Map<string, number>();
  private readonly left = new Map<string, number>();

  send(topic: string): void {
    this.to.set(topic, (this.to.get(topic) ?? 0) + 1);
  }

  leave(why: string): void {
    this.left.set(why, (this.left.get(why) ?? 0) + 1);
  }

  outcome(executed: boolean): ReplayOutcome {
    return { executed, to: Object.fromEntries(this.to), left: Object.fromEntries(this.left) };
  }
}
