/** TLS and every way to log in, on a broker whose ACLs allow what the pages say and nothing else. */
import { readFileSync } from 'node:fs';
import {
  AclOperationTypes as Operation,
  AclPermissionTypes,
  AclResourceTypes as Resource,
  Kafka,
  logLevel,
  ResourcePatternTypes as Pattern,
  type Admin,
} from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KafkaStreams } from '../../src/app.js';
import type { KafkaOptions } from '../../src/broker/kafkajs/kafka-options.js';
import type { KafkaStreamsOptions } from '../../src/config/options.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import type { RunningKafka } from '../../src/local-kafka/options.js';
import type { Logger } from '../../src/observe/logger.js';
import { serdes } from '../../src/serde/serdes.js';
import { until } from './application-fixture.js';
import { createTopic, ownKafka, readValues, uniqueName } from './kafka.js';
import { makeCertificates, STORE_PASSWORD, type Certificates } from './security/certificates.js';
import { addScramUsers, type ScramUser } from './security/scram-users.js';

const STRINGS = { key: serdes.string(), value: serdes.string() };
const SECRETS = { ann: 'plain-secret-1', sam: 'scram-secret-2', sue: 'scram-secret-3' };
const SCRAM: readonly ScramUser[] = [
  { mechanism: 'scram-sha-256', username: 'sam', password: SECRETS.sam },
  { mechanism: 'scram-sha-512', username: 'sue', password: SECRETS.sue },
];

let kafka: RunningKafka;
let certificates: Certificates;
let root: Kafka;
let admin: Admin;

beforeAll(async () => {
  certificates = await makeCertificates('CN=tess');
  const { broker, trustStore } = certificates;
  const logIn = 'listener.name.auth';
  const protocols = ['PLAINTEXT:PLAINTEXT', 'INTERNAL:PLAINTEXT', 'CONTROLLER:PLAINTEXT', 'AUTH:SASL_SSL'];
  kafka = await ownKafka({
    // Key stores are files of this machine.
    use: 'java',
    sasl: { username: 'ann', password: SECRETS.ann },
    proxies: ['mutual'],
    properties: {
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users': 'User:ANONYMOUS',
      'listener.security.protocol.map': [...protocols, 'PROXIED0:SSL'].join(','),
      'ssl.keystore.type': 'PKCS12',
      'ssl.keystore.location': broker.store,
      'ssl.keystore.password': STORE_PASSWORD,
      'ssl.key.password': STORE_PASSWORD,
      'ssl.truststore.type': 'PKCS12',
      'ssl.truststore.location': trustStore,
      'ssl.truststore.password': STORE_PASSWORD,
      'listener.name.proxied0.ssl.client.auth': 'required',
      'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
      [`${logIn}.scram-sha-256.sasl.jaas.config`]: scramLogin(),
      [`${logIn}.scram-sha-512.sasl.jaas.config`]: scramLogin(),
      [`${logIn}.oauthbearer.sasl.jaas.config`]:
        'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";',
    },
  });
  await addScramUsers(kafka.brokers[0] as string, SCRAM);
  root = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING });
  admin = root.admin();
  await admin.connect();
});

afterAll(async () => {
  await admin.disconnect();
  await kafka.stop();
  await certificates.remove();
});

function scramLogin(): string {
  return 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
}

/** A token as a broker takes it that checks no signatures. */
function unsignedToken(principal: string): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  return `${part({ alg: 'none' })}.${part({ sub: principal, iat: now, exp: now + 600 })}.`;
}

/** For each way to log in: who that is, and the option `kafka`. */
const WAYS: Readonly<Record<string, { readonly principal: string; readonly options: () => Partial<KafkaOptions> }>> = {
  'SASL PLAIN over TLS': {
    principal: 'ann',
    options: () => overTls({ sasl: { mechanism: 'plain', username: 'ann', password: SECRETS.ann } }),
  },
  'SCRAM-SHA-256 over TLS': {
    principal: 'sam',
    options: () => overTls({ sasl: { mechanism: 'scram-sha-256', username: 'sam', password: SECRETS.sam } }),
  },
  'SCRAM-SHA-512 over TLS': {
    principal: 'sue',
    options: () => overTls({ sasl: { mechanism: 'scram-sha-512', username: 'sue', password: SECRETS.sue } }),
  },
  'OAUTHBEARER over TLS': {
    principal: 'olga',
    options: () =>
      overTls({
        sasl: {
          mechanism: 'oauthbearer',
          oauthBearerProvider: () => Promise.resolve({ value: unsignedToken('olga') }),
        },
      }),
  },
  'mutual TLS': {
    principal: 'CN=tess',
    options: () => ({
      brokers: kafka.proxy('mutual').brokers,
      ssl: {
        ca: [certificates.broker.pem],
        pfx: readFileSync(certificates.client.store),
        passphrase: STORE_PASSWORD,
      },
    }),
  },
};

function overTls(rest: Partial<KafkaOptions>): Partial<KafkaOptions> {
  return { brokers: [...kafka.saslBrokers], ssl: { ca: [certificates.broker.pem] }, ...rest };
}

