import { describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.js';
import type { KafkaStreamsOptions } from '../src/config/options.js';

const MINIMAL: KafkaStreamsOptions = { applicationId: 'app', kafka: { brokers: ['localhost:9092'] } };
const wrong = (options: Record<string, unknown>): KafkaStreamsOptions => ({ ...MINIMAL, ...options });

describe('readConfig', () => {
  it('fills in the documented defaults', () => {
    const config = readConfig(MINIMAL);
    expect(config).toMatchObject({
      startTimeoutMs: 60_000,
      commitIntervalMs: 30_000,
      stateStoreCacheMaxBytes: 10 * 1024 * 1024,
      maxTaskIdleMs: 0,
      emitIntervalMs: 1_000,
      dslStores: 'level',
      autoOffsetReset: 'earliest',
      replicationFactor: -1,
      windowStoreChangelogAdditionalRetentionMs: 86_400_000,
      sessionTimeoutMs: 10_000,
      heartbeatIntervalMs: 500,
      rebalanceTimeoutMs: 300_000,
    });
    expect(config.deserializationErrorHandler({} as never, {} as never)).toBe('fail');
  });

  it('commits exactly-once more often, in transactions, and reads what is committed', () => {
    expect(readConfig(MINIMAL)).toMatchObject({ transactionTimeoutMs: null, isolation: 'uncommitted' });
    expect(readConfig({ ...MINIMAL, processingGuarantee: 'exactly_once_v2' })).toMatchObject({
      transactionTimeoutMs: 10_000,
      commitIntervalMs: 100,
      isolation: 'committed',
    });
  });

  it('turns durations into milliseconds', () => {
    const config = readConfig({ ...MINIMAL, commitInterval: '1s', sessionTimeout: '900ms', maxTaskIdle: -1 });
    expect([config.commitIntervalMs, config.heartbeatIntervalMs, config.maxTaskIdleMs]).toEqual([1_000, 300, -1]);
  });

  it.each([
    [{ commitIntervall: '1s' }, 'commitIntervall is not an option (did you mean commitInterval?)'],
    [{ nonsense: 1 }, 'nonsense is not an option'],
    [{ producer: { lingerms: 5 } }, 'producer.lingerms is not an option (did you mean linger?)'],
    [
      { errors: { retry: { attempts: 2, backoff: 5 } } },
      'errors.retry.backoff is not an option (did you mean backOff?)',
    ],
    [{ server: { ports: 1 } }, 'server.ports is not an option (did you mean port?)'],
    [{ applicationId: undefined }, 'applicationId is required: the name of the application'],
    [{ applicationId: 'a b' }, 'applicationId may hold letters, digits'],
    [{ kafka: undefined }, "kafka is required: how to reach Kafka, e.g. { brokers: ['localhost:9092'] }"],
    [{ kafka: { brokers: 'localhost' } }, "kafka.brokers must be a list of addresses such as ['host:9092']"],
    [{ processingGuarantee: 'exactly_once' }, "processingGuarantee must be 'at_least_once' or 'exactly_once_v2'"],
    [
      { processingGuarantee: 'exactly_once_v2', commitInterval: '10s' },
      'commitInterval (10000 ms) must be below transactionTimeout (10000 ms)',
    ],
    [{ transactionTimeout: '20s' }, "transactionTimeout is only for processingGuarantee: 'exactly_once_v2'"],
    [
      { processingGuarantee: 'exactly_once_v2', isolationLevel: 'readUncommitted' },
      'isolationLevel cannot be readUncommitted',
    ],
    [{ commitInterval: 'soon' }, "commitInterval must be a whole number of milliseconds or a text such as '10s'"],
    [{ commitInterval: -5 }, 'commitInterval must be a whole number of milliseconds'],
    [{ stateStoreCacheMaxBytes: -1 }, 'stateStoreCacheMaxBytes must not be negative'],
    [{ autoOffsetReset: 'begin' }, "autoOffsetReset must be 'earliest', 'latest', 'none' or { byDuration: '1h' }"],
    [
      { autoOffsetReset: { byDuration: '-1h' } },
      "autoOffsetReset must be 'earliest', 'latest', 'none' or { byDuration: '1h' }",
    ],
    [
      { deserializationErrorHandler: 'skip' },
      "deserializationErrorHandler must be 'fail', 'continue', 'deadLetter' or a function",
    ],
    [{ defaultKeySerde: {} }, 'defaultKeySerde must be a serde'],
    [{ logger: console.log }, 'logger must be a logger, with the methods debug, info (or log), warn and error'],
    [{ replicationFactor: 0 }, "replicationFactor must be at least 1, or -1 for the broker's default"],
    [
      { sessionTimeout: '6s', heartbeatInterval: '6s' },
      'heartbeatInterval (6000 ms) must be shorter than sessionTimeout',
    ],
    [{ heartbeatInterval: '20s' }, 'heartbeatInterval (20000 ms) must be shorter than sessionTimeout (10000 ms)'],
    [{ sessionTimeout: 0 }, 'sessionTimeout must be at least 1 ms'],
    [{ maxTaskIdle: -2 }, 'maxTaskIdle must be a whole number of milliseconds'],
    [{ commitInterval: '10 seconds' }, `not "10 seconds": write '10s'`],
    [{ kafka: { broker: 'localhost:9092' } }, 'kafka.broker is not an option (did you mean brokers?)'],
    [{ kafka: { brokers: ['a:1'], retry: {} } }, 'kafka.retry has no effect'],
    [{ kafka: { brokers: [] } }, "kafka.brokers must have at least one address such as 'host:9092'"],
    [{ kafka: { brokers: ['a:1'], ssl: 'true' } }, 'kafka.ssl must be true, false or an object such as { ca }'],
    [
      { kafka: { brokers: ['a:1'], sasl: { mechanism: 'plain', username: 'ann', password: undefined } } },
      'kafka.sasl.password is required for plain',
    ],
    [{ brokers: ['a:1'] }, 'brokers is not an option (did you mean kafka.brokers?)'],
    [{ linger: '5ms' }, 'linger is not an option (did you mean producer.linger?)'],
    [{ numStreamThreads: 4 }, 'numStreamThreads is not an option (an instance is one thread: start more instances)'],
    [
      { onUncaughtError: () => 'replace' },
      'onUncaughtError is not an option (it is a method: streams.onUncaughtError(',
    ],
    [{ stateDir: 5 }, 'stateDir must be a text, not a number'],
    [{ stateDir: '' }, 'stateDir must not be empty'],
    [{ server: 8788 }, 'server must be an object such as { port: 8788 }, or {} for this machine alone at that port'],
    [{ server: true }, 'server must be an object such as { port: 8788 }'],
    [{ server: { prot: 1 } }, 'server.prot is not an option (did you mean port?)'],
    [{ server: { protocol: 'http' } }, 'server.protocol is not an option (it knows port, host, token, tls)'],
    [{ errors: 'continue' }, "errors must be an object such as { retry: { attempts: 4 }, then: 'continue' }"],
    [{ errors: { retry: 3 } }, 'errors.retry must be an object such as { attempts: 4 }'],
    [{ producer: 5 }, 'producer must be an object of linger, batchBytes, bufferBytes, compression, deliveryTimeout'],
    [{ clock: Date.now }, 'clock must be an object with now(), such as { now: () => Date.now() }'],
    [{ topicConfig: { 'retention.ms': 1000 } }, 'topicConfig.retention.ms must be a text, not a number'],
    [{ createTopics: { partitions: '3' } }, 'createTopics must be true or { partitions, replicationFactor, config }'],
  ])('refuses %j', (options, message) => {
    expect(() => readConfig(wrong(options))).toThrow(message);
  });

  it('tells wrong durations among all that is wrong at once', () => {
    const problems = wrong({
      commitInterval: 'soon',
      producer: { linger: -1 },
      stateStoreCacheMaxBytes: -1,
      kafka: { brokers: ['kafka://a:1'] },
    });
    expect(() => readConfig(problems)).toThrow(
      /commitInterval must .*; .*producer\.linger must .*; kafka\.brokers holds kafka:\/\/a:1/,
    );
  });

  it('takes undefined for what is not given', () => {
    const names = ['commitInterval', 'logger', 'dslStores', 'groupInstanceId', 'producer', 'sessionTimeout'];
    const given = wrong(Object.fromEntries(names.map((name) => [name, undefined])));
    expect(JSON.stringify(readConfig(given))).toBe(JSON.stringify(readConfig(MINIMAL)));
  });

  it('refuses what are no options at all', () => {
    expect(() => readConfig(undefined as never)).toThrow('options must be an object such as { applicationId');
  });

  it('names every option that is wrong, and the first one as a field', () => {
    try {
      readConfig(wrong({ stateStoreCacheMaxBytes: -1, autoOffsetReset: 'begin' }));
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'CONFIG_INVALID', option: 'stateStoreCacheMaxBytes' });
      expect((error as Error).message).toMatch(/stateStoreCacheMaxBytes.*; autoOffsetReset/);
    }
  });
});
