/**
 * What the runtime needs of Kafka, in batches and Buffers. Nothing here knows a client library: `kafkajs/` and `memory/`
 * implement it. The broker side reports; the runtime decides: nothing commits, resets or rejoins by itself.
 */
import type { BrokerError } from '../errors/broker-error.js';
import type { Headers } from '../record/headers.js';

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** Everything a runtime opens. Each part has connections of its own, so that a parked request never holds up another part. */
export interface BrokerClient {
  admin(options?: AdminOptions): Admin;
  groupAdmin(): GroupAdmin;
  reader(options: ReaderOptions): PartitionReader;
  producer(options: ProducerOptions): BatchProducer;
  transactions(options: TransactionalOptions): TransactionalProducer;
  group(options: GroupOptions, handler: GroupHandler): GroupMember;
  /** What is known of each broker that this client has had to do with; empty where there are none. */
  brokers(): readonly BrokerStatus[];
  /** Closes every part that is still open. */
  close(): Promise<void>;
}

export interface BrokerStatus {
  /** `host:port`. */
  readonly address: string;
  /** `lost`: it gave no answer when it was last asked for something. */
  readonly state: 'untried' | 'answering' | 'lost';
  /** Milliseconds for which it has been so; 0 while untried. */
  readonly forMs: number;
}

export interface AdminOptions {
  /** Whose ends of a log `listOffsets` tells unless asked for others. Default `uncommitted`. */
  readonly isolation?: ReaderOptions['isolation'];
}

// ---------------------------------------------------------------------------------------------------------- reading

export interface ReaderOptions {
  /** Appears in the client id, e.g. `main`, `restore`. */
  readonly name: string;
  /** `committed` hides aborted and open transactions. */
  readonly isolation: 'committed' | 'uncommitted';
  /** Bytes of fetched and not yet polled batches over which no further fetch is sent. */
  readonly maxBufferedBytes: number;
  /** Bytes asked of one partition in one fetch. */
  readonly maxPartitionBytes: number;
  /** Milliseconds that the broker may hold an empty fetch. */
  readonly maxWaitMs: number;
}

/** A start position. */
export interface PartitionOffset extends TopicPartition {
  readonly offset: number;
}

/**
 * Walks the records of fetched batches without making objects: after `next()` returned true, its fields describe one
 * record until the next call. Control records, aborted transactions and records before the asked offset are not shown.
 */
export interface RecordCursor {
  /** Moves to the next record. @throws MillraceError RECORD_CORRUPT on a bad checksum or malformed batch */
  next(): boolean;
  readonly offset: number;
  readonly timestamp: number;
  /** Where `timestamp` is beyond the safe numbers and so rounded: the time itself. Else null. */
  readonly exactTimestamp: bigint | null;
  /** The bytes that `keyStart` to `valueEnd` point into. Changes from batch to batch. */
  readonly buffer: Buffer;
  /** -1 for a null key. */
  readonly keyStart: number;
  readonly keyEnd: number;
  /** -1 for a null value. */
  readonly valueStart: number;
  readonly valueEnd: number;
  /** Decodes the headers of the current record; `NO_HEADERS` where it has none. */
  headers(): Headers;
}

/** What one poll brought for one partition, in offset order. */
export interface FetchedRecords extends TopicPartition {
  readonly cursor: RecordCursor;
  /** Size on the wire, for back-pressure. */
  readonly bytes: number;
  /** The position after these batches, gaps and control records included. */
  readonly nextOffset: number;
  /** End of the log for this reader's isolation: last stable offset or high watermark, at the time of the fetch. */
  readonly endOffset: number;
  /**
   * Tells that nobody uses the cursor any more, nor keeps a view of its buffers: what was fetched later may be written over them. Nobody has
   * to: what is not given back is left to the garbage collector.
   */
  readonly giveBack?: () => void;
}

