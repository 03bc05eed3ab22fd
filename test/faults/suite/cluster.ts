/** Brokers that notice within seconds what they notice within half a minute by default. */
import type { RunningKafka, StartKafkaOptions } from '../../../src/local-kafka/options.js';
import { startKafka } from '../../../src/local-kafka/start-kafka.js';
import { STARTUP_MS } from '../startup.js';
import { PROXIES } from './run.js';

const PROPERTIES: Readonly<Record<string, string>> = {
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': '1000',
  'group.min.session.timeout.ms': '1000',
  // A broker that is killed gives its partitions away when the controller misses it.
  'broker.session.timeout.ms': '5000',
  'broker.heartbeat.interval.ms': '1000',
};

export function startCluster(
  { brokers, transactionVersion }: { readonly brokers: number; readonly transactionVersion: number | undefined },
  log: StartKafkaOptions['log'],
): Promise<RunningKafka> {
  return startKafka({
    use: 'java',
    brokers,
    proxies: PROXIES,
    properties: PROPERTIES,
    startupTimeoutMs: STARTUP_MS,
    ...(transactionVersion !== undefined && { features: { 'transaction.version': transactionVersion } }),
    log,
  });
}
