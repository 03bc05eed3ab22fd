/** Says whether the windows in the output topic are those that follow from the input topic; exits with 1 when not. */
import { Command, Option } from 'commander';
import { Kafka, logLevel } from 'kafkajs';
import { checkWindows, passed, report } from './check-windows.js';

interface VerifyOptions {
  readonly brokers: string;
  readonly ordersTopic: string;
  readonly spendTopic: string;
  readonly atLeast?: boolean;
}

const { brokers, ordersTopic, spendTopic, atLeast } = new Command('verify')
  .description('Recomputes every window from the orders, without Millrace, and compares it with the output topic.')
  .addOption(new Option('--brokers <list>', 'addresses of Kafka').env('KAFKA_BROKERS').default('localhost:9092'))
  .option('--orders-topic <name>', 'input', 'orders')
  .option('--spend-topic <name>', 'output', 'spend')
  .option('--at-least', 'for runs in which an instance was killed: a window may have more orders, never fewer')
  .parse()
  .opts<VerifyOptions>();

const kafka = new Kafka({ clientId: 'verify', brokers: brokers.split(','), logLevel: logLevel.ERROR });
const topics = { orders: ordersTopic, spend: spendTopic };
const verdict = await checkWindows(kafka, topics, atLeast === true ? 'at-least' : 'exact');
for (const line of report(verdict)) console.log(line);
process.exitCode = passed(verdict) ? 0 : 1;
