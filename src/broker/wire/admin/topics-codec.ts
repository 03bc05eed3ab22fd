/** CreateTopics v4, DeleteTopics v3, DescribeConfigs v2. */
import { MillraceError } from '../../../errors/error.js';
import type { NewTopic } from '../../port.js';
import type { WireRequest } from '../../transport.js';
import { ByteReader } from '../byte-reader.js';
import { ByteWriter } from '../byte-writer.js';
import { KafkaCode, brokerErrorFor } from '../error-codes.js';

const TOPIC_RESOURCE = 2;

export interface TopicOutcome {
  readonly topic: string;
  readonly errorCode: number;
  /** What the broker adds to the code, e.g. the name of a configuration that it does not know. */
  readonly detail: string | null;
}

export function createTopicsRequest(topics: readonly NewTopic[], timeoutMs: number): WireRequest {
  const body = new ByteWriter()
    .array(topics, ({ topic, partitions, replicationFactor, config }, writer) =>
      writer
        .string(topic)
        .int32(partitions)
        .int16(replicationFactor)
        .array([], () => undefined) // replicas are placed by the cluster
        .array(Object.entries(config), ([name, value]) => writer.string(name).nullableString(value)),
    )
    .int32(timeoutMs)
    .boolean(false)
    .finish();
  return { apiKey: 19, apiVersion: 4, apiName: 'CreateTopics', body };
}

export function readCreateTopics(body: Buffer): TopicOutcome[] {
  const reader = new ByteReader(body, 'CreateTopics response');
  reader.int32(); // throttle time
  return reader.array(() => ({ topic: reader.string(), errorCode: reader.int16(), detail: reader.nullableString() }));
}

export function deleteTopicsRequest(topics: readonly string[], timeoutMs: number): WireRequest {
  const body = new ByteWriter()
    .array(topics, (topic, writer) => writer.string(topic))
    .int32(timeoutMs)
    .finish();
  return { apiKey: 20, apiVersion: 3, apiName: 'DeleteTopics', body };
}

export function readDeleteTopics(body: Buffer): TopicOutcome[] {
  const reader = new ByteReader(body, 'DeleteTopics response');
  reader.int32(); // throttle time
  return reader.array(() => ({ topic: reader.string(), errorCode: reader.int16(), detail: null }));
}

export function topicConfigRequest(topic: string): WireRequest {
  const body = new ByteWriter()
    .array([topic], (name, writer) => writer.int8(TOPIC_RESOURCE).string(name).nullArray())
    .boolean(false)
    .finish();
  return { apiKey: 32, apiVersion: 2, apiName: 'DescribeConfigs', body };
}

/** All values, defaults included. @throws MillraceError TOPIC_MISSING, BrokerError for every other code but 0 */
export function readTopicConfig(body: Buffer, topic: string): Record<string, string> {
  const reader = new ByteReader(body, 'DescribeConfigs response');
  const config: Record<string, string> = {};
  reader.int32(); // throttle time
  reader.array(() => {
    const errorCode = reader.int16();
    reader.nullableString(); // error message
    if (errorCode === KafkaCode.UNKNOWN_TOPIC_OR_PARTITION) {
      throw new MillraceError('TOPIC_MISSING', `topic ${topic} does not exist; create it, or correct its name`, {
        topic,
      });
    }
    if (errorCode !== 0) throw brokerErrorFor(errorCode, 'reading the configuration of a topic', { topic });
    reader.int8();
    reader.string();
    reader.array(() => {
      const name = reader.string();
      const value = reader.nullableString();
      reader.boolean(); // read only
      reader.int8(); // source
      reader.boolean(); // sensitive
      reader.array(() => {
        reader.string();
        reader.nullableString();
        reader.int8();
      });
      if (value !== null) config[name] = value;
    });
  });
  return config;
}
