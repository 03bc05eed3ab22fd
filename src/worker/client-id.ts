/** The name under which an instance's connections are known to the broker: in its logs, its quotas, and where groups are described. */
import { hostname } from 'node:os';
import type { Config } from '../config.js';

/**
 * The user's `kafka.clientId`, or `<applicationId>-<host>-<process>`; each connection adds what it is for: `-reader-main`, `-group`.
 * Kafka Streams: `client.id`.
 */
export function clientIdOf({ applicationId, kafka }: Pick<Config, 'applicationId' | 'kafka'>): string {
  return kafka.clientId ?? `${applicationId}-${hostname()}-${String(process.pid)}`;
}
