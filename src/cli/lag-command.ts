/** `millrace lag`: how many records a group has before it, of each partition that it reads. */
import { InvalidArgumentError, type Command } from 'commander';
import { checkKnown, lagOf, totalOf, type PartitionLag } from './groups/group-lag.js';
import { addKafkaAccess, onCluster, onKafka, type KafkaAccessFlags } from './kafka-access.js';
import { textTable } from './text-table.js';

interface Flags extends KafkaAccessFlags {
  readonly limit?: number;
  readonly json?: true;
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
    .description('how many records an application, or the group of any other client, has before it')
    .argument('<group>', 'the applicationId, or the name of a group');
  addKafkaAccess(lag)
    .option('--limit <records>', 'end with 2 when more records wait', toCount)
    .option('--json', 'as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (applicationId: string, flags: Flags) => {
      const group = await onCluster(flags, (inspector) => inspector.group(applicationId));
      const partitions = await onKafka(flags, (client) => lagOf(client.admin(), applicationId, group));
      checkKnown(applicationId, group, partitions);
      const total = totalOf(partitions);
      process.stdout.write(
        flags.json === true ? `${JSON.stringify({ applicationId, total, partitions })}\n` : lagTable(partitions),
      );
      if (flags.limit !== undefined && total > flags.limit) process.exitCode = 2;
    });
}

function toCount(text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw new InvalidArgumentError('A limit is a whole number of records.');
}

/** What is not known is a dash. */
export function lagTable(partitions: readonly PartitionLag[]): string {
  const rows = partitions.map(({ topic, partition, committed, end, lag, client }) => [
    topic,
    partition,
    committed ?? '-',
    end,
    lag ?? '-',
    client ?? '-',
  ]);
  const headings = ['TOPIC', 'PARTITION', 'COMMITTED', 'END', 'LAG', 'CLIENT'];
  return `${textTable(headings, rows, ['TOPIC', 'CLIENT'])}${String(totalOf(partitions))} records wait\n`;
}