/** What a reader met that is no data. The partition stays assigned and is not fetched until `seek` or `unassign`. */
export type ReaderEvent =
  | (TopicPartition & {
      readonly type: 'out-of-range';
      readonly offset: number;
      readonly logStart: number;
      readonly logEnd: number;
    })
  | (TopicPartition & { readonly type: 'unknown-topic' })
  /**
   * A broker has just not known the topic: it may be gone, or gone and created again, or too new for that broker. Alone among
   * the events it stops nothing: fetching is tried again, until it works or the topic counts as unknown.
   */
  | (TopicPartition & { readonly type: 'doubtful-topic' })
  | (TopicPartition & { readonly type: 'failed'; readonly error: Error });

/** Reads partitions without a group, a fetch ahead of processing. */
export interface PartitionReader {
  /** Starts to fetch these from the given offsets; one already assigned is moved there. */
  assign(partitions: readonly PartitionOffset[]): void;
  unassign(partitions: readonly TopicPartition[]): void;
  seek(partition: PartitionOffset): void;
  /** No further fetch; what is fetched stays until `resume`. */
  pause(partition: TopicPartition): void;
  resume(partition: TopicPartition): void;
  /** Takes what has arrived; empty when nothing has. @throws BrokerError after a fatal failure of the reader itself */
  poll(): FetchedRecords[];
  /** Takes what happened since the last call. */
  events(): ReaderEvent[];
  /** Resolves when `poll` or `events` would give something, or after the time given. */
  wait(milliseconds: number): Promise<void>;
  /** Ends a `wait` before its time. */
  wake(): void;
  /** Bytes fetched and not yet polled. */
  readonly bufferedBytes: number;
  /** End of the log as last told by the broker, -1 while unknown. */
  endOffset(partition: TopicPartition): number;
  close(): Promise<void>;
}

// ---------------------------------------------------------------------------------------------------------- writing

export type Compression = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';

export interface ProducerOptions {
  readonly name: string;
  /** Milliseconds a batch may wait for more records. */
  readonly lingerMs: number;
  /** Bytes at which a batch is sent. */
  readonly batchBytes: number;
  /** Bytes appended and not acknowledged that all partitions share; see `RecordWriter.full`. */
  readonly maxBufferedBytes: number;
  readonly compression: Compression;
  /**
   * Milliseconds after which a batch that could not be delivered is given up, which is fatal. Time in which the process stood
   * still, the event loop was blocked, or nothing was allowed to leave does not count.
   */
  readonly deliveryTimeoutMs: number;
  /**
   * Milliseconds after which topics that are written to are asked for anew, so that their partitions are known when there are
   * more of them, or others. Default: only when a request finds that something has changed.
   */
  readonly metadataMaxAgeMs?: number;
  /**
   * The gate: asked right before each Produce request is written to its connection. While it says no nothing is sent; batches
   * wait. It is asked again at `resume()`, and every second. Default: always open.
   */
  readonly mayLeave?: () => boolean;
  /**
   * Asked about a record that a broker refuses, while its partition waits. When it resolves the record is left out and counts as
   * written, once what it gave to `instead` is; what it rejects with is the producer's error. What was written instead of another
   * record is not asked about. Default: the producer fails.
   */
  readonly refused?: (record: RefusedRecord, error: BrokerError, instead: InsteadWriter) => Promise<void>;
}

/**
 * Writes what is to be there in the place of a record. It belongs to the transaction of that record, also where that is being
 * ended, and every flush waits for it.
 */
export type InsteadWriter = Pick<RecordWriter, 'append' | 'partitionCount' | 'lookUp'>;

/** A record that a broker does not take, whatever is done: too large for its topic, of a time or kind that the topic refuses. */
export interface RefusedRecord extends TopicPartition {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Headers;
  /** Ms since the epoch. */
  readonly timestamp: number;
  /** Name of the writer that appended it. */
  readonly writer: string;
}

/** The offsets that a flush made sure of. */
export interface FlushedOffsets {
  /** Offset of the last record appended to this partition before the flush, -1 when it was never written to. */
  lastOffset(topic: string, partition: number): number;
}

