/** The reader of partitions: keeps one fetch under way per broker, ahead of processing, and hands out what has arrived. */
import { BrokerError } from '../../../errors/broker-error.js';
import { silentLogger, type Logger } from '../../../observe/logger.js';
import { monotonicNow } from '../../../time/monotonic.js';
import type {
  FetchedRecords,
  PartitionOffset,
  PartitionReader,
  ReaderEvent,
  ReaderOptions,
  TopicPartition,
} from '../../port.js';
import type { Transport } from '../../transport.js';
import { BackOff } from '../back-off.js';
import { codecsLoaded, loadCodecs } from '../compression/codecs.js';
import { brokerErrorFor, KafkaCode } from '../error-codes.js';
import { Leaders } from '../leaders.js';
import { RetryLines } from '../retry-lines.js';
import { Arrival } from './arrival.js';
import type { AssignedPartition } from './assigned-partition.js';
import { Assignment } from './assignment.js';
import { FetchAnswer } from './fetch-answer.js';
import { fetchRequest, readFetch, type FetchedPartition } from './fetch-codec.js';
import { endOffsetOf, fetchOutcome, scanFetched } from './fetch-outcome.js';
import { findLogEnds } from './log-ends.js';

/** Answers of the cluster in a row that do not know a topic, over about four seconds, before that becomes an event. */
const ANSWERS_UNTIL_UNKNOWN = 8;

/**
 * How long a broker may hold a fetch, ms, while other partitions of it are full for the moment: they share one fetch at a
 * time, and as soon as they are emptied they must not wait for a quiet topic.
 */
const WAIT_BESIDE_FULL_MS = 5;

/** What is under way to one broker. */
interface FetchLane {
  readonly node: number;
  busy: boolean;
  notBefore: number;
  readonly backOff: BackOff;
}

/** A partition in a request, with the epoch that it had when the request was sent. */
interface Asked {
  readonly partition: AssignedPartition;
  readonly epoch: number;
}

/** Implements `PartitionReader` over any transport, which becomes the reader's own: `close` closes it. */
export class WireReader implements PartitionReader {
  private readonly assignment = new Assignment();
  private readonly lanes = new Map<number, FetchLane>();
  private readonly leaders: Leaders;
  private readonly arrival = new Arrival();
  private happened: ReaderEvent[] = [];
  private fatal: Error | null = null;
  private closed = false;
  private pumpPlanned = false;
  private timer: NodeJS.Timeout | null = null;
  private readonly lines: RetryLines;

  constructor(
    private readonly transport: Transport,
    private readonly options: ReaderOptions,
    private readonly logger: Logger = silentLogger,
  ) {
    this.lines = new RetryLines(logger);
    this.leaders = new Leaders(
      transport,
      { refreshed: () => this.pump(), failed: (error) => this.fail(error) },
      logger,
    );
  }

  assign(partitions: readonly PartitionOffset[]): void {
    for (const { topic, partition, offset } of partitions) this.assignment.put(topic, partition, offset);
    this.forgetEvents(partitions);
    this.planPump();
  }

  unassign(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.assignment.remove(partition);
    this.forgetEvents(partitions);
    this.planPump();
  }

  seek(target: PartitionOffset): void {
    this.assignment.get(target.topic, target.partition)?.moveTo(target.offset);
    this.forgetEvents([target]);
    this.planPump();
  }

  pause({ topic, partition }: TopicPartition): void {
    const paused = this.assignment.get(topic, partition);
    if (paused !== undefined) paused.paused = true;
    // What a paused partition holds does not count, so there may be room for the others now.
    this.planPump();
  }

  resume({ topic, partition }: TopicPartition): void {
    const resumed = this.assignment.get(topic, partition);
    if (resumed === undefined) return;
    resumed.paused = false;
    if (resumed.hasRecords) this.arrival.announce();
    this.planPump();
  }

  poll(): FetchedRecords[] {
    if (this.fatal !== null) throw this.fatal;
    const taken: FetchedRecords[] = [];
    for (const partition of this.assignment) if (partition.hasRecords) partition.take(taken);
    if (taken.length > 0) this.planPump();
    return taken;
  }

  events(): ReaderEvent[] {
    const events = this.happened;
    this.happened = [];
    return events;
  }

  wake(): void {
    this.arrival.announce();
  }

  async wait(milliseconds: number): Promise<void> {
    if (this.fatal !== null || this.closed || this.happened.length > 0) return;
    for (const partition of this.assignment) if (partition.hasRecords) return;
    await this.arrival.wait(milliseconds);
  }

  get bufferedBytes(): number {
    let bytes = 0;
    for (const partition of this.assignment) bytes += partition.availableBytes;
    return bytes;
  }