/** The rights that docs/operations.md and docs/exactly-once.md list. */
async function grant(
  principal: string,
  applicationId: string,
  topics: { input: string; output: string },
): Promise<void> {
  const [literal, prefix] = [Pattern.LITERAL, Pattern.PREFIXED];
  const rights = [
    [Resource.TOPIC, topics.input, literal, Operation.READ],
    [Resource.TOPIC, topics.output, literal, Operation.WRITE],
    [Resource.GROUP, applicationId, literal, Operation.READ],
    [Resource.TOPIC, `${applicationId}-`, prefix, Operation.READ],
    [Resource.TOPIC, `${applicationId}-`, prefix, Operation.WRITE],
    [Resource.TOPIC, `${applicationId}-`, prefix, Operation.CREATE],
    [Resource.TOPIC, `${applicationId}-`, prefix, Operation.DELETE],
    [Resource.TRANSACTIONAL_ID, `${applicationId}-`, prefix, Operation.WRITE],
  ] as const;
  await admin.createAcls({
    acl: rights.map(([resourceType, resourceName, resourcePatternType, operation]) => ({
      ...{ resourceType, resourceName, resourcePatternType, operation },
      principal: `User:${principal}`,
      host: '*',
      permissionType: AclPermissionTypes.ALLOW,
    })),
  });
}

/** Everything that was logged, as text. */
function listening(): { readonly logger: Logger; readonly text: () => string } {
  const lines: string[] = [];
  const note = (message: string, fields?: unknown): void => void lines.push(`${message} ${JSON.stringify(fields)}`);
  return { logger: { debug: note, info: note, warn: note, error: note }, text: () => lines.join('\n') };
}

function application(topics: { input: string; output: string }, options: Partial<KafkaStreamsOptions>): KafkaStreams {
  const builder = new StreamsBuilder();
  builder
    .stream(topics.input, STRINGS)
    .groupBy((value) => value, STRINGS)
    .count({ store: 'c' })
    .toStream()
    .mapValues((count, key) => `${key}:${String(count)}`)
    .to(topics.output, STRINGS);
  return new KafkaStreams(builder.build(), {
    applicationId: uniqueName('secured'),
    dslStores: 'memory',
    commitInterval: '100ms',
    repartitionPurgeInterval: '200ms',
    ...options,
  } as KafkaStreamsOptions);
}

async function topicPair(): Promise<{ input: string; output: string }> {
  const on = { on: kafka.brokers };
  return { input: await createTopic('in', on), output: await createTopic('out', on) };
}

describe('a secured broker', { timeout: 60_000 }, () => {
  for (const [way, { principal, options }] of Object.entries(WAYS)) {
    it(`serves an exactly-once application with the rights that are documented: ${way}`, async () => {
      const topics = await topicPair();
      const applicationId = uniqueName('secured');
      await grant(principal, applicationId, topics);
      const { logger, text } = listening();
      const streams = application(topics, {
        ...{ applicationId, logger, processingGuarantee: 'exactly_once_v2' },
        kafka: options() as KafkaOptions,
      });
      await streams.start();
      const producer = root.producer();
      await producer.connect();
      await producer.send({ topic: topics.input, messages: [{ key: 'k', value: 'a' }] });
      expect(await readValues(kafka.brokers, topics.output, 1)).toEqual(['a:1']);
      await producer.disconnect();
      // What is done of a repartition topic is deleted, for which there is a right of its own.
      const repartition = `${applicationId}-c-repartition`;
      await until(async () => (await admin.fetchTopicOffsets(repartition)).some(({ low }) => Number(low) > 0));
      expect(streams.state).toBe('RUNNING');
      await streams.close();
      for (const secret of [...Object.values(SECRETS), STORE_PASSWORD, unsignedToken('olga').slice(0, 30)]) {
        expect(text()).not.toContain(secret);
      }
      expect(text()).not.toMatch(/not authorized|BROKER_AUTHORIZATION/i);
    });
  }

  it('tells what is wrong of a log-in and of a right that is missing, and no secret', async () => {
    const topics = await topicPair();
    const { logger, text } = listening();
    const wrong = 'wrong-secret-4';
    const kafkaOptions = overTls({ sasl: { mechanism: 'scram-sha-256', username: 'sam', password: wrong } });
    const refused = application(topics, { logger, kafka: kafkaOptions as KafkaOptions });
    const failure: unknown = await refused.start().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'BROKER_AUTHENTICATION' });
    const unprivileged = WAYS['SCRAM-SHA-512 over TLS']?.options() as KafkaOptions;
    const denied: unknown = await application(topics, { logger, kafka: unprivileged })
      .start()
      .catch((error: unknown) => error);
    expect(denied).toMatchObject({ code: 'BROKER_AUTHORIZATION' });
    for (const said of [text(), String(failure), String(denied), JSON.stringify(failure)]) {
      for (const secret of [wrong, SECRETS.sue]) expect(said).not.toContain(secret);
    }
  });
});
