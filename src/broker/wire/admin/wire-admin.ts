/** Topics, offsets and groups from outside: what the runtime prepares, looks up and cleans with. */
import { BrokerError } from '../../../errors/broker-error.js';
import type {
  Admin,
  CommittedOffset,
  NewTopic,
  PartitionOffset,
  ReaderOptions,
  TopicDescription,
  TopicPartition,
} from '../../port.js';
import type { OpenTransport, Transport, WireRequest } from '../../transport.js';
import { brokerErrorFor, KafkaCode } from '../error-codes.js';
import { EARLIEST, LATEST, listOffsetsRequest, readListOffsets, type ListedOffset } from '../fetch/list-offsets.js';
import { offsetFetchRequest, readOffsetFetch } from '../group/offsets-codec.js';
import { metadataRequest, readMetadata, type Metadata, type TopicMetadata } from '../metadata.js';
import { retrying, type RetryLimit } from '../retry.js';
import { askLeaders } from './ask-leaders.js';
import { apiVersionsRequest, readGivesTopicIds, readTopicIds, topicIdsRequest } from './topic-ids-codec.js';
import { deleteRecordsRequest, readDeleteRecords } from './delete-records-codec.js';
import {
  createTopicsRequest,
  deleteTopicsRequest,
  readCreateTopics,
  readDeleteTopics,
  readTopicConfig,
  topicConfigRequest,
  type TopicOutcome,
} from './topics-codec.js';

/**
 * Milliseconds that the brokers may take to carry out a change before they say that it takes longer. Asking again is safe,
 * and a broker that does not even say that is silent.
 */
const CHANGE_LIMIT_MS = 5_000;
/** Milliseconds more for the answer to arrive. */
const CHANGE_MARGIN_MS = 3_000;
/** Milliseconds for which what may pass is tried again: as long as a producer waits for its brokers by default. */
const RETRY_LIMIT_MS = 120_000;

/** Connects at the first call. What may pass is tried again for up to two minutes; no broker at all at the first call is reported at once. */
export class WireAdmin implements Admin {
  private readonly transport: Transport;
  private readonly closing: AbortController;
  private readonly retry: RetryLimit;
  private givesTopicIds: boolean | null = null;

  /** @param isolation whose ends of a log are told where nobody asks for others */
  constructor(
    open: OpenTransport,
    private readonly isolation: ReaderOptions['isolation'] = 'uncommitted',
  ) {
    this.transport = open('admin');
    this.closing = new AbortController();
    this.retry = { signal: this.closing.signal, limitMs: RETRY_LIMIT_MS };
  }

  async describeTopics(topics: readonly string[]): Promise<TopicDescription[]> {
    if (topics.length === 0) return [];
    await this.transport.connect();
    return retrying(async () => {
      const { topics: found } = await this.metadata(topics);
      return found.filter(exists).map(({ topic, leaders }) => {
        if (leaders.length === 0) throw brokerErrorFor(KafkaCode.LEADER_NOT_AVAILABLE, 'describing a topic', { topic });
        return { topic, partitions: leaders.length };
      });
    }, this.retry);
  }

  async topicIds(topics: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (topics.length === 0) return new Map();
    await this.transport.connect();
    return retrying(async () => {
      this.givesTopicIds ??= readGivesTopicIds(await this.anywhere(apiVersionsRequest()));
      return this.givesTopicIds ? readTopicIds(await this.anywhere(topicIdsRequest(topics))) : new Map();
    }, this.retry);
  }

  async listTopics(): Promise<string[]> {
    await this.transport.connect();
    const { topics } = await retrying(() => this.metadata(null), this.retry);
    return topics.map(({ topic }) => topic);
  }

  async createTopics(topics: readonly NewTopic[]): Promise<void> {
    if (topics.length === 0) return;
    await this.transport.connect();
    await retrying(async () => {
      const outcomes = readCreateTopics(await this.atController(createTopicsRequest(topics, CHANGE_LIMIT_MS)));
      checkOutcomes(outcomes, KafkaCode.TOPIC_ALREADY_EXISTS, 'creating');
    }, this.retry);
    const names = topics.map(({ topic }) => topic);
    await retrying(async () => {
      const { topics: found } = await this.metadata(names);
      for (const topic of names) {
        const leaders = found.find((one) => one.topic === topic && exists(one))?.leaders ?? [];
        if (leaders.length === 0 || leaders.includes(-1)) {
          throw brokerErrorFor(KafkaCode.LEADER_NOT_AVAILABLE, 'waiting for a new topic', { topic });
        }
      }
    }, this.retry);
  }