  endOffset({ topic, partition }: TopicPartition): number {
    return this.assignment.get(topic, partition)?.endOffset ?? -1;
  }

  async close(): Promise<void> {
    this.closed = true;
    this.leaders.close();
    if (this.timer !== null) clearTimeout(this.timer);
    this.arrival.announce();
    await this.transport.close();
  }

  /** Once for all the calls of a turn: an assignment is usually followed by seeks and pauses. */
  private planPump(): void {
    if (this.pumpPlanned) return;
    this.pumpPlanned = true;
    queueMicrotask(() => {
      this.pumpPlanned = false;
      this.pump();
    });
  }

  /** Sends a fetch to every broker that has none and leads something that may be fetched. */
  private pump(): void {
    if (this.closed || this.fatal !== null) return;
    const now = monotonicNow();
    let room = this.options.maxBufferedBytes;
    let wakeAt = Infinity;
    const wanted = new Map<FetchLane, AssignedPartition[]>();
    const full = new Set<number>();
    for (const partition of this.assignment) {
      room -= partition.availableBytes;
      if (!this.mayFetch(partition)) {
        if (!partition.blocked) full.add(this.transport.leaderOf(partition.topic, partition.partition));
        continue;
      }
      if (partition.notBefore > now) {
        wakeAt = Math.min(wakeAt, partition.notBefore);
        continue;
      }
      const lane = this.laneOf(partition);
      if (lane === null || lane.busy) continue;
      if (lane.notBefore > now) {
        wakeAt = Math.min(wakeAt, lane.notBefore);
        continue;
      }
      const list = wanted.get(lane);
      if (list === undefined) wanted.set(lane, [partition]);
      else list.push(partition);
    }
    if (room > 0) {
      const share = Math.max(Math.floor(room / Math.max(wanted.size, 1)), this.options.maxPartitionBytes);
      for (const [lane, partitions] of wanted) {
        const { maxWaitMs } = this.options;
        const wait = full.has(lane.node) ? Math.min(maxWaitMs, WAIT_BESIDE_FULL_MS) : maxWaitMs;
        void this.fetch(lane, partitions, share, wait);
      }
    }
    this.wakeAt(wakeAt, now);
  }

  private mayFetch(partition: AssignedPartition): boolean {
    const { paused, blocked, isFetching, arrivedBytes } = partition;
    return !paused && !blocked && !isFetching && arrivedBytes < this.options.maxPartitionBytes;
  }

  /** Null while the leader is unknown; it has been asked for, and the answer leads here again. */
  private laneOf(partition: AssignedPartition): FetchLane | null {
    const { topic, partition: number } = partition;
    const node = this.leaders.of(topic, number);
    if (node < 0) {
      this.countUnknown(partition);
      return null;
    }
    partition.timesUnknown = 0;
    let lane = this.lanes.get(node);
    if (lane === undefined) {
      lane = { node, busy: false, notBefore: 0, backOff: new BackOff() };
      this.lanes.set(node, lane);
    }
    return lane;
  }

  /** A topic without leader will get one; a topic that nobody knows may have been misspelt or deleted. */
  private countUnknown(partition: AssignedPartition): void {
    const { topic, partition: number, lastAnswerCounted } = partition;
    if (this.transport.partitionCount(topic) > number || lastAnswerCounted === this.leaders.answers) return;
    partition.lastAnswerCounted = this.leaders.answers;
    this.doubt(partition);
    partition.timesUnknown++;
    if (partition.timesUnknown >= ANSWERS_UNTIL_UNKNOWN)
      this.raise({ type: 'unknown-topic', topic, partition: number });
  }

  private async fetch(
    lane: FetchLane,
    partitions: readonly AssignedPartition[],
    maxBytes: number,
    maxWaitMs: number,
  ): Promise<void> {
    lane.busy = true;
    const asked = partitions.map((partition) => ({ partition, epoch: partition.fetchStarted() }));
    const { isolation, maxPartitionBytes } = this.options;
    const limits = { committed: isolation === 'committed', maxWaitMs, maxBytes, maxPartitionBytes };
    try {
      const body = await this.transport.request(lane.node, fetchRequest(partitions, limits));
      const answer = new FetchAnswer(body, this.transport);
      await this.receive(lane, asked, answer);
      answer.done();
    } catch (error) {
      this.laneFailed(lane, asked, error);
    }
    for (const { partition, epoch } of asked) partition.fetchEnded(epoch);
    lane.busy = false;
    this.pump();
  }

