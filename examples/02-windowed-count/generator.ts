/** Writes orders into a topic: as many as asked for, at a rate or as fast as Kafka takes them. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { Kafka, logLevel } from 'kafkajs';
import { orders } from './orders.js';
import { writeOrders } from './write-orders.js';

interface GeneratorOptions {
  readonly brokers: string;
  readonly topic: string;
  readonly records?: number;
  readonly rate?: number;
  readonly start?: number;
  readonly seed: number;
  readonly users: number;
  readonly outOfOrder: number;
  readonly late: number;
}

const given = new Command('generator')
  .description('Writes orders into a topic. Equal seeds (and starts) give equal orders.')
  .addOption(new Option('--brokers <list>', 'addresses of Kafka').env('KAFKA_BROKERS').default('localhost:9092'))
  .option('--topic <name>', 'a topic that exists', 'orders')
  .option('--records <number>', 'how many (default: until Ctrl-C)', toNumber)
  .option('--rate <number>', 'orders a second (default: as fast as possible; without --records 2000)', toNumber)
  .option(
    '--start <ms>',
    'time of the first order, ms since the epoch (default: such that the last one is placed now)',
    toNumber,
  )
  .option('--seed <number>', 'of the random numbers', toNumber, 1)
  .option('--users <number>', 'how many users there are', toNumber, 1_000)
  .option('--out-of-order <share>', 'of orders up to 4 s behind younger ones', toNumber, 0.2)
  .option('--late <share>', 'of orders 20 to 60 s behind younger ones', toNumber, 0.01)
  .parse()
  .opts<GeneratorOptions>();

const { topic, records, seed, users, outOfOrder, late } = given;
const rate = given.rate ?? (records === undefined ? 2_000 : undefined);
const stopping = new AbortController();
const stop = (): void => stopping.abort();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
process.once('disconnect', stop);

// At a rate, event time goes as the clock does; without one an order follows the other after a millisecond.
const step = rate === undefined ? 1 : 1_000 / rate;
const start = given.start ?? Date.now() - (rate === undefined ? step * (records ?? 0) : 0);
const kafka = new Kafka({ clientId: 'orders', brokers: given.brokers.split(','), logLevel: logLevel.ERROR });
const sent = await writeOrders(kafka, orders({ seed, start, step, users, outOfOrder, late }), {
  topic,
  signal: stopping.signal,
  ...(records !== undefined && { records }),
  ...(rate !== undefined && { rate }),
});
console.log(`${sent} orders written to ${topic}`);
if (process.connected) process.disconnect();

function toNumber(text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && Number.isFinite(number) && number >= 0) return number;
  throw new InvalidArgumentError('It must be a number, 0 or more.');
}
