/** `millrace run`: an application that a module exports, with what it does to be seen. */
import { InvalidArgumentError, type Command } from 'commander';
import { KafkaStreams } from '../../app.js';
import type { KafkaStreamsOptions } from '../../config/options.js';
import { MillraceError } from '../../errors/error.js';
import { reasonOf } from '../../errors/shown-value.js';
import { consoleLogger, type LogFields, type Logger } from '../../observe/logger.js';
import { addKafkaAccess, kafkaAccess, type KafkaAccessFlags } from '../kafka-access.js';
import { findTopology, type Found } from '../module/find-topology.js';
import { loadModule } from '../module/load-module.js';
import { LiveScreen, plainLine, rateOf, viewLines } from './live-view.js';

interface Flags extends KafkaAccessFlags {
  readonly applicationId?: string;
  readonly stateDir?: string;
  readonly createTopics?: number;
  readonly export?: string;
  readonly interval?: number;
  /** False by `--no-live`. */
  readonly live: boolean;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  millrace run src/topology.ts --application-id orders --brokers localhost:9092
  millrace run src/topology.ts --application-id orders --create-topics 4
  millrace run src/streams.ts --no-live | tee orders.log

What is exported is a KafkaStreams that is not started yet, or a topology (as describe takes it) with --application-id.
It ends with 0 after Ctrl-C or SIGTERM, and with 1 by the error that ended the application.`;

const LIVE_MS = 500;
const PLAIN_MS = 10_000;
/** What an application last said of itself, on the screen. */
const MOST_MESSAGES = 3;

export function addRunCommand(millrace: Command): void {
  const run = millrace
    .command('run')
    .description('start an application or a topology that a module exports, and show what it does')
    .argument('<file>', 'a module in JavaScript or TypeScript that starts nothing by itself');
  addKafkaAccess(run)
    .option('--application-id <id>', 'for a topology: the name of the application')
    .option('--state-dir <folder>', 'for a topology: where its state is (default: as the option stateDir)')
    .option('--create-topics <partitions>', 'for a topology: make inputs and outputs that do not exist', toCount)
    .option('--export <name>', 'which export of the module')
    .option('--interval <seconds>', 'between two lines where there is no live view (default: 10)', toCount)
    .option('--no-live', 'lines in place of a live view on a terminal')
    .option('--json', 'lines of JSON: the metrics')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, flags: Flags) => {
      const found = await findTopology(file, await loadModule(file), flags.export);
      const isLive = process.stdout.isTTY && flags.live && flags.json !== true;
      const messages: string[] = [];
      const streams = applicationOf(found, flags, isLive ? screenLogger(messages) : consoleLogger);
      await (isLive ? runLive(streams, messages) : runPlain(streams, flags));
    });
}

/** @throws MillraceError CONFIG_INVALID for a topology without a name, and an application that has begun by itself */
function applicationOf(found: Found, flags: Flags, logger: Logger): KafkaStreams {
  if (found.kind === 'application') {
    if (found.streams.state === 'CREATED') return found.streams;
    throw new MillraceError(
      'CONFIG_INVALID',
      `${found.name} has been started by its module: leave run() and start() to this command, or start the module by node itself`,
    );
  }
  const { applicationId, stateDir, createTopics } = flags;
  if (applicationId === undefined) {
    throw new MillraceError('CONFIG_INVALID', `${found.name} is a topology: name the application by --application-id`, {
      option: 'applicationId',
    });
  }
  const options: KafkaStreamsOptions = {
    applicationId,
    kafka: kafkaAccess(flags),
    stateDir,
    logger,
    ...(createTopics === undefined ? {} : { createTopics: { partitions: createTopics } }),
  };
  return new KafkaStreams(found.topology, options);
}

async function runLive(streams: KafkaStreams, messages: readonly string[]): Promise<void> {
  const screen = new LiveScreen(process.stdout);
  const begin = performance.now();
  const look = looker(streams);
  const draw = (): void => {
    const { shown, rate } = look();
    screen.draw(viewLines(shown, rate, performance.now() - begin, messages));
  };
  await runWith(streams, draw, LIVE_MS);
}

async function runPlain(streams: KafkaStreams, { json, interval }: Flags): Promise<void> {
  const look = looker(streams);
  const line = (): void => {
    const { shown, rate } = look();
    const time = new Date().toISOString();
    const text = json === true ? `${JSON.stringify({ time, rate, ...shown })}\n` : plainLine(shown, rate, time);
    process.stdout.write(text);
  };
  streams.onStateChange(line);
  await runWith(streams, line, interval === undefined ? PLAIN_MS : 1_000 * interval);
}

async function runWith(streams: KafkaStreams, show: () => void, everyMs: number): Promise<void> {
  const timer = setInterval(show, everyMs);
  try {
    await streams.run();
  } finally {
    clearInterval(timer);
    show();
  }
}

/** Each look tells the rate since the one before. */
function looker(streams: KafkaStreams): () => { shown: ReturnType<KafkaStreams['metrics']>; rate: number } {
  let before = { processed: 0 };
  let at = performance.now();
  return () => {
    const shown = streams.metrics();
    const now = performance.now();
    const rate = rateOf(shown, before, now - at);
    before = { processed: shown.processed };
    at = now;
    return { shown, rate };
  };
}

/** Lines on the console would be drawn over. */
function screenLogger(messages: string[]): Logger {
  const say =
    (level: string) =>
    (message: string, fields?: LogFields): void => {
      const about = fields?.error === undefined ? '' : `: ${reasonOf(fields.error)}`;
      messages.push(`${level}  ${message}${about}`);
      if (messages.length > MOST_MESSAGES) messages.shift();
    };
  return { debug: () => undefined, info: () => undefined, warn: say('warn'), error: say('error') };
}

function toCount(text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new InvalidArgumentError('It is a whole number above 0.');
}
