/** How commands reach a cluster that runs: by the addresses of its brokers, and a file for what else it takes. */
import { readFileSync } from 'node:fs';
import { Option, type Command } from 'commander';
import { connectKafka, kafkajsTransports } from '../broker/kafkajs/connect.js';
import type { KafkaOptions } from '../broker/kafkajs/kafka-options.js';
import { kafkaProblems } from '../broker/kafkajs/kafka-options.js';
import type { BrokerClient } from '../broker/port.js';
import { ClusterInspector } from '../broker/wire/inspect/cluster-inspector.js';
import { MillraceError } from '../errors/error.js';
import { silentLogger } from '../observe/logger.js';

export interface KafkaAccessFlags {
  readonly brokers: string;
  readonly kafka?: string;
}

/** Adds the options to a command. */
export function addKafkaAccess(command: Command): Command {
  return command
    .addOption(
      new Option('-b, --brokers <host:port,...>', 'addresses of brokers')
        .env('KAFKA_BROKERS')
        .default('localhost:9092'),
    )
    .option('--kafka <file>', "JSON with the application's option kafka: ssl, sasl, …");
}

/** @throws MillraceError CONFIG_INVALID */
export function kafkaAccess({ brokers, kafka: file }: KafkaAccessFlags): KafkaOptions {
  const others = file === undefined ? {} : contentOf(file);
  const kafka = { clientId: 'millrace', brokers: brokers.split(',').map((address) => address.trim()), ...others };
  const problems = kafkaProblems(kafka);
  if (problems.length > 0) throw new MillraceError('CONFIG_INVALID', problems.join('; '), { option: 'kafka' });
  return kafka;
}

/** Works with a client, and closes it whatever happens. @throws MillraceError CONFIG_INVALID */
export async function onKafka<T>(flags: KafkaAccessFlags, work: (client: BrokerClient) => Promise<T>): Promise<T> {
  const client = connectKafka(kafkaAccess(flags), silentLogger);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

/** Asks about the cluster itself, and closes what it opened. @throws MillraceError CONFIG_INVALID */
export async function onCluster<T>(
  flags: KafkaAccessFlags,
  work: (inspector: ClusterInspector) => Promise<T>,
): Promise<T> {
  const inspector = new ClusterInspector(kafkajsTransports(kafkaAccess(flags), silentLogger));
  try {
    return await work(inspector);
  } finally {
    await inspector.close();
  }
}

function contentOf(file: string): Partial<KafkaOptions> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Partial<KafkaOptions>;
  } catch (cause) {
    throw new MillraceError('CONFIG_INVALID', `${file} cannot be read as JSON: ${String(cause)}`, { cause });
  }
}
