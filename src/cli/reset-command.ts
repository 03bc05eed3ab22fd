/** `millrace reset`: an application that does not run begins anew at its next start. */
import { readFileSync } from 'node:fs';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { connectKafka } from '../broker/kafkajs/connect.js';
import type { KafkaOptions } from '../broker/kafkajs/kafka-options.js';
import type { PartitionOffset } from '../broker/port.js';
import { reasonOf } from '../errors/shown-value.js';
import { silentLogger } from '../observe/logger.js';
import { carryOutReset } from '../reset/carry-out-reset.js';
import { planReset, type ResetPlan, type ResetRequest } from '../reset/reset-plan.js';
import { offsetsIn, type ResetTarget } from '../reset/reset-targets.js';
import { duration, toMilliseconds } from '../time/duration.js';
import { addKafkaAccess, kafkaAccess, type KafkaAccessFlags } from './kafka-access.js';

interface Flags extends KafkaAccessFlags {
  readonly inputTopics?: readonly string[];
  readonly internalTopics?: readonly string[];
  readonly toLatest?: true;
  readonly toDatetime?: number;
  readonly byDuration?: number;
  readonly toOffset?: number;
  readonly shiftBy?: number;
  readonly fromFile?: readonly PartitionOffset[];
  readonly stateDir?: string;
  /** False by `--no-state`. */
  readonly state: boolean;
  readonly execute?: true;
  readonly force?: true;
  readonly json?: true;
}

/** What a reset is told beside what is to be reset. */
export interface ResetOptions {
  readonly execute: boolean;
  readonly force: boolean;
  readonly json: boolean;
}

const TARGETS = ['toEarliest', 'toLatest', 'toDatetime', 'byDuration', 'toOffset', 'shiftBy', 'fromFile'];
const EXAMPLES = `
Examples:
  millrace reset orders --brokers localhost:9092             # shows what it would do
  millrace reset orders --brokers localhost:9092 --execute   # does it
  millrace reset orders --to-datetime 2026-05-01T10:00:00Z --no-state
  millrace reset orders --from-file offsets.csv --json | jq .offsets

Where there is no such offset it is the nearest that there is. It ends with 1 while the application runs, and changes nothing then.`;

/** Partitions of a topic that are listed one by one. */
const SHOWN_PARTITIONS = 20;

export function addResetCommand(millrace: Command): void {
  const reset = millrace
    .command('reset')
    .description(
      'let an application that does not run begin anew: offsets, internal topics, local state of this machine. Shows what it would do; --execute does it',
    )
    .argument('<applicationId>', 'the application');
  addKafkaAccess(reset)
    .option('--input-topics <topic,...>', 'topics to reset offsets of (default: those with committed offsets)', toList)
    .option('--internal-topics <topic,...>', 'internal topics to delete (default: all of the application)', toList)
    .addOption(target('--to-earliest', 'inputs are read from their first record (the default)'))
    .addOption(target('--to-latest', 'inputs are read from their end'))
    .addOption(target('--to-datetime <time>', 'from a time on, such as 2026-05-01T10:00:00Z').argParser(toTime))
    .addOption(target('--by-duration <time>', 'from so long ago, such as 90m or 7d').argParser(toLength))
    .addOption(target('--to-offset <offset>', 'from this offset on, in each partition').argParser(toOffset))
    .addOption(
      target('--shift-by <records>', 'so many records on from what is committed; back: --shift-by=-100').argParser(
        toCount,
      ),
    )
    .addOption(
      target('--from-file <file>', 'from what it names for each partition, in lines topic,partition,offset').argParser(
        toOffsets,
      ),
    )
    .option('--state-dir <folder>', "the application's option stateDir (default: as there)")
    .option('--no-state', 'leave local state alone')
    .option('--execute', 'do it')
    .option('--force', 'throw out members that are still in the group')
    .option('--json', 'print the plan as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (applicationId: string, flags: Flags) => {
      const { inputTopics, internalTopics, stateDir, state, execute, force, json } = flags;
      const request = {
        applicationId,
        inputTopics,
        internalTopics,
        to: targetOf(flags),
        stateDir: state ? stateDir : null,
      };
      const options = { execute: execute === true, force: force === true, json: json === true };
      process.stdout.write(await runReset(kafkaAccess(flags), request, options));
    });
}

/**
 * Gives what is to be printed.
 * @throws MillraceError as `planReset` and, with `execute`, `carryOutReset`
 */
export async function runReset(kafka: KafkaOptions, request: ResetRequest, options: ResetOptions): Promise<string> {
  const client = connectKafka(kafka, silentLogger);
  try {
    const parts = { admin: client.admin(), groups: client.groupAdmin() };
    const plan = await planReset(request, parts);
    if (options.execute) await carryOutReset(plan, { ...parts, force: options.force });
    return options.json ? `${JSON.stringify({ executed: options.execute, ...plan }, null, 2)}\n` : shown(plan, options);
  } finally {
    await client.close();
  }
}

function shown(
  { applicationId, members, offsets, internalTopics, stateFolder }: ResetPlan,
  options: ResetOptions,
): string {
  const lines = offsets
    .filter(({ partition }) => partition < SHOWN_PARTITIONS)
    .map(
      ({ topic, partition, from, to }) => `${topic}-${partition}  ${from === null ? 'none' : String(from)} -> ${to}`,
    );
  if (lines.length < offsets.length) lines.push(`and ${offsets.length - lines.length} more; --json lists all`);
  const does = options.execute ? 'done' : 'nothing is done yet; --execute does it';
  return [
    `Reset of application ${applicationId}: ${does}.`,
    ...section(`Offsets of group ${applicationId}`, lines),
    ...section('Internal topics, deleted', internalTopics),
    ...section('Local state, deleted', stateFolder === null ? [] : [stateFolder]),
    ...(members.length === 0
      ? []
      : section(
          `Members of the group, ${options.force ? 'thrown out' : 'to be ended before'}`,
          members.map(({ clientId, host }) => `${clientId} at ${host.replace(/^\//, '')}`),
        )),
    '',
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return [`${title}:`, ...(lines.length === 0 ? ['  none'] : lines.map((line) => `  ${line}`))];
}

function target(flags: string, description: string): Option {
  const option = new Option(flags, description);
  return option.conflicts(TARGETS.filter((name) => name !== option.attributeName()));
}

function targetOf({ toLatest, toDatetime, byDuration, toOffset, shiftBy, fromFile }: Flags): ResetTarget {
  if (toLatest === true) return 'latest';
  if (toOffset !== undefined) return { offset: toOffset };
  if (shiftBy !== undefined) return { shiftBy };
  if (fromFile !== undefined) return { offsets: fromFile };
  if (toDatetime !== undefined) return { time: toDatetime };
  return byDuration === undefined ? 'earliest' : { time: Date.now() - byDuration };
}

function toList(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}

function toTime(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new InvalidArgumentError('It is a time such as 2026-05-01T10:00:00Z.');
  return time;
}

function toLength(text: string): number {
  return toMilliseconds(duration(text, '--by-duration'), '--by-duration');
}

function toOffset(text: string): number {
  const offset = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(offset)) throw new InvalidArgumentError('It is an offset, 0 or more.');
  return offset;
}

function toCount(text: string): number {
  const count = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(count)) throw new InvalidArgumentError('It is a number of records, such as 100 or -100.');
  return count;
}

function toOffsets(file: string): PartitionOffset[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new InvalidArgumentError(`It cannot be read: ${reasonOf(error)}.`);
  }
  return offsetsIn(text, file);
}