export interface WriterOptions {
  /** For errors: the task. */
  readonly name: string;
  /** Called when `full` turns false. */
  readonly drained?: () => void;
}

/**
 * What one task writes through a producer. Records of several writers to one partition share its batches, in the order in
 * which they were appended. `append` copies into a batch and returns.
 */
export interface RecordWriter {
  readonly name: string;
  /**
   * @throws BrokerError the first error that a batch met, from then on at every call; `fenced` once the writer was abandoned
   * @throws MillraceError TOPIC_MISSING when the partition count of the topic is not known (see `partitionCount`)
   * @param timestamp ms since the epoch, a whole number; a `bigint` beyond the safe numbers
   */
  append(
    topic: string,
    partition: number,
    key: Buffer | null,
    value: Buffer | null,
    headers: Headers,
    timestamp: number | bigint,
  ): void;
  /** Partitions of a topic, 0 while unknown; then await `lookUp`. */
  partitionCount(topic: string): number;
  /** Asks the broker for topics. @throws MillraceError TOPIC_MISSING */
  lookUp(topics: readonly string[]): Promise<void>;
  /**
   * True while a partition that this writer wrote to holds more than its share of the memory: process no further records.
   * Some memory is always left for partitions that go on, however many do not.
   */
  readonly full: boolean;
  /**
   * Sends everything that this writer appended so far; resolves when all of it is acknowledged, whatever becomes of other
   * partitions. @throws the sticky error; BrokerError `fenced` when the writer is abandoned meanwhile
   */
  flush(): Promise<FlushedOffsets>;
  /** To be called when the task is closed. What is appended still goes out; to drop it, `abandon` the writer first. */
  end(): void;
}

/** An idempotent producer: order per partition is kept, each record is written exactly once however often a request is repeated. */
export interface BatchProducer {
  /** Bytes appended and not acknowledged. */
  readonly bufferedBytes: number;
  /** A way in, for one task from its opening to its end. */
  writer(options: WriterOptions): RecordWriter;
  /** Partitions of a topic, 0 while unknown; then await `lookUp`. */
  partitionCount(topic: string): number;
  /** Asks the broker for topics. @throws MillraceError TOPIC_MISSING */
  lookUp(topics: readonly string[]): Promise<void>;
  /** Sends everything that all writers appended so far; resolves when all of it is acknowledged. @throws as `RecordWriter.flush` */
  flush(): Promise<FlushedOffsets>;
  /**
   * Drops what these writers (`'all'`: every writer so far) appended and what is not acknowledged; when it returns nothing of it
   * will be written to a connection any more, not by a retry either. Their flushes are rejected with a BrokerError of class
   * `fenced`, and so is every later `append`. Their partitions go on under a new identity of the producer, so that the broker
   * refuses what comes late. Writers that are not named, and new ones, go on.
   *
   * What is in a connection already can't be taken back: the broker may still write it.
   */
  abandon(writers: readonly RecordWriter[] | 'all'): void;
  /** Asks `mayLeave` again and goes on when it says yes. */
  resume(): void;
  /** Flushes unless there was an error, then disconnects. */
  close(): Promise<void>;
}

export interface TransactionalOptions extends ProducerOptions {
  /** Whoever begins with the same id later takes over from this producer, and ends what it left open. */
  readonly transactionalId: string;
  /** Milliseconds after which the broker aborts a transaction by itself. */
  readonly transactionTimeoutMs: number;
  /** Told when the open transaction cannot be committed any more: what is appended from then on is dropped until `restart`. */
  readonly broken: (error: BrokerError) => void;
}

/**
 * - `committed`: for certain;
 * - `aborted`: not, or not for certain: what is committed tells which; the transactional id is still ours;
 * - `fenced`: the same, and somebody newer has the transactional id, or our membership.
 */
export type TransactionOutcome = 'committed' | 'aborted' | 'fenced';

