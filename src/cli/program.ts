/** All commands of `millrace` and their options. */
import { Command, InvalidArgumentError } from 'commander';
import { KAFKA_VERSION } from '../local-kafka/kafka-version.js';
import type { KafkaOrigin } from '../local-kafka/options.js';
import { addCreateCommand } from './create/create-command.js';
import { addDescribeCommand } from './describe/describe-command.js';
import { addDlqCommand } from './dlq/dlq-command.js';
import { addDoctorCommand } from './doctor/doctor-command.js';
import { addGroupsCommand } from './groups/groups-command.js';
import { runKafka } from './kafka-command.js';
import { addLagCommand } from './lag-command.js';
import { ownPackage } from './own-package.js';
import { addResetCommand } from './reset-command.js';
import { addRunCommand } from './run/run-command.js';
import { addSchemasCommand } from './schemas-command.js';
import { addStateCommand } from './state/state-command.js';
import { addTopicCommand } from './topic/peek-command.js';

/** A fresh parser each time, since commander keeps what it parsed. */
export function program(): Command {
  const millrace = new Command('millrace')
    .description('Kafka Streams for TypeScript')
    .version(ownPackage().version, '-V, --version')
    .showHelpAfterError();
  millrace
    .command('kafka')
    .description('start a single-node Apache Kafka for development (Docker, or Java with Maven); Ctrl-C ends it')
    .addHelpText('after', KAFKA_EXAMPLES)
    .option('-p, --port <number>', 'port of the broker on this machine (default: a free one)', toPort)
    .option('--use <origin>', 'docker or java (default: the first that works)', toOrigin)
    .option('--kafka-version <version>', `version of Apache Kafka (default: ${KAFKA_VERSION})`)
    .option('--property <name=value...>', 'properties of the broker', toProperties)
    .option('--keep-data <folder>', 'topics and records outlive the broker, in this folder (needs Java)')
    .option('--json', 'the address as JSON')
    .action(async (options: KafkaArguments) => {
      await runKafka({
        ...(options.json !== undefined && { json: options.json }),
        ...(options.port !== undefined && { port: options.port }),
        ...(options.use !== undefined && { use: options.use }),
        ...(options.kafkaVersion !== undefined && { version: options.kafkaVersion }),
        ...(options.property !== undefined && { properties: options.property }),
        ...(options.keepData !== undefined && { dataDir: options.keepData }),
      });
    });
  addCreateCommand(millrace);
  addDescribeCommand(millrace);
  addDlqCommand(millrace);
  addDoctorCommand(millrace);
  addGroupsCommand(millrace);
  addLagCommand(millrace);
  addResetCommand(millrace);
  addRunCommand(millrace);
  addSchemasCommand(millrace);
  addStateCommand(millrace);
  addTopicCommand(millrace);
  tellExitCodes(millrace);
  return millrace;
}

/** What the codes above 1 say is told by the command that gives them. */
function tellExitCodes(command: Command): void {
  if (command.commands.length === 0) command.addHelpText('after', EXIT_CODES);
  else for (const one of command.commands) tellExitCodes(one);
}

const EXIT_CODES = `
Exit codes: 0 when it is done, 1 when it cannot be done; standard error says why.`;

const KAFKA_EXAMPLES = `
Examples:
  millrace kafka --port 9092
  millrace kafka --port 9092 --keep-data .kafka
  millrace kafka --property num.partitions=4
  millrace kafka --json | head -1 | jq -r '.brokers[]'`;

interface KafkaArguments {
  readonly json?: true;
  readonly keepData?: string;
  readonly port?: number;
  readonly use?: KafkaOrigin;
  readonly kafkaVersion?: string;
  readonly property?: Readonly<Record<string, string>>;
}

function toPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new InvalidArgumentError('A port is a whole number from 1 to 65535.');
  }
  return port;
}

function toOrigin(text: string): KafkaOrigin {
  if (text !== 'docker' && text !== 'java') throw new InvalidArgumentError('It is docker or java.');
  return text;
}

function toProperties(
  text: string,
  previous: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('A property is name=value.');
  return { ...previous, [text.slice(0, equals)]: text.slice(equals + 1) };
}
