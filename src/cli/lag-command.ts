/** `millrace lag`: how many records an application has before it, of each partition that it reads. */
import { InvalidArgumentError, type Command } from 'commander';
import type { Admin, TopicPartition } from '../broker/port.js';
import { MillraceError } from '../errors/error.js';
import { addKafkaAccess, onKafka, type KafkaAccessFlags } from './kafka-access.js';
import { textTable } from './text-table.js';

/** What is known of one partition. */
export interface PartitionLag extends TopicPartition {
  readonly committed: number;
  readonly end: number;
  readonly lag: number;
}

interface Flags extends KafkaAccessFlags {
  readonly json?: true;
  readonly limit?: number;
}

const EXAMPLES = `
Examples:
  millrace lag orders --brokers localhost:9092
  millrace lag orders --json | jq .total
  millrace lag orders --limit 10000 || echo "falls behind"

It ends with 2 when more records than --limit wait.`;

export function addLagCommand(millrace: Command): void {
  const lag = millrace
    .command('lag')
    .description('how many records an application has before it, by what its group has committed')
    .argument('<applicationId>', 'the application');
  addKafkaAccess(lag)
    .option('--limit <records>', 'end with 2 when more records wait', toCount)
    .option('--json', 'as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (applicationId: string, flags: Flags) => {
      const partitions = await onKafka(flags, (client) => lagOf(client.admin(), applicationId));
      const total = partitions.reduce((sum, one) => sum + one.lag, 0);
      process.stdout.write(
        flags.json === true ? `${JSON.stringify({ applicationId, total, partitions })}\n` : tableOf(partitions, total),
      );
      if (flags.limit !== undefined && total > flags.limit) process.exitCode = 2;
    });
}

function toCount(text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw new InvalidArgumentError('A limit is a whole number of records.');
}

/**
 * By topic and partition. What is committed beside offsets of changelogs is no position of a reader, and left out.
 * @throws MillraceError CONFIG_INVALID when the group has committed nothing
 */
export async function lagOf(
  admin: Pick<Admin, 'groupOffsets' | 'listOffsets'>,
  applicationId: string,
): Promise<readonly PartitionLag[]> {
  const isChangelog = (topic: string): boolean => topic.startsWith(`${applicationId}-`) && topic.endsWith('-changelog');
  const committed = (await admin.groupOffsets(applicationId)).filter(
    ({ topic, offset }) => offset >= 0 && !isChangelog(topic),
  );
  if (committed.length === 0) {
    throw new MillraceError(
      'CONFIG_INVALID',
      `the group ${applicationId} has committed nothing: is this the applicationId, and has the application processed anything?`,
    );
  }
  const ends = await admin.listOffsets(committed, 'latest');
  const endOf = ({ topic, partition }: TopicPartition): number =>
    ends.find((one) => one.topic === topic && one.partition === partition)?.offset ?? 0;
  return committed
    .map(({ topic, partition, offset }) => {
      const end = endOf({ topic, partition });
      return { topic, partition, committed: offset, end, lag: Math.max(0, end - offset) };
    })
    .sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1));
}

export function tableOf(partitions: readonly PartitionLag[], total: number): string {
  const rows = partitions.map(({ topic, partition, committed, end, lag }) => [topic, partition, committed, end, lag]);
  return `${textTable(['TOPIC', 'PARTITION', 'COMMITTED', 'END', 'LAG'], rows)}${String(total)} records wait\n`;
}