/** Writes in transactions, one after the other: all of what is appended between two cuts becomes visible, or nothing. */
export interface TransactionalProducer extends BatchProducer {
  /** Takes over the transactional id, and waits until the transaction that it left open is ended. Before anything is written. @throws BrokerError */
  begin(): Promise<void>;
  /** Whether anything was appended since the last cut. */
  readonly written: boolean;
  /** For how long something has been written and not committed, ms; 0 when nothing is. */
  readonly openForMs: number;
  /**
   * Ends, in this turn, what belongs to the transaction, and flushes it; what is appended from now on waits for the next one.
   * To be followed by `commit`. @throws BrokerError when something of it could not be written
   */
  cut(): Promise<FlushedOffsets>;
  /**
   * Commits what was cut, with the offsets, in the name of the member. When it is not committed, `broken` is told why.
   * @throws BrokerError what neither another attempt nor another transaction can mend
   */
  commit(offsets: readonly CommittedOffset[], member: TransactionMember): Promise<TransactionOutcome>;
  /** Drops everything at once, as `abandon('all')` does without telling `broken`; then `restart`. */
  discard(): void;
  /** Aborts what is open, finds out whether somebody else has taken over, and begins anew. @throws BrokerError */
  restart(): Promise<Exclude<TransactionOutcome, 'committed'>>;
}

/** What a transaction needs of the group. */
export type TransactionMember = Pick<GroupMember, 'commit' | 'identity'>;

/** Under which identity offsets are committed in a transaction. */
export interface OffsetTransaction {
  readonly transactionalId: string;
  readonly producerId: number;
  readonly epoch: number;
  /** Kafka's `transaction.version`. */
  readonly version: 1 | 2;
}

// ------------------------------------------------------------------------------------------------------- membership

export interface GroupOptions {
  readonly groupId: string;
  /** `group.instance.id`: a static member keeps its assignment over a restart within the session time-out. */
  readonly instanceId: string | null;
  /** Name of the assignment protocol that all members must share. */
  readonly protocol: string;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly heartbeatMs: number;
  /** Four bytes that the thread which sends heartbeats, where there is one, counts up once a second. */
  readonly pulse?: SharedArrayBuffer;
}

export interface GroupIdentity {
  readonly groupId: string;
  readonly generation: number;
  readonly memberId: string;
  readonly instanceId: string | null;
}

export interface JoinedMember {
  readonly memberId: string;
  readonly instanceId: string | null;
  readonly subscription: Buffer;
}

/** What the runtime does when membership changes. Heartbeats go on by their own timer while any of these is awaited. */
export interface GroupHandler {
  /** Awaited before each JoinGroup, with why there is one: give up here what must not be held during the rebalance. */
  beforeJoin(reason: string): Promise<void>;
  /** Bytes for JoinGroup. */
  subscription(): Buffer;
  /** On the leader: bytes for every member. */
  assign(members: readonly JoinedMember[]): Promise<ReadonlyMap<string, Buffer>>;
  /** The new assignment; awaited. */
  assigned(assignment: Buffer, identity: GroupIdentity): Promise<void>;
  /**
   * The coordinator has said that the member was thrown out (session expired, fenced generation): what it owned is not its
   * any more. It joins anew afterwards.
   */
  lost(error: Error): Promise<void>;
  /** Membership ended for good: fenced static member, wrong credentials, incompatible protocol. */
  failed(error: Error): void;
}

export interface CommittedOffset extends PartitionOffset {
  readonly metadata: string;
}