  async deleteTopics(topics: readonly string[]): Promise<void> {
    if (topics.length === 0) return;
    await this.transport.connect();
    await retrying(async () => {
      const outcomes = readDeleteTopics(await this.atController(deleteTopicsRequest(topics, CHANGE_LIMIT_MS)));
      checkOutcomes(outcomes, KafkaCode.UNKNOWN_TOPIC_OR_PARTITION, 'deleting');
    }, this.retry);
    await retrying(async () => {
      const left = (await this.metadata(topics)).topics.find(exists);
      if (left !== undefined)
        throw new BrokerError('retriable', 'a deleted topic is still known', { topic: left.topic });
    }, this.retry);
  }

  async topicConfig(topic: string): Promise<Record<string, string>> {
    await this.transport.connect();
    return retrying(async () => readTopicConfig(await this.anywhere(topicConfigRequest(topic)), topic), this.retry);
  }

  async listOffsets(
    partitions: readonly TopicPartition[],
    at: 'earliest' | 'latest' | number,
    isolation: 'committed' | 'uncommitted' = this.isolation,
  ): Promise<PartitionOffset[]> {
    if (partitions.length === 0) return [];
    await this.transport.connect();
    const ask = (which: readonly TopicPartition[], time: number): Promise<ListedOffset[]> =>
      askLeaders(
        this.transport,
        'looking up offsets',
        which,
        async (node, led) =>
          readListOffsets(await this.transport.request(node, listOffsetsRequest(led, time, isolation === 'committed'))),
        this.retry,
      );
    const found = await ask(partitions, at === 'earliest' ? EARLIEST : at === 'latest' ? LATEST : at);
    // Nothing is as late as the time asked for: whatever comes next will be at the end of the log.
    const beyond = found.filter(({ offset }) => offset < 0);
    const ends = beyond.length === 0 ? [] : await ask(beyond, LATEST);
    return found.map(({ topic, partition, offset }) => {
      const end = ends.find((one) => one.topic === topic && one.partition === partition);
      return { topic, partition, offset: end?.offset ?? offset };
    });
  }

  async deleteRecords(partitions: readonly PartitionOffset[]): Promise<void> {
    if (partitions.length === 0) return;
    await this.transport.connect();
    await askLeaders(
      this.transport,
      'deleting records',
      partitions,
      async (node, led) =>
        readDeleteRecords(
          await this.transport.request(node, {
            ...deleteRecordsRequest(led, CHANGE_LIMIT_MS),
            timeoutMs: CHANGE_LIMIT_MS + CHANGE_MARGIN_MS,
          }),
        ),
      this.retry,
    );
  }

  async groupOffsets(groupId: string): Promise<CommittedOffset[]> {
    await this.transport.connect();
    return retrying(async () => {
      const node = await this.transport.coordinatorOf(groupId, 'group');
      return readOffsetFetch(await this.transport.request(node, offsetFetchRequest(groupId, null, false)), groupId);
    }, this.retry);
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.transport.close();
  }

  private async anywhere(request: WireRequest): Promise<Buffer> {
    return this.transport.request(await this.transport.anyNode(), request);
  }

  /** With ZooKeeper only the controller creates and deletes topics; with KRaft any broker passes it on. */
  private async atController(request: WireRequest): Promise<Buffer> {
    const { controller } = await this.metadata([]);
    const timeoutMs = CHANGE_LIMIT_MS + CHANGE_MARGIN_MS;
    return controller < 0
      ? this.anywhere({ ...request, timeoutMs })
      : this.transport.request(controller, { ...request, timeoutMs });
  }

  private async metadata(topics: readonly string[] | null): Promise<Metadata> {
    return readMetadata(await this.anywhere(metadataRequest(topics)));
  }
}

/** @throws BrokerError for what is neither there nor missing, e.g. forbidden */
function exists({ topic, errorCode }: TopicMetadata): boolean {
  if (errorCode === 0 || errorCode === KafkaCode.LEADER_NOT_AVAILABLE) return true;
  if (errorCode === KafkaCode.UNKNOWN_TOPIC_OR_PARTITION) return false;
  throw brokerErrorFor(errorCode, 'describing a topic', { topic });
}

/**
 * Asking again for all topics is safe, since the second answer says that it is done.
 * @param doneCode the code for a topic that is as wanted already
 * @throws BrokerError for every other code but 0; one that does not pass before one that does
 */
function checkOutcomes(outcomes: readonly TopicOutcome[], doneCode: number, doing: string): void {
  let passing: BrokerError | null = null;
  for (const { topic, errorCode, detail } of outcomes) {
    if (errorCode === 0 || errorCode === doneCode) continue;
    const why = detail === null ? '' : ` (${detail})`;
    const error = brokerErrorFor(errorCode, `${doing} topic ${topic}${why}`, { topic });
    if (error.class !== 'retriable') throw error;
    passing = error;
  }
  if (passing !== null) throw passing;
}
