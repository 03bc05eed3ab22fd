/** Topics that are written to and go away, or may not be written to: the end of the instance, with the topic's name, and nothing else. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KafkaStreams } from '../../src/app.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  Kafka,
  logLevel,
  ResourcePatternTypes,
} from 'kafkajs';
import type { RunningKafka } from '../../src/local-kafka/options.js';
import { silentLogger } from '../../src/observe/logger.js';
import { serdes } from '../../src/serde/serdes.js';
import { administration, applications, produce, readUntil, until } from './application-fixture.js';
import { createTopic, ownKafka, uniqueName } from './kafka.js';

const STRINGS = { key: serdes.string(), value: serdes.string() };
const SOON = { timeout: 60_000 };

describe('an output that is deleted under way', SOON, () => {
  const apps = applications();
  const admin = administration();

  it('ends the instance when it does not come back in time, whatever the handler says', async () => {
    const [input, output] = [await createTopic('in'), await createTopic('out')];
    const builder = new StreamsBuilder();
    builder.stream(input, STRINGS).to(output, STRINGS);
    let asked = 0;
    const streams = apps.start(builder.build(), {
      applicationId: uniqueName('gone'),
      logger: silentLogger,
      producer: { deliveryTimeout: '2s' },
      productionErrorHandler: () => {
        asked += 1;
        return 'continue';
      },
    });
    await streams.start();
    await produce(input, [['a', '1']]);
    await readUntil(output, (key) => key === 'a');
    await admin().deleteTopics({ topics: [output] });
    await produce(input, [['b', '2']]);
    await streams.closed;
    expect(streams.error).toMatchObject({ code: 'PRODUCTION_FAILED', topic: output });
    expect(streams.error?.message).toContain('does not have this topic');
    expect(asked).toBe(0);
  });

  it('is written to again when it comes back in time', async () => {
    const [input, output] = [await createTopic('in'), await createTopic('out')];
    const builder = new StreamsBuilder();
    builder.stream(input, STRINGS).to(output, STRINGS);
    const streams = apps.start(builder.build(), { applicationId: uniqueName('back'), logger: silentLogger });
    await streams.start();
    await produce(input, [['a', '1']]);
    await readUntil(output, (key) => key === 'a');
    await admin().deleteTopics({ topics: [output] });
    await produce(input, [['b', '2']]);
    await until(async () => !(await admin().listTopics()).includes(output));
    await admin().createTopics({ topics: [{ topic: output }] });
    await readUntil(output, (key) => key === 'b');
    expect(streams.state).toBe('RUNNING');
  });
});

describe('a topic without rights', SOON, () => {
  let kafka: RunningKafka;
  beforeAll(async () => {
    kafka = await ownKafka({
      sasl: { username: 'miller', password: 'right' },
      properties: {
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'super.users': 'User:ANONYMOUS',
        'allow.everyone.if.no.acl.found': 'true',
      },
    });
  });
  afterAll(() => kafka.stop());

  it('ends the instance when they are taken away under way, whatever the handler says', async () => {
    const [input, output] = [
      await createTopic('in', { on: kafka.brokers }),
      await createTopic('out', { on: kafka.brokers }),
    ];
    const root = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING });
    const [admin, producer] = [root.admin(), root.producer()];
    await admin.connect();
    await producer.connect();
    const builder = new StreamsBuilder();
    const seen: string[] = [];
    builder
      .stream(input, STRINGS)
      .peek((value) => seen.push(value))
      .to(output, STRINGS);
    let asked = 0;
    const streams = new KafkaStreams(builder.build(), {
      applicationId: uniqueName('rights'),
      kafka: {
        brokers: [...kafka.saslBrokers],
        sasl: { mechanism: 'plain', username: 'miller', password: 'right' },
      },
      commitInterval: '100ms',
      dslStores: 'memory',
      logger: silentLogger,
      productionErrorHandler: () => {
        asked += 1;
        return 'continue';
      },
    });
    await streams.start();
    await producer.send({ topic: input, messages: [{ key: 'a', value: '1' }] });
    await until(() => seen.length === 1);
    await until(() => streams.metrics().commits.count > 0);
    await admin.createAcls({
      acl: [
        {
          resourceType: AclResourceTypes.TOPIC,
          resourceName: output,
          resourcePatternType: ResourcePatternTypes.LITERAL,
          principal: 'User:miller',
          host: '*',
          operation: AclOperationTypes.WRITE,
          permissionType: AclPermissionTypes.DENY,
        },
      ],
    });
    await producer.send({ topic: input, messages: [{ key: 'b', value: '2' }] });
    await streams.closed;
    expect(streams.error).toMatchObject({ code: 'BROKER_AUTHORIZATION', topic: output });
    expect(asked).toBe(0);
    await admin.disconnect();
    await producer.disconnect();
  });
});
