/** Opens Kafka through kafkajs: from the user's configuration to the parts that the runtime works with. */
import type { KafkaConfig } from 'kafkajs';
import type { Logger } from '../../observe/logger.js';
import type { BrokerClient } from '../port.js';
import type { OpenTransport } from '../transport.js';
import { WireClient } from '../wire/wire-client.js';
import { BrokerHealth } from './broker-health.js';
import type { KafkaOptions } from './kafka-options.js';
import { kafkajsInside } from './kafkajs-inside.js';
import { kafkajsLogger } from './kafkajs-log.js';
import { KafkajsTransport, type TransportSettings } from './kafkajs-transport.js';
import { threadedHeartbeats } from './threaded-heartbeats.js';

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
 * @param health what the transports know together of the brokers; default: their own
 * @throws MillraceError KAFKAJS_MISMATCH when the installed kafkajs is not the one that is needed
 */
export function kafkajsTransports(
  options: KafkaOptions,
  logger: Logger,
  health: BrokerHealth = new BrokerHealth(logger),
): OpenTransport {
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
  return (role) => new KafkajsTransport({ ...settings, clientId: `${prefix}-${role}` });
}

/**
 * Opens Kafka: each part of the client connects by itself when it is first used.
 * @throws MillraceError KAFKAJS_MISMATCH
 */
export function connectKafka(config: KafkaOptions, logger: Logger): BrokerClient {
  const health = new BrokerHealth(logger);
  const open = kafkajsTransports(config, logger, health);
  return new WireClient(open, logger, () => health.statuses, threadedHeartbeats(config, logger));
}