export interface GroupMember {
  /** Joins; resolves after the first `assigned`. Later rebalances run by themselves. */
  start(): Promise<void>;
  /** Asks for a rebalance; returns at once. */
  rejoin(reason: string): void;
  /** Null before the first join. */
  identity(): GroupIdentity | null;
  /**
   * True while nothing of the work on what is owned may leave: no heartbeat was acknowledged for the session time-out, so it
   * may be others' by now; or membership is lost, which `lost` or `failed` is about to tell or has told. Cheap.
   */
  overdue(): boolean;
  /** Resolves when not `overdue`. @throws BrokerError `fenced` when membership is lost */
  confirmed(): Promise<void>;
  /** Commits with the current generation, as part of the transaction if one is given. Retriable codes are retried. @throws BrokerError `fenced` when the generation is not ours any more */
  commit(offsets: readonly CommittedOffset[], transaction?: OffsetTransaction): Promise<void>;
  /** Committed offsets; offset -1 where there is none. */
  committed(partitions: readonly TopicPartition[]): Promise<CommittedOffset[]>;
  /** Stops heartbeats. `leave`: also tells the broker, so that the others take over at once. */
  close(options: { readonly leave: boolean }): Promise<void>;
}

// ------------------------------------------------------------------------------------------------------------ admin

export interface TopicDescription {
  readonly topic: string;
  readonly partitions: number;
}

export interface NewTopic {
  readonly topic: string;
  readonly partitions: number;
  /** -1: the broker's default. */
  readonly replicationFactor: number;
  readonly config: Readonly<Record<string, string>>;
}

export interface Admin {
  /** Descriptions of those that exist. */
  describeTopics(topics: readonly string[]): Promise<TopicDescription[]>;
  /**
   * Ids of those that exist, by name: a topic that is deleted and created again has another. Without those of brokers before
   * Kafka 2.8, which give none.
   */
  topicIds(topics: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Names of all topics that may be seen. */
  listTopics(): Promise<string[]>;
  /** Creates topics; one that exists already is no error. Resolves when every broker asked knows them. */
  createTopics(topics: readonly NewTopic[]): Promise<void>;
  deleteTopics(topics: readonly string[]): Promise<void>;
  topicConfig(topic: string): Promise<Record<string, string>>;
  /** `earliest`, `latest` (of the isolation given, or the admin's), or the first offset at or after a time in ms (end of log if none). */
  listOffsets(
    partitions: readonly TopicPartition[],
    at: 'earliest' | 'latest' | number,
    isolation?: 'committed' | 'uncommitted',
  ): Promise<PartitionOffset[]>;
  /** Deletes records before the offsets given; used on repartition topics. */
  deleteRecords(partitions: readonly PartitionOffset[]): Promise<void>;
  /** Offsets that a group has committed, from outside of the group. */
  groupOffsets(groupId: string): Promise<CommittedOffset[]>;
  close(): Promise<void>;
}

/** Groups from outside. What may pass is tried again for a minute. */
export interface GroupAdmin {
  /** A group that does not exist is `Dead`. */
  describe(groupId: string): Promise<GroupDescription>;
  /** What is committed, once no transaction that commits is open; empty for a group that does not exist. */
  offsets(groupId: string): Promise<CommittedOffset[]>;
  /** Commits in place of members; without metadata what was beside the offset is forgotten. @throws BrokerError while there are members */
  setOffsets(groupId: string, offsets: readonly (PartitionOffset & Partial<CommittedOffset>)[]): Promise<void>;
  /** Takes back what is committed of partitions. @throws BrokerError while members read their topics */
  deleteOffsets(groupId: string, partitions: readonly TopicPartition[]): Promise<void>;
  /** Throws members out, which are not told before their next heartbeat; those that still run join again. */
  removeMembers(groupId: string, members: readonly GroupMemberDescription[]): Promise<void>;
  /** Deletes the group with all it has committed; one that does not exist is no error. @throws BrokerError while there are members */
  delete(groupId: string): Promise<void>;
  close(): Promise<void>;
}

export interface GroupDescription {
  /** In Kafka's words: `PreparingRebalance`, `CompletingRebalance`, `Stable`, `Empty`, `Dead`. */
  readonly state: string;
  readonly members: readonly GroupMemberDescription[];
}

export interface GroupMemberDescription {
  readonly memberId: string;
  readonly instanceId: string | null;
  readonly clientId: string;
  readonly host: string;
}
