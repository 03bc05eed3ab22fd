/** Sends a request about partitions to their leaders, and again for those whose leader has moved. */
import { BrokerError } from '../../../errors/broker-error.js';
import { MillraceError } from '../../../errors/error.js';
import type { TopicPartition } from '../../port.js';
import type { Transport } from '../../transport.js';
import { brokerErrorFor, KafkaCode } from '../error-codes.js';
import { retrying, type RetryLimit } from '../retry.js';

/** How long a partition that is missing is asked for again, ms: brokers learn of new ones one after the other. */
const NEW_TOPIC_MS = 3_000;

export interface PartitionOutcome extends TopicPartition {
  readonly errorCode: number;
}

/**
 * Gives the outcomes in the order of the partitions.
 * @param what in plain words, for errors
 * @throws MillraceError TOPIC_MISSING, BrokerError the first code of a partition that does not pass
 */
export async function askLeaders<P extends TopicPartition, O extends PartitionOutcome>(
  transport: Transport,
  what: string,
  partitions: readonly P[],
  send: (node: number, partitions: readonly P[]) => Promise<O[]>,
  options: RetryLimit,
): Promise<O[]> {
  const outcomes = new Map<string, O>();
  const giveUp = performance.now() + NEW_TOPIC_MS;
  await retrying(async () => {
    const missing = partitions.filter((one) => !outcomes.has(nameOf(one)));
    if (missing.some(({ topic, partition }) => transport.leaderOf(topic, partition) < 0)) {
      await transport.refresh([...new Set(missing.map(({ topic }) => topic))]);
    }
    const answers = await Promise.allSettled(
      [...byLeader(transport, missing, what, giveUp)].map(([node, led]) => send(node, led)),
    );
    let failure: Error | null = null;
    for (const answer of answers) {
      // A leader that cannot be reached is asked again only while the cluster says that it leads.
      if (answer.status === 'rejected') failure = worse(failure, answer.reason as Error);
      else {
        for (const outcome of answer.value) {
          if (outcome.errorCode === 0) outcomes.set(nameOf(outcome), outcome);
          else failure = worse(failure, brokerErrorFor(outcome.errorCode, what, outcome));
        }
      }
    }
    if (failure === null) return;
    if (failure instanceof BrokerError && failure.class === 'retriable') {
      await transport.refresh([...new Set(missing.map(({ topic }) => topic))]);
    }
    throw failure;
  }, options);
  return partitions.map((one) => outcomes.get(nameOf(one)) as O);
}

function byLeader<P extends TopicPartition>(
  transport: Transport,
  partitions: readonly P[],
  what: string,
  giveUp: number,
): Map<number, P[]> {
  const leaders = new Map<number, P[]>();
  for (const one of partitions) {
    const { topic, partition } = one;
    const count = transport.partitionCount(topic);
    if (partition >= count && performance.now() < giveUp) {
      throw brokerErrorFor(KafkaCode.UNKNOWN_TOPIC_OR_PARTITION, what, { topic, partition });
    }
    if (count === 0)
      throw new MillraceError('TOPIC_MISSING', `topic ${topic} does not exist; create it, or correct its name`, {
        topic,
      });
    if (partition >= count) {
      throw new MillraceError(
        'TOPIC_MISSING',
        `topic ${topic} has only ${String(count)} partitions; choose one of them`,
        {
          topic,
          partition,
        },
      );
    }
    const leader = transport.leaderOf(topic, partition);
    if (leader < 0) throw brokerErrorFor(KafkaCode.LEADER_NOT_AVAILABLE, 'looking up the leader', { topic, partition });
    const list = leaders.get(leader);
    if (list === undefined) leaders.set(leader, [one]);
    else list.push(one);
  }
  return leaders;
}

/** One error that does not pass makes repeating useless. */
function worse(one: Error | null, other: Error): Error {
  return one !== null && other instanceof BrokerError && other.class === 'retriable' ? one : other;
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${String(partition)}`;
}
