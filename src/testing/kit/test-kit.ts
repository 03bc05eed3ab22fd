/** The integration kit: what a test of a whole application needs of Kafka, and its removal afterwards. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KafkaStreams } from '../../app.js';
import { connectKafka } from '../../broker/kafkajs/connect.js';
import type { KafkaOptions } from '../../broker/kafkajs/kafka-options.js';
import type { Admin, BrokerClient } from '../../broker/port.js';
import { murmur2Partition } from '../../broker/wire/murmur2.js';
import type { KafkaStreamsOptions } from '../../config/options.js';
import { MillraceError } from '../../errors/error.js';
import type { RunningKafka } from '../../local-kafka/options.js';
import { startKafka } from '../../local-kafka/start-kafka.js';
import { consoleLogger, silentLogger } from '../../observe/logger.js';
import { DefaultPartition } from '../../sink/default-partition.js';
import { toMilliseconds, type Duration } from '../../time/duration.js';
import type { Topology } from '../../topology/topology.js';
import { isFailureUnseen } from '../../worker/process-end.js';
import { checkTopicOptions } from '../records/check-topic-options.js';
import type { TestTopicOptions } from '../records/test-record.js';
import { KafkaTopic, type WaitOptions } from './kafka-topic.js';

const ASK_AGAIN_MS = 20;
/** Tests have times of their own, and brokers delete what is older than a week. */
const KEPT = { 'retention.ms': '-1' };

/** Options of {@link startTestKit}; all have a default. */
export interface TestKitOptions {
  /** How to reach a broker that runs. Default: the one that {@link startKafka} finds or starts, and that `close` ends. */
  readonly kafka?: KafkaOptions | undefined;
  /** For how long reading a topic waits, and {@link TestKit.run} for `RUNNING`. Default 30 s. */
  readonly timeout?: Duration | undefined;
  /** Told in one line each what is being tried, downloaded and started, when a broker is. Default: silent. */
  readonly log?: ((line: string) => void) | undefined;
}

/** What a topic of a kit is made with. */
export interface KitTopicOptions<K, V> extends TestTopicOptions<K, V> {
  /** Default 1. */
  readonly partitions?: number | undefined;
  /** Configuration of the topic, e.g. `{ 'cleanup.policy': 'compact' }`. Records are kept for ever unless it says otherwise: those of tests often have times long past. */
  readonly config?: Readonly<Record<string, string>> | undefined;
}

/**
 * Finds a broker, or starts one, for a test of a whole application.
 * @throws LaunchError LAUNCH_FAILED when there is none
 */
export async function startTestKit(options: TestKitOptions = {}): Promise<TestKit> {
  const { kafka: given, timeout = '30s', log } = options;
  const timeoutMs = toMilliseconds(timeout, 'timeout');
  const started = given === undefined ? await startKafka({ log }) : null;
  return new TestKit(given ?? { brokers: started?.brokers ?? [] }, started, timeoutMs);
}

/**
 * Made by {@link startTestKit}, closed by {@link close} or by `await using`: applications are closed, then their topics, groups and
 * state and the topics of the kit are deleted, then a broker that was started is ended. What was on the broker before stays.
 */
export class TestKit {
  /** Where applications of the kit keep their state: a folder of its own. */
  readonly stateDir: string;
  private readonly client: BrokerClient;
  private readonly admin: Admin;
  private readonly partitioner = new DefaultPartition(murmur2Partition);
  private readonly applications: KafkaStreams[] = [];
  /** What begins with one of these and a `-`, or is called so, belongs to the kit. */
  private readonly names = new Set<string>();
  private readonly topics = new Set<string>();

  /** @internal */
  constructor(
    /** How to reach the broker: the option `kafka` of an application. */
    readonly kafka: KafkaOptions,
    private readonly started: RunningKafka | null,
    private readonly timeoutMs: number,
  ) {
    this.stateDir = mkdtempSync(join(tmpdir(), 'millrace-test-'));
    this.client = connectKafka({ clientId: 'millrace-test', ...kafka }, silentLogger);
    this.admin = this.client.admin();
  }

  /** Addresses of the broker, `host:port`. */
  get brokers(): string[] {
    const { brokers } = this.kafka;
    if (typeof brokers !== 'function') return [...brokers];
    throw new MillraceError(
      'STATE_INVALID',
      'kafka.brokers is a function, so the kit does not know the addresses; use kit.kafka',
    );
  }

  /**
   * A name that nobody has used on this broker: `stock-1f3a9c02`. Topics and groups that are called so, or whose names begin so, are
   * deleted by `close`, whoever made them.
   */
  fresh(name: string): string {
    const fresh = `${name}-${randomBytes(4).toString('hex')}`;
    this.names.add(fresh);
    return fresh;
  }

  /**
   * Creates a topic of exactly this name.
   * @throws MillraceError STATE_INVALID when there is one already: the kit would delete what is not its own; CONFIG_INVALID without the
   *   serdes of keys and values
   */
  async topic<K, V>(name: string, options: KitTopicOptions<K, V>): Promise<KafkaTopic<K, V>> {
    checkTopicOptions(`topic(${name})`, options, ['partitions', 'config']);
    const { partitions = 1, config, ...serdes } = options;
    const there = await this.admin.describeTopics([name]);
    if (there.length > 0) {
      throw new MillraceError(
        'STATE_INVALID',
        `topic ${name} exists already, and a test kit deletes its topics afterwards; delete it, use freshTopic(), or let the kit start a broker of its own`,
        { topic: name },
      );
    }
    this.topics.add(name);
    await this.admin.createTopics([{ topic: name, partitions, replicationFactor: -1, config: { ...KEPT, ...config } }]);
    const { client, partitioner, timeoutMs } = this;
    return new KafkaTopic(name, partitions, serdes, {
      client,
      partitioner,
      timeoutMs,
      checkApplications: () => {
        this.checkApplications();
      },
    });
  }

