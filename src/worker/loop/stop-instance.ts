/** The end of an instance: the last commit, or none, and then nothing remains. */
import type { BatchProducer, BrokerClient, GroupMember, PartitionReader } from '../../broker/port.js';
import type { ClosingLimit } from './closing-limit.js';
import type { RepartitionPurge } from '../topics/repartition-purge.js';
import type { TaskSet } from './task-set.js';

export interface HowToStop {
  /** Whether what was done is committed. */
  readonly clean: boolean;
  /** Whether the group is told. */
  readonly leave: boolean;
  readonly limit: ClosingLimit;
}

export interface PartsToStop {
  readonly client: Pick<BrokerClient, 'brokers' | 'close'>;
  readonly reader: Pick<PartitionReader, 'wake' | 'close'>;
  readonly producer: Pick<BatchProducer, 'abandon' | 'close'>;
  readonly member: Pick<GroupMember, 'close'>;
  readonly tasks: Pick<TaskSet, 'owned' | 'close' | 'abandon'>;
  readonly purge: Pick<RepartitionPurge, 'idle'>;
  readonly background: readonly { idle(): Promise<void> }[];
  /** Told of what the last commit failed with, while brokers can still be reached. */
  readonly endedWith: (failure: unknown) => Promise<void>;
}

/**
 * @param loop resolves when no further record is begun
 * @throws MillraceError CLOSE_TIMED_OUT, or what the last commit failed with; all is closed then too
 */
export async function stopInstance(parts: PartsToStop, loop: Promise<void>, how: HowToStop): Promise<void> {
  const { client, reader, producer, member, tasks } = parts;
  const { clean, leave, limit } = how;
  reader.wake();
  let failure: unknown;
  let closing: Promise<void> | null = null;
  try {
    await limit.wait(() => 'the record at hand', loop);
    if (clean) {
      const { owned } = tasks;
      closing = tasks.close(owned);
      await limit.wait(() => `the last commit of tasks ${owned.join(', ')}${unreachable(client)}`, closing);
      await limit.wait(() => `requests that are under way${unreachable(client)}`, settled(parts));
    }
  } catch (error) {
    failure = error;
  }
  if (!clean || failure !== undefined) {
    // Nothing of what is not committed may leave any more; whoever waits for its acknowledgement hears that it will not come.
    producer.abandon('all');
  }
  // In this order a commit that is still under way ends, and with it what waits for the tasks.
  const left = member.close({ leave });
  const ended = closing === null ? [] : [closing];
  await limit.attempt(Promise.allSettled([left, ...ended]));
  const given = tasks.abandon();
  await limit.attempt(Promise.allSettled([given]));
  const closed = Promise.allSettled([left, reader.close(), producer.close()]);
  await limit.attempt(closed);
  if (failure !== undefined) await limit.attempt(parts.endedWith(failure));
  // Whatever has not ended by now ends with its connections.
  await client.close();
  await given;
  if (failure !== undefined) throw failure as Error;
  if (!clean) return;
  const refused = (await closed).find((one) => one.status === 'rejected');
  if (refused !== undefined) throw refused.reason as Error;
}

async function settled({ purge, background }: PartsToStop): Promise<void> {
  await purge.idle();
  for (const one of background) await one.idle();
}

/** Names the brokers that do not answer, for the one who reads what is waited for. */
function unreachable(client: Pick<BrokerClient, 'brokers'>): string {
  const lost = client.brokers().filter(({ state }) => state === 'lost');
  return lost.length === 0 ? '' : ` (no answer from ${lost.map(({ address }) => address).join(', ')})`;
}
