/** Asks a leader where a partition's log begins and ends, for the report on an offset that is outside of it. */
import { BrokerError } from '../../../errors/broker-error.js';
import type { TopicPartition } from '../../port.js';
import type { Transport } from '../../transport.js';
import { brokerErrorFor } from '../error-codes.js';
import { EARLIEST, LATEST, listOffsetsRequest, readListOffsets } from './list-offsets.js';

const UNKNOWN_SERVER_ERROR = -1;

export interface LogEnds {
  readonly logStart: number;
  readonly logEnd: number;
}

/**
 * Null when it cannot be told at the moment: the leader has changed, for instance.
 * @throws BrokerError unless it is retriable
 */
export async function findLogEnds(
  transport: Transport,
  node: number,
  place: TopicPartition,
  committed: boolean,
): Promise<LogEnds | null> {
  try {
    // Both at once: they are answered in order over one connection.
    const [logStart, logEnd] = await Promise.all([
      offsetAt(transport, node, place, EARLIEST, committed),
      offsetAt(transport, node, place, LATEST, committed),
    ]);
    return { logStart, logEnd };
  } catch (error) {
    if (error instanceof BrokerError && (error.class === 'retriable' || error.kafkaCode === UNKNOWN_SERVER_ERROR))
      return null;
    throw error;
  }
}

async function offsetAt(
  transport: Transport,
  node: number,
  { topic, partition }: TopicPartition,
  at: number,
  committed: boolean,
): Promise<number> {
  const body = await transport.request(node, listOffsetsRequest([{ topic, partition }], at, committed));
  const listed = readListOffsets(body).find((one) => one.topic === topic && one.partition === partition);
  if (listed === undefined || listed.errorCode !== 0) {
    throw brokerErrorFor(listed?.errorCode ?? UNKNOWN_SERVER_ERROR, 'asking for the ends of the log', {
      topic,
      partition,
    });
  }
  return listed.offset;
}
