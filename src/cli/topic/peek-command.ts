/** `millrace topic peek`: what is in a topic. */
import { InvalidArgumentError, type Command } from 'commander';
import { addKafkaAccess, onKafka, type KafkaAccessFlags } from '../kafka-access.js';
import { addRegistryAccess, registryClient, type RegistryAccessFlags } from '../registry-access.js';
import { peekTopic } from './peek.js';
import { peekJson, peekText } from './peek-text.js';

interface Flags extends KafkaAccessFlags, RegistryAccessFlags {
  readonly records: number;
  readonly sample: number;
  readonly fromBeginning?: true;
  readonly uncommitted?: true;
  /** False by `--no-values`. */
  readonly values: boolean;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  millrace topic peek orders
  millrace topic peek orders --registry http://localhost:8081 --records 3
  millrace topic peek orders --no-values --json | jq .looked.topKeys

It reads without a group, and changes nothing.`;

export function addTopicCommand(millrace: Command): void {
  const peek = millrace
    .command('topic')
    .description('what is in topics')
    .command('peek')
    .description('guess what keys and values are, show some records, and how evenly keys are spread')
    .argument('<topic>', 'the topic');
  addRegistryAccess(addKafkaAccess(peek))
    .option('-n, --records <number>', 'records to show', toCount, 10)
    .option('--sample <number>', 'records to look at, for keys and times', toCount, 10_000)
    .option('--from-beginning', 'the oldest records in place of the newest')
    .option('--uncommitted', 'records of open and aborted transactions, too')
    .option('--no-values', 'neither values nor headers')
    .option('--json', 'as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (topic: string, flags: Flags) => {
      const { records, sample, fromBeginning, uncommitted, values, json } = flags;
      const registry = flags.registry === undefined ? null : registryClient(flags, 'topic peek');
      const peeked = await onKafka(flags, (client) =>
        peekTopic(client, {
          topic,
          records,
          sample: Math.max(sample, records),
          from: fromBeginning === true ? 'start' : 'end',
          isolation: uncommitted === true ? 'uncommitted' : 'committed',
          values,
          registry,
        }),
      );
      process.stdout.write(json === true ? peekJson(peeked) : peekText(peeked));
    });
}

function toCount(text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new InvalidArgumentError('It is a whole number above 0.');
}
