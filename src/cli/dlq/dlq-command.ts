/** `millrace dlq`: what is in a dead-letter topic, and back with it once the cause is mended. */
import { InvalidArgumentError, type Command } from 'commander';
import type { BrokerClient } from '../../broker/port.js';
import { MillraceError } from '../../errors/error.js';
import { addKafkaAccess, onKafka, type KafkaAccessFlags } from '../kafka-access.js';
import { counted, shownText, timeText } from '../text-table.js';
import { cell } from '../topic/peek-text.js';
import { recordShower } from '../topic/record-shower.js';
import { partitionRanges, partOf, scanRanges, type PartitionRange } from '../topic/scan-topic.js';
import { isChosen, letterOf, ownHeaders, letterPlace, type Letter, type LetterChoice } from './letter.js';
import { groupsText, LetterGroups } from './letter-groups.js';
import { replayLetters, type ReplayOutcome } from './replay.js';

interface Flags extends KafkaAccessFlags {
  readonly limit: number;
  readonly reason?: string;
  readonly node?: string;
  readonly source?: string;
  readonly json?: true;
}

interface ReplayFlags extends Flags {
  readonly at?: readonly string[];
  readonly to?: string;
  readonly execute?: true;
}

const EXAMPLES = `
Examples:
  millrace dlq ls orders-dead
  millrace dlq show orders-dead 0-17
  millrace dlq replay orders-dead --node prices             # shows what it would do
  millrace dlq replay orders-dead --node prices --execute   # does it

Letters stay in their topic: what is replayed twice is processed twice.`;

export function addDlqCommand(millrace: Command): void {
  const dlq = millrace
    .command('dlq')
    .description('dead letters: what failed where, one record, back to where it came from')
    .addHelpText('after', EXAMPLES);

  chosen(dlq.command('ls').description('count dead letters by reason, node and source')).action(
    async (topic: string, flags: Flags) => {
      const told = await onKafka(flags, (client) => listed(client, topic, flags));
      process.stdout.write(told);
    },
  );

  addKafkaAccess(
    dlq
      .command('show')
      .description('one dead letter: why, where, and its record')
      .addHelpText('after', EXAMPLES)
      .argument('<topic>', 'the dead-letter topic')
      .argument('<place>', 'partition-offset, as ls shows it', toPlace),
  )
    .option('--no-values', 'neither key, value nor headers of the record')
    .option('--json', 'as JSON')
    .action(async (topic: string, place: string, flags: KafkaAccessFlags & { values: boolean; json?: true }) => {
      const letter = await onKafka(flags, (client) => letterAt(client, topic, place));
      process.stdout.write(await letterText(letter, flags.values, flags.json === true));
    });

  chosen(
    dlq
      .command('replay')
      .description('write records back to where they were read. Shows what it would do; --execute does it'),
  )
    .option('--at <place...>', 'only these letters, partition-offset', addPlace)
    .option('--to <topic>', 'where they go (default: where each came from)')
    .option('--execute', 'do it')
    .action(async (topic: string, flags: ReplayFlags) => {
      const { at, to, execute } = flags;
      const outcome = await onKafka(flags, async (client) => {
        const ranges = partOf(await partitionRanges(client.admin(), topic), flags.limit, 'end');
        const choice = { ...choiceOf(flags), ...(at === undefined ? {} : { at }) };
        return replayLetters(client, { topic, ranges, choice, to, execute: execute === true });
      });
      process.stdout.write(flags.json === true ? `${JSON.stringify(outcome)}\n` : outcomeText(outcome));
    });
}

/** Adds what chooses letters. */
function chosen(command: Command): Command {
  return addKafkaAccess(command.argument('<topic>', 'the dead-letter topic').addHelpText('after', EXAMPLES))
    .option('--reason <name>', 'only those with this error, such as TypeError')
    .option('--node <name>', 'only those of this operator')
    .option('--source <topic>', 'only those read from this topic')
    .option('--limit <letters>', 'look at so many of the newest', toCount, 100_000)
    .option('--json', 'as JSON');
}

function choiceOf({ reason, node, source }: Flags): LetterChoice {
  return {
    ...(reason === undefined ? {} : { reason }),
    ...(node === undefined ? {} : { node }),
    ...(source === undefined ? {} : { source }),
  };
}

