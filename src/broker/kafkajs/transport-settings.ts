/** From the user's configuration of Kafka to what a transport needs: all that a thread has to load that only sends heartbeats. */
import type { KafkaConfig } from 'kafkajs';
import type { Logger } from '../../observe/logger.js';
import type { BrokerHealth } from './broker-health.js';
import type { KafkaOptions } from './kafka-options.js';
import { kafkajsInside } from './kafkajs-inside.js';
import { kafkajsLogger } from './kafkajs-log.js';
import type { TransportSettings } from './kafkajs-transport.js';

const CONNECTION_TIMEOUT = 5_000;
const AUTHENTICATION_TIMEOUT = 10_000;
const REQUEST_TIMEOUT = 30_000;

/** To kafkajs, an option that is undefined is one that was given. */
function whatIsGiven(options: KafkaOptions): KafkaConfig {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as unknown as KafkaConfig;
}

/**
 * What transports are made with, one for each role.
 * @throws MillraceError KAFKAJS_MISMATCH when the installed kafkajs is not the one that is needed
 */
export function transportSettings(
  options: KafkaOptions,
  logger: Logger,
  health: BrokerHealth,
): (role: string) => TransportSettings {
  kafkajsInside();
  const config = whatIsGiven(options);
  const settings = {
    brokers: config.brokers,
    // kafkajs stores its authenticator in the sasl object; the user's own stays as it is.
    kafka: { ...config, ...(typeof config.sasl === 'object' ? { sasl: { ...config.sasl } } : {}) },
    connectionTimeoutMs: config.connectionTimeout ?? CONNECTION_TIMEOUT,
    authenticationTimeoutMs: config.authenticationTimeout ?? AUTHENTICATION_TIMEOUT,
    requestTimeoutMs: config.requestTimeout ?? REQUEST_TIMEOUT,
    log: kafkajsLogger(config, logger),
    logger,
    health,
  } satisfies Omit<TransportSettings, 'clientId'>;
  const prefix = config.clientId ?? 'millrace';
  return (role) => ({ ...settings, clientId: `${prefix}-${role}` });
}
