/** The topic of dead letters at start: it exists, or is created where that was asked for, and what it takes is known. */
import type { Admin } from '../../broker/port.js';
import type { Config } from '../../config.js';
import { MillraceError } from '../../errors/error.js';

/** What a broker takes that was told nothing else. */
const STANDARD_BYTES = 1_048_588;

/**
 * @returns bytes that the topic takes of a batch; Kafka's default where they may not be asked for, or there is no such topic
 * @throws MillraceError TOPIC_MISSING when it does not exist and was not to be created
 */
export async function prepareDeadLetterTopic(
  { deadLetterTopic, createsDeadLetterTopic, replicationFactor, logger }: Config,
  admin: Admin,
): Promise<number> {
  if (deadLetterTopic === null) return STANDARD_BYTES;
  const { name: topic, partitions = 1, config = {} } = deadLetterTopic;
  const [known] = await admin.describeTopics([topic]);
  if (known === undefined) {
    if (!createsDeadLetterTopic) {
      throw new MillraceError(
        'TOPIC_MISSING',
        `the topic of dead letters does not exist: ${topic}; create it, or give errors.deadLetterTopic as { name: '${topic}' } to have it created`,
        { topic, option: 'errors.deadLetterTopic' },
      );
    }
    const factor = deadLetterTopic.replicationFactor ?? replicationFactor;
    await admin.createTopics([{ topic, partitions, replicationFactor: factor, config }]);
  }
  try {
    const bytes = Number((await admin.topicConfig(topic))['max.message.bytes']);
    return Number.isSafeInteger(bytes) ? bytes : STANDARD_BYTES;
  } catch (error) {
    if (!MillraceError.is(error) || error.code !== 'BROKER_AUTHORIZATION') throw error;
    logger.info(
      `the broker does not let this instance read max.message.bytes of ${topic}; dead letters are cut for Kafka's default`,
    );
    return STANDARD_BYTES;
  }
}
