/** Opens Kafka through kafkajs: from the user's configuration to the parts that the runtime works with. */
import type { Logger } from '../../observe/logger.js';
import type { BrokerClient } from '../port.js';
import type { OpenTransport } from '../transport.js';
import { WireClient } from '../wire/wire-client.js';
import { BrokerHealth, type BrokerNews } from './broker-health.js';
import type { KafkaOptions } from './kafka-options.js';
import { KafkajsTransport } from './kafkajs-transport.js';
import { threadedHeartbeats } from './threaded-heartbeats.js';
import { transportSettings } from './transport-settings.js';

/**
 * @param health what the transports know together of the brokers; default: their own
 * @throws MillraceError KAFKAJS_MISMATCH when the installed kafkajs is not the one that is needed
 */
export function kafkajsTransports(
  options: KafkaOptions,
  logger: Logger,
  health: BrokerHealth = new BrokerHealth(logger),
): OpenTransport {
  const settingsOf = transportSettings(options, logger, health);
  return (role) => new KafkajsTransport(settingsOf(role));
}

/**
 * Opens Kafka: each part of the client connects by itself when it is first used.
 * @param news is told when a broker is lost and answers again
 * @throws MillraceError KAFKAJS_MISMATCH
 */
export function connectKafka(config: KafkaOptions, logger: Logger, news?: BrokerNews): BrokerClient {
  const health = new BrokerHealth(logger, news);
  const open = kafkajsTransports(config, logger, health);
  return new WireClient(open, logger, () => health.statuses, threadedHeartbeats(config, logger));
}
