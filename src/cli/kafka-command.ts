/** `millrace kafka`: a broker for as long as the command runs. */
import type { StartKafkaOptions } from '../local-kafka/options.js';
import { startKafka } from '../local-kafka/start-kafka.js';

/**
 * Starts a broker, prints its address alone on one line of standard output (progress goes to standard error), and waits
 * for SIGINT or SIGTERM. A signal before that simply ends the process, and the broker's watchdog cleans up. `KAFKA_BROKERS` is not
 * looked at: who asks for a broker by this command wants one of their own. With `json` the line is an object.
 */
export async function runKafka({ json, ...options }: StartKafkaOptions & { readonly json?: true }): Promise<void> {
  const kafka = await startKafka({
    properties: {},
    ...options,
    log: (line) => {
      process.stderr.write(`${line}\n`);
    },
  });
  const { brokers } = kafka;
  process.stdout.write(`${json === true ? JSON.stringify({ brokers }) : brokers.join(',')}\n`);
  const { dataDir } = options;
  const data = dataDir === undefined ? 'deletes its data' : `keeps its data in ${dataDir}`;
  process.stderr.write(`Ctrl-C ends it and ${data}.\n`);
  await untilSignal();
  await kafka.stop();
}

function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    // Neither the broker nor a signal handler keeps the process alive; that is this timer's only task.
    const alive = setInterval(() => undefined, 2 ** 30);
    const end = (): void => {
      clearInterval(alive);
      resolve();
    };
    process.once('SIGINT', end);
    process.once('SIGTERM', end);
  });
}
