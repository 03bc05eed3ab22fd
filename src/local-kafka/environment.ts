/** A broker that is already running and named by the environment. */
import { probeSocket } from './broker-probe.js';
import { LaunchError } from './launch-error.js';
import { noProxy } from './proxy/named-proxies.js';
import { positionsIn } from './node-positions.js';
import type { RunningKafka } from './options.js';

/**
 * The brokers of `KAFKA_BROKERS` (comma-separated `host:port`). Throws a {@link LaunchError} when none of them accepts a
 * connection: a name that was given must not be passed over in silence.
 */
export async function useEnvironment(value: string, log: (line: string) => void): Promise<RunningKafka> {
  const brokers = value
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '');
  const results = await Promise.all(brokers.map((address) => probeSocket(address, 5_000)));
  if (!results.some((result) => result.ready)) {
    const reasons = results.map((result) => (result.ready ? '' : result.reason)).join('; ');
    throw new LaunchError(
      `KAFKA_BROKERS is set to ${value}, but no broker is there (${reasons}). Start it, correct the variable, or unset it to have a broker started.`,
    );
  }
  log(`using the Kafka of KAFKA_BROKERS: ${brokers.join(',')}`);
  return {
    brokers,
    saslBrokers: [],
    how: 'environment',
    control: undefined,
    nodes: [],
    ...positionsIn(brokers, []),
    proxy: noProxy,
    stop: () => Promise.resolve(),
  };
}
