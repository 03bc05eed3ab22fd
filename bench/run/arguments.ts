/** The command line of `npm run bench`, checked. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { toMilliseconds, type Duration } from '../../src/time/duration.js';
import { ORDER_FORMATS, type OrderFormat } from './formats.js';
import { WORKLOADS, type Workload } from './workloads.js';

/**
 * A run ends with a commit, one of which comes every second: it takes many seconds for its length not to be rounded to them.
 */
export const DEFAULT_RECORDS = 5_000_000;

export const GUARANTEES = ['at_least_once', 'exactly_once_v2'] as const;
export type Guarantee = (typeof GUARANTEES)[number];

/** Time between commits on both sides, ms: of exactly-once Kafka Streams' default, else one that a run has many of. */
export function commitIntervalOf(guarantee: Guarantee): number {
  return guarantee === 'exactly_once_v2' ? 100 : 1_000;
}

/** What a service in production adds: the server, asked every second; OpenTelemetry's metrics and traces. */
export const OBSERVED_PARTS = ['server', 'metrics', 'traces'] as const;
/** At half a million orders a second, as `map` has them, that is fifty traces a second from one instance. */
export const START_TRACES = 0.000_1;
export type ObservedPart = (typeof OBSERVED_PARTS)[number];

/** What both ways of running have in common. */
interface Common {
  readonly workload: Workload;
  readonly brokers: readonly string[];
  readonly input: string;
  readonly format: OrderFormat;
  readonly guarantee: Guarantee;
  readonly commitIntervalMs: number;
  readonly lingerMs: number;
  readonly caching: boolean;
  /** Undefined: a folder of its own that is deleted afterwards (measuring), or Millrace's default (serving). */
  readonly stateDir: string | undefined;
}

/** Process a number of records, measure, end. */
export interface MeasureArguments extends Common {
  readonly serve: false;
  readonly records: number;
  /** Undefined: a topic of its own that is deleted afterwards. */
  readonly output: string | undefined;
  /** Empty: nobody looks. */
  readonly observed: readonly ObservedPart[];
  /** Share of the orders that begin a trace, where traces are observed. */
  readonly startTraces: number;
  /** Print how far it has got while it runs. */
  readonly progress: boolean;
}

/** Run until a signal. */
export interface ServeArguments extends Common {
  readonly serve: true;
  readonly applicationId: string;
  readonly output: string;
}

export type BenchArguments = MeasureArguments | ServeArguments;

interface Parsed {
  readonly workload: Workload;
  readonly brokers: readonly string[];
  readonly input: string;
  readonly format: OrderFormat;
  readonly records?: number;
  readonly guarantee: Guarantee;
  readonly commitInterval?: number;
  readonly linger?: number;
  readonly caching: 'on' | 'off';
  readonly output?: string;
  readonly observed?: readonly ObservedPart[] | true;
  readonly startTraces?: number;
  readonly progress: boolean;
  readonly serve: boolean;
  readonly applicationId?: string;
  readonly stateDir?: string;
}

/**
 * @param words what follows the command's name
 * @param command for tests: with `exitOverride`
 * @returns never when the words are wrong: commander then prints why and ends the process
 */
