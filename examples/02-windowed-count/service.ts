/** One instance of the application, as it would be deployed: options from flags or environment, a server, clean ending. */
import { hostname } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import {
  KafkaStreams,
  loggerFrom,
  MillraceError,
  type Duration,
  type KafkaStreamsOptions,
  type LogFields,
  type Logger,
  type LogLevel,
} from 'millrace';
import { spendPerUser } from './topology.js';

interface ServiceOptions {
  readonly brokers: string;
  readonly applicationId: string;
  readonly ordersTopic: string;
  readonly spendTopic: string;
  readonly stateDir?: string;
  readonly commitInterval: Duration;
  readonly sessionTimeout?: Duration;
  readonly instanceId?: string;
  readonly httpPort?: number;
  readonly httpHost: string;
  readonly httpToken?: string;
  readonly httpAddress?: string;
  readonly logLevel: LogLevel;
}

const options = new Command('service')
  .description('Counts and sums orders per user in windows of ten seconds. Start several to share the work.')
  .addOption(flag('--brokers <list>', 'KAFKA_BROKERS', 'addresses of Kafka').default('localhost:9092'))
  .addOption(flag('--application-id <name>', 'APPLICATION_ID', 'shared by all instances').default('spend-per-user'))
  .addOption(flag('--orders-topic <name>', 'ORDERS_TOPIC', 'input').default('orders'))
  .addOption(flag('--spend-topic <name>', 'SPEND_TOPIC', 'output').default('spend'))
  .addOption(flag('--state-dir <folder>', 'STATE_DIR', 'of this instance alone; default: in the temporary folder'))
  .addOption(flag('--commit-interval <time>', 'COMMIT_INTERVAL', 'such as 500ms or 10s').default('1s'))
  .addOption(flag('--session-timeout <time>', 'SESSION_TIMEOUT', 'after which a silent instance loses its tasks'))
  .addOption(flag('--instance-id <name>', 'GROUP_INSTANCE_ID', 'makes this a static member of the group'))
  .addOption(
    flag('--http-port <port>', 'HTTP_PORT', 'of health, metrics, queries and dashboard; 0: any').argParser(toPort),
  )
  .addOption(flag('--http-host <address>', 'HTTP_HOST', 'to listen on; 0.0.0.0: all').default('127.0.0.1'))
  .addOption(flag('--http-token <token>', 'HTTP_TOKEN', 'that others than this machine must show'))
  .addOption(flag('--http-address <host:port>', 'HTTP_ADDRESS', 'by which the other instances reach this one'))
  .addOption(
    flag('--log-level <level>', 'LOG_LEVEL', 'of what is logged')
      .choices(['debug', 'info', 'warn', 'error'])
      .default('warn'),
  )
  .parse()
  .opts<ServiceOptions>();

/** Each message on a line of its own, its facts as JSON. */
const lineLogger: Logger = {
  debug: (message, facts) => say(`debug: ${message}${asText(facts)}`),
  info: (message, facts) => say(`info: ${message}${asText(facts)}`),
  warn: (message, facts) => say(`warning: ${message}${asText(facts)}`),
  error: (message, facts) => say(`error: ${message}${asText(facts)}`),
};

try {
  await run(options);
} catch (error) {
  // The message of a Millrace error says what to do; of any other the stack is the better half.
  console.error(MillraceError.is(error) ? error.message : error);
  process.exitCode = 1;
}

async function run(given: ServiceOptions): Promise<void> {
  const topology = spendPerUser({ orders: given.ordersTopic, spend: given.spendTopic });
  const streams = new KafkaStreams(topology, {
    applicationId: given.applicationId,
    kafka: { brokers: given.brokers.split(',') },
    commitInterval: given.commitInterval,
    logger: loggerFrom(given.logLevel, lineLogger),
    ...(given.stateDir !== undefined && { stateDir: given.stateDir }),
    ...(given.sessionTimeout !== undefined && { sessionTimeout: given.sessionTimeout }),
    ...(given.instanceId !== undefined && { groupInstanceId: given.instanceId }),
    ...serverOf(given),
  });
  streams.onStateChange((state, before) => {
    const tasks = streams.metrics().tasks.map(({ id }) => id);
    say(`${before} -> ${state}${state === 'RUNNING' ? `, tasks ${tasks.join(' ') || 'none'}` : ''}`);
  });
  streams.onRestore({
    onRestoreStart: ({ store, task }, from, to) => {
      if (to > from) say(`restoring ${store} of task ${task} from offset ${from} to ${to}`);
    },
    onRestoreEnd: ({ store, task }, records) => {
      if (records > 0) say(`restored ${store} of task ${task} from ${records} records`);
    },
  });

  const end = (reason: string): void => {
    say(`ending: ${reason}`);
    streams.close({ timeout: '30s' }).catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
  // Only where another process has started this one with a channel to it: it must not outlive that one.
  const orphaned = (): void => end('the process that started this one is gone');
  process.once('disconnect', orphaned);

  try {
    await streams.start();
    if (streams.serverUrl !== null) say(`server at ${streams.serverUrl}`);
    await streams.closed;
    if (streams.error !== null) throw streams.error;
  } finally {
    process.off('disconnect', orphaned);
    if (process.connected) process.disconnect();
  }
}

/** Containers of one network reach each other by their host names. */
function serverOf(given: ServiceOptions): Pick<KafkaStreamsOptions, 'server' | 'applicationServer'> {
  const { httpPort: port, httpHost: host, httpToken: token } = given;
  if (port === undefined) return {};
  const address = given.httpAddress ?? (host === '0.0.0.0' ? `${hostname()}:${port}` : undefined);
  return { server: { port, host, token }, applicationServer: address };
}

function asText(facts: LogFields | undefined): string {
  return facts === undefined ? '' : ` ${JSON.stringify(facts)}`;
}

function say(line: string): void {
  console.log(`${new Date().toISOString()} ${line}`);
}

function flag(flags: string, variable: string, description: string): Option {
  return new Option(flags, description).env(variable);
}

function toPort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a whole number up to 65535.');
}