  private async receive(lane: FetchLane, asked: readonly Asked[], answer: FetchAnswer): Promise<void> {
    const response = readFetch(answer.body);
    if (response.errorCode !== 0) throw brokerErrorFor(response.errorCode, 'fetching');
    lane.backOff.reset();
    lane.notBefore = response.throttleMs > 0 ? monotonicNow() + response.throttleMs : 0;
    const epochs = new Map(asked.map(({ partition, epoch }) => [partition, epoch]));
    for (const fetched of response.partitions) {
      const partition = this.assignment.get(fetched.topic, fetched.partition);
      // Whatever was moved or given up since the request went out must not see its answer.
      if (partition === undefined || epochs.get(partition) !== partition.epoch) continue;
      await this.apply(lane, partition, fetched, answer);
    }
    if (asked.some(({ partition }) => partition.hasRecords) || this.happened.length > 0) this.arrival.announce();
  }

  private async apply(
    lane: FetchLane,
    partition: AssignedPartition,
    fetched: FetchedPartition,
    answer: FetchAnswer,
  ): Promise<void> {
    const { epoch } = partition;
    const { isolation } = this.options;
    const scanned = scanFetched(fetched);
    if (!codecsLoaded(scanned.codecsNeeded)) {
      try {
        await loadCodecs(scanned.codecsNeeded);
      } catch (error) {
        this.raise({ ...place(partition), type: 'failed', error: error as Error });
        return;
      }
      if (partition.epoch !== epoch) return;
    }
    const outcome = fetchOutcome(partition, fetched, scanned, isolation, answer);
    switch (outcome.type) {
      case 'records':
      case 'nothing':
        partition.endOffset = endOffsetOf(fetched, isolation);
        partition.succeeded();
        if (outcome.type === 'nothing') return;
        partition.arrive(outcome.records);
        this.assignment.moveToEnd(partition);
        return;
      case 'retry':
        this.logger.debug(outcome.error.message);
        if (outcome.error.kafkaCode === KafkaCode.UNKNOWN_TOPIC_OR_PARTITION) this.doubt(partition);
        partition.retryLater(monotonicNow());
        this.leaders.ask(partition.topic);
        return;
      case 'out-of-range':
        await this.outOfRange(lane, partition);
        return;
      case 'failed':
        this.raise({ ...place(partition), type: 'failed', error: outcome.error });
        return;
      case 'denied':
        this.fail(outcome.error);
    }
  }

  private async outOfRange(lane: FetchLane, partition: AssignedPartition): Promise<void> {
    const { epoch, fetchOffset: offset } = partition;
    const ends = await findLogEnds(this.transport, lane.node, partition, this.options.isolation === 'committed');
    if (partition.epoch !== epoch) return;
    if (ends === null || (offset >= ends.logStart && offset <= ends.logEnd)) {
      // The leader has changed, or the log has grown up to this offset meanwhile.
      partition.retryLater(monotonicNow());
      this.leaders.ask(partition.topic);
      return;
    }
    this.raise({ ...place(partition), type: 'out-of-range', offset, ...ends });
  }

  private laneFailed(lane: FetchLane, asked: readonly Asked[], error: unknown): void {
    if (this.closed) return;
    if (!(error instanceof BrokerError) || error.class !== 'retriable') {
      this.fail(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    lane.notBefore = monotonicNow() + lane.backOff.next();
    this.lines.tell(`fetching from broker ${lane.node} is tried again`, error);
    for (const { partition } of asked) this.leaders.ask(partition.topic);
  }

  /** What happened at an old position must not be taken for news of the new one. */
  private forgetEvents(moved: readonly TopicPartition[]): void {
    if (this.happened.length === 0) return;
    const isMoved = (event: ReaderEvent): boolean =>
      moved.some(({ topic, partition }) => topic === event.topic && partition === event.partition);
    this.happened = this.happened.filter((event) => !isMoved(event));
  }

  /** Told once, until something comes again. */
  private doubt(partition: AssignedPartition): void {
    if (partition.doubtful) return;
    partition.doubtful = true;
    this.happened.push({ type: 'doubtful-topic', ...place(partition) });
    this.arrival.announce();
  }

  private raise(event: ReaderEvent): void {
    const partition = this.assignment.get(event.topic, event.partition);
    if (partition !== undefined) partition.blocked = true;
    this.happened.push(event);
    this.arrival.announce();
  }

  private fail(error: Error): void {
    this.fatal ??= error;
    this.leaders.close();
    this.arrival.announce();
  }

  private wakeAt(time: number, now: number): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (time === Infinity) return;
    this.timer = setTimeout(
      () => {
        this.timer = null;
        this.pump();
      },
      Math.max(time - now, 1),
    );
  }
}

function place({ topic, partition }: TopicPartition): TopicPartition {
  return { topic, partition };
}