export function readArguments(words: readonly string[], command = new Command()): BenchArguments {
  command
    .name('npm run --silent bench --')
    .description('Measures one workload over a topic of orders, or serves it until a signal.')
    .showHelpAfterError()
    .allowExcessArguments(false)
    .addOption(new Option('--workload <name>', 'topology to run').choices(WORKLOADS).makeOptionMandatory())
    .requiredOption('--brokers <host:port,…>', 'where Kafka is', toBrokers)
    .requiredOption('--input <topic>', 'topic of orders, as bench:compare writes them', toTopic)
    .addOption(new Option('--format <name>', 'how its orders are written').choices(ORDER_FORMATS).default('json'))
    .option(
      '--records <n>',
      `records of the input topic, all of which are processed (default: ${String(DEFAULT_RECORDS)})`,
      toCount,
    )
    .addOption(new Option('--guarantee <name>', 'processing guarantee').choices(GUARANTEES).default('at_least_once'))
    .option('--commit-interval <duration>', 'time between commits (default: 1 s, 100 ms exactly once)', toDuration)
    .option('--linger <duration>', 'time a batch waits for more records (default: 5 ms, 0 when serving)', toDuration)
    .addOption(
      new Option('--caching <on|off>', 'hold back updates until the commit').choices(['on', 'off']).default('on'),
    )
    .option(
      '--output <topic>',
      'topic to write to, created if missing (default: one that is deleted afterwards)',
      toTopic,
    )
    .option('--state-dir <folder>', 'folder of the state (default: one that is deleted afterwards)')
    .option(
      '--observed [parts]',
      `with what a service adds, of ${OBSERVED_PARTS.join(', ')} (default: all), each in use`,
      toParts,
    )
    .option(
      '--start-traces <share>',
      `share of the orders that begin a trace, with --observed traces (default: ${String(START_TRACES)})`,
      toShare,
    )
    .option('--progress', 'print several times a second how far it has got', false)
    .option('--serve', 'run until a signal, printing each change of state', false)
    .option('--application-id <id>', 'group of the instances that share the work (with --serve)')
    .parse(words, { from: 'user' });
  const given = command.opts<Parsed>();
  const { workload, brokers, input, format, guarantee, stateDir } = given;
  const common = { workload, brokers, input, format, guarantee, stateDir, caching: given.caching === 'on' };
  const commitIntervalMs = given.commitInterval ?? commitIntervalOf(guarantee);
  if (given.serve) {
    const { applicationId, output } = given;
    if (applicationId === undefined) return command.error('error: --serve needs --application-id');
    if (output === undefined) return command.error('error: --serve needs --output');
    if (given.records !== undefined) command.error('error: --records has no meaning with --serve');
    if (given.observed !== undefined) command.error('error: --observed has no meaning with --serve');
    if (given.startTraces !== undefined) command.error('error: --start-traces has no meaning with --serve');
    if (given.progress) command.error('error: --progress has no meaning with --serve');
    return { ...common, serve: true, commitIntervalMs, lingerMs: given.linger ?? 0, applicationId, output };
  }
  const { records = DEFAULT_RECORDS, output, progress } = given;
  if (given.applicationId !== undefined) command.error('error: --application-id goes with --serve only');
  const observed = given.observed === true ? OBSERVED_PARTS : (given.observed ?? []);
  if (given.startTraces !== undefined && !observed.includes('traces')) {
    command.error('error: --start-traces goes with --observed traces only');
  }
  const { linger: lingerMs = 5, startTraces = START_TRACES } = given;
  return { ...common, serve: false, commitIntervalMs, lingerMs, records, output, observed, startTraces, progress };
}

export function toBrokers(text: string): readonly string[] {
  const brokers = text.split(',').map((one) => one.trim());
  for (const one of brokers) {
    if (!/^[^\s:]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$/.test(one)) {
      throw new InvalidArgumentError(`"${one}" is not host:port.`);
    }
  }
  return brokers;
}

export function toCount(text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1) throw new InvalidArgumentError('It is a whole number from 1.');
  return count;
}

export function toShare(text: string): number {
  const share = Number(text);
  if (text.trim() === '' || !(share >= 0 && share <= 1)) throw new InvalidArgumentError('It is a number from 0 to 1.');
  return share;
}

export function toParts(text: string): readonly ObservedPart[] {
  return text.split(',').map((name) => {
    const part = OBSERVED_PARTS.find((one) => one === name.trim());
    if (part === undefined) throw new InvalidArgumentError(`"${name}" is none of ${OBSERVED_PARTS.join(', ')}.`);
    return part;
  });
}

function toTopic(text: string): string {
  if (!/^[a-zA-Z0-9._-]{1,249}$/.test(text)) throw new InvalidArgumentError('That is no name of a topic.');
  return text;
}

function toDuration(text: string): number {
  try {
    return toMilliseconds((/^\d+$/.test(text) ? Number(text) : text) as Duration, 'it');
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
