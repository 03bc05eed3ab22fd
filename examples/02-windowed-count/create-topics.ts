/** Creates the topics of the example where they are missing. */
import { Command, Option } from 'commander';
import { Kafka, logLevel } from 'kafkajs';
import { createTopics } from './topics.js';

interface TopicOptions {
  readonly brokers: string;
  readonly ordersTopic: string;
  readonly spendTopic: string;
}

const { brokers, ordersTopic, spendTopic } = new Command('create-topics')
  .description('Creates the input and the output topic, with four partitions each.')
  .addOption(new Option('--brokers <list>', 'addresses of Kafka').env('KAFKA_BROKERS').default('localhost:9092'))
  .option('--orders-topic <name>', 'input', 'orders')
  .option('--spend-topic <name>', 'output', 'spend')
  .parse()
  .opts<TopicOptions>();

const kafka = new Kafka({ clientId: 'topics', brokers: brokers.split(','), logLevel: logLevel.NOTHING });
await createTopics(kafka, { orders: ordersTopic, spend: spendTopic });