async function listed(client: BrokerClient, topic: string, flags: Flags): Promise<string> {
  const all = await partitionRanges(client.admin(), topic);
  const ranges = partOf(all, flags.limit, 'end');
  const groups = new LetterGroups();
  const choice = choiceOf(flags);
  await scanRanges(client, ranges, (record) => {
    const letter = letterOf(record);
    if (isChosen(letter, choice)) groups.add(letter);
    return true;
  });
  if (flags.json === true) return `${JSON.stringify(groups.all(), null, 2)}\n`;
  return groupsText(topic, groups.all(), sizeOf(all) - sizeOf(ranges));
}

function sizeOf(ranges: readonly PartitionRange[]): number {
  return ranges.reduce((sum, { first, end }) => sum + end - first, 0);
}

/** @throws MillraceError CONFIG_INVALID when there is none at this place */
async function letterAt(client: BrokerClient, topic: string, place: string): Promise<Letter> {
  const [partition = 0, offset = 0] = place.split('-').map(Number);
  const range = (await partitionRanges(client.admin(), topic)).find((one) => one.partition === partition);
  const found: Letter[] = [];
  if (range !== undefined && offset >= range.first && offset < range.end) {
    await scanRanges(client, [{ topic, partition, first: offset, end: offset + 1 }], (record) => {
      found.push(letterOf(record));
      return false;
    });
  }
  const [letter] = found;
  if (letter !== undefined) return letter;
  const has =
    range === undefined
      ? `no partition ${String(partition)}`
      : `offsets ${String(range.first)} to ${String(range.end - 1)} there`;
  throw new MillraceError('CONFIG_INVALID', `there is no record at ${place} of ${topic}, which has ${has}`, { topic });
}

async function letterText(letter: Letter, values: boolean, json: boolean): Promise<string> {
  const { record, ...told } = letter;
  const shown = values
    ? {
        key: await (await recordShower([record.key], null)).shown(record.key),
        value: await (await recordShower([record.value], null)).shown(record.value),
        headers: Object.fromEntries(
          ownHeaders(record.headers).map(([name, bytes]) => [name, bytes?.toString() ?? null]),
        ),
      }
    : {};
  if (json) {
    const bigints = (_: string, part: unknown): unknown => (typeof part === 'bigint' ? String(part) : part);
    return `${JSON.stringify({ ...told, ...shown }, bigints, 2)}\n`;
  }
  const { reason, message, stack, node, task, topic, sourcePartition, sourceOffset, target, truncated, timestamp } =
    told;
  const lines: (readonly [string, string | null])[] = [
    ['at', letterPlace(letter)],
    ['reason', reason],
    ['message', message],
    ['node', node],
    ['task', task],
    [
      'read from',
      topic === null ? null : [topic, sourcePartition, sourceOffset].filter((part) => part !== null).join('-'),
    ],
    ['not written to', target],
    ['not whole', truncated],
    ['time', timeText(timestamp)],
    ...Object.entries(shown).map(([name, value]) => [name, cell(value, Infinity)] as const),
  ];
  const facts = lines
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name.padEnd(14)}  ${shownText(value ?? '')}\n`);
  const frames = stack === '' ? [] : ['\n', ...stack.split('\n').map((line) => `  ${shownText(line)}\n`)];
  return [...facts, ...frames].join('');
}

function outcomeText({ executed, to, left }: ReplayOutcome): string {
  const lines = Object.entries(to).map(([topic, count]) => `  ${counted(count)} to ${topic}\n`);
  const rest = Object.entries(left).map(([why, count]) => `  ${counted(count)} stay: ${why}\n`);
  const does = executed ? 'Replayed' : 'Nothing is done yet; --execute does it. To be replayed';
  return `${does}:\n${lines.length + rest.length === 0 ? '  none\n' : [...lines, ...rest].join('')}`;
}

function toPlace(text: string): string {
  if (/^\d+-\d+$/.test(text)) return text;
  throw new InvalidArgumentError('It is partition-offset, such as 0-17.');
}

function addPlace(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), toPlace(text)];
}

function toCount(text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new InvalidArgumentError('It is a whole number above 0.');
}
