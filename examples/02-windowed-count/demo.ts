/** The whole example in one command: a broker, a generator, the service, a live view, and if asked the verification. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { Kafka, logLevel } from 'kafkajs';
import { MillraceError } from 'millrace';
import { startKafka } from 'millrace/testing';
import { checkWindows, passed, report } from './check-windows.js';
import { Run } from './run.js';
import { createTopics, removeTraces } from './topics.js';
import { View } from './view.js';

interface DemoOptions {
  readonly records?: number;
  readonly rate?: number;
  readonly instances: number;
  readonly seed: number;
  readonly late: number;
  readonly verify?: boolean;
}

const given = new Command('npm run demo --')
  .description('Orders per user in windows of ten seconds, live. Needs KAFKA_BROKERS, Docker, or Java 17 with Maven.')
  .option('--records <number>', 'end by itself after so many orders (default: Ctrl-C ends it)', toCount)
  .option('--rate <number>', 'orders a second (default: 2000; with --records as fast as possible)', toCount)
  .option('--instances <number>', 'instances of the service, which share the work', toCount, 1)
  .option('--seed <number>', 'of the generator', toCount, 1)
  .option('--late <share>', 'of orders that come too late for their window', Number, 0.01)
  .option('--verify', 'recompute every window at the end and compare; exit code 1 when one differs')
  .parse()
  .opts<DemoOptions>();

try {
  process.exitCode = (await demo(given)) ? 0 : 1;
} catch (error) {
  console.error(MillraceError.is(error) ? error.message : error);
  process.exitCode = 1;
}

async function demo(options: DemoOptions): Promise<boolean> {
  const view = new View(process.stdout);
  const log = (line: string): void => view.log(line);
  const broker = await startKafka({ log });
  // A broker of the environment may hold earlier runs, so everything is named after this one.
  const applicationId = `spend-${randomUUID().slice(0, 8)}`;
  const topics = { orders: `${applicationId}-orders`, spend: `${applicationId}-spend` };
  const stateDir = mkdtempSync(join(tmpdir(), 'windowed-count-'));
  const kafka = new Kafka({ clientId: 'demo', brokers: broker.brokers, logLevel: logLevel.NOTHING });
  log(`Kafka at ${broker.brokers.join(',')} (${broker.how}), application ${applicationId}`);
  try {
    await createTopics(kafka, topics);
    const run = new Run({ kafka, brokers: broker.brokers, applicationId, topics, stateDir, view, ...options });
    const drained = await run.toTheEnd();
    if (options.verify !== true) return drained;
    const verdict = await checkWindows(kafka, topics, 'exact');
    for (const line of report(verdict)) log(line);
    return drained && passed(verdict);
  } finally {
    if (broker.how === 'environment') await removeTraces(kafka, applicationId);
    await broker.stop();
    rmSync(stateDir, { recursive: true, force: true });
  }
}

function toCount(text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && Number.isInteger(number) && number >= 0) return number;
  throw new InvalidArgumentError('It must be a whole number.');
}