  /** Creates a topic whose name begins so and is nobody else's: `name` of what is given tells it. */
  freshTopic<K, V>(prefix: string, options: KitTopicOptions<K, V>): Promise<KafkaTopic<K, V>> {
    return this.topic(this.fresh(prefix), options);
  }

  /** Options of an application on the kit's broker: a fresh id, state in `stateDir`, commits every 100 ms; over them those given. */
  options(given: Partial<KafkaStreamsOptions> = {}): KafkaStreamsOptions {
    const { applicationId = this.fresh('app'), ...others } = given;
    this.names.add(applicationId);
    return { kafka: this.kafka, stateDir: this.stateDir, commitInterval: '100ms', ...others, applicationId };
  }

  /**
   * Starts an application, with options as {@link options} gives them, and resolves when it is `RUNNING`. Its topics must exist.
   * @throws what the application failed with, MillraceError TEST_TIMED_OUT
   */
  async run(topology: Topology, options?: Partial<KafkaStreamsOptions>): Promise<KafkaStreams> {
    const streams = new KafkaStreams(topology, this.options(options));
    this.applications.push(streams);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const message = `the application is ${streams.state} and not RUNNING after ${String(this.timeoutMs)} ms`;
        reject(new MillraceError('TEST_TIMED_OUT', message));
      }, this.timeoutMs);
    });
    try {
      await Promise.race([streams.start().then(() => streams.whenRunning()), late]);
    } finally {
      clearTimeout(timer);
    }
    return streams;
  }

  /**
   * Waits until it is so, asking every 20 ms: for what is no record, such as the answer of a store or of a service.
   * @throws MillraceError TEST_TIMED_OUT, what the function throws, and what an application of the kit has failed with
   */
  async until(isSo: () => boolean | Promise<boolean>, { timeout }: WaitOptions = {}): Promise<void> {
    const limitMs = timeout === undefined ? this.timeoutMs : toMilliseconds(timeout, 'timeout');
    const end = performance.now() + limitMs;
    while (!(await isSo())) {
      this.checkApplications();
      if (performance.now() >= end) {
        throw new MillraceError('TEST_TIMED_OUT', `until() waited ${String(limitMs)} ms in vain for: ${String(isSo)}`);
      }
      await sleep(ASK_AGAIN_MS);
    }
  }

  /**
   * Closes and removes everything. Everything is tried, whatever fails.
   * @throws the first thing that failed, also what an application had failed with if nobody has looked at its `error` yet
   */
  async close(): Promise<void> {
    const failures = await this.end();
    for (const { error } of failures) throw error;
  }

  /** As {@link close}, but that what could not be removed is only told on the console: it must not hide what the test failed with. */
  async [Symbol.asyncDispose](): Promise<void> {
    const failures = await this.end();
    for (const { application, error } of failures) {
      if (application) throw error;
      consoleLogger.warn('the test kit could not remove everything', { error: String(error) });
    }
  }

  private async end(): Promise<Failure[]> {
    const failures: Failure[] = [];
    const attempt = async (application: boolean, step: () => Promise<void> | undefined): Promise<void> => {
      try {
        await step();
      } catch (error) {
        failures.push({ application, error });
      }
    };
    await Promise.all(this.applications.map((streams) => attempt(true, () => ended(streams))));
    await attempt(false, () => this.removeTopics());
    await attempt(false, () => this.removeGroups());
    await attempt(false, () => this.client.close());
    rmSync(this.stateDir, { recursive: true, force: true });
    await attempt(false, () => this.started?.stop());
    return failures;
  }

  private checkApplications(): void {
    for (const { state, error } of this.applications) {
      if (state === 'ERROR' && error !== null) throw error;
    }
  }

  private async removeTopics(): Promise<void> {
    const all = await this.admin.listTopics();
    await this.admin.deleteTopics(all.filter((topic) => this.topics.has(topic) || this.isOurs(topic)));
    this.topics.clear();
  }

  private async removeGroups(): Promise<void> {
    const groups = this.client.groupAdmin();
    for (const name of this.names) {
      const { members } = await groups.describe(name);
      if (members.length > 0) {
        throw new MillraceError(
          'STATE_INVALID',
          `group ${name} still has members: close the application that the test has made before its kit`,
        );
      }
      await groups.delete(name);
    }
    this.names.clear();
  }

  private isOurs(topic: string): boolean {
    return [...this.names].some((name) => topic === name || topic.startsWith(`${name}-`));
  }
}

interface Failure {
  /** What an application had failed with. */
  readonly application: boolean;
  readonly error: unknown;
}

/** A failure that the test has seen is the test's business. */
async function ended(streams: KafkaStreams): Promise<void> {
  await streams.close();
  if (isFailureUnseen(streams) && streams.error !== null) throw streams.error;
}
