/** What a reader knows of one partition it was told to read: where to fetch next, and what has arrived and not been taken. */
import type { FetchedRecords, TopicPartition } from '../../port.js';
import { BackOff } from '../back-off.js';

export class AssignedPartition implements TopicPartition {
  readonly topic: string;
  readonly partition: number;
  /** The next offset to ask for. */
  fetchOffset: number;
  /** Rises with everything that makes fetches under way worthless. */
  epoch = 0;
  paused = false;
  /** An event was raised: nothing is fetched until it is answered by `moveTo`. */
  blocked = false;
  /** End of the log as last told, -1 while unknown. */
  endOffset = -1;
  /** Bytes in `arrived`. */
  arrivedBytes = 0;
  /** Time before which it is not fetched again. */
  notBefore = 0;
  /** Answers of the cluster in a row that did not know this partition. */
  timesUnknown = 0;
  /** It was told that a broker did not know it; since then nothing came. */
  doubtful = false;
  /** The number of the answer that was counted last. */
  lastAnswerCounted = 0;
  private arrived: FetchedRecords[] = [];
  /** The epoch for which a fetch is under way, -1 for none. */
  private fetching = -1;
  private readonly backOff = new BackOff();

  constructor(topic: string, partition: number, offset: number) {
    this.topic = topic;
    this.partition = partition;
    this.fetchOffset = offset;
  }

  get isFetching(): boolean {
    return this.fetching === this.epoch;
  }

  /** Bytes that `poll` would take. */
  get availableBytes(): number {
    return this.paused ? 0 : this.arrivedBytes;
  }

  get hasRecords(): boolean {
    return !this.paused && this.arrived.length > 0;
  }

  /** Starts anew at an offset: what has arrived and what is under way is dropped. */
  moveTo(offset: number): void {
    this.drop();
    this.fetchOffset = offset;
    // It may be another log: the next answer tells.
    this.endOffset = -1;
    this.blocked = false;
    this.timesUnknown = 0;
    this.succeeded();
  }

  /** Makes everything worthless that is here or under way. */
  drop(): void {
    this.epoch++;
    this.arrived = [];
    this.arrivedBytes = 0;
  }

  fetchStarted(): number {
    this.fetching = this.epoch;
    return this.epoch;
  }

  fetchEnded(epoch: number): void {
    if (this.fetching === epoch) this.fetching = -1;
  }

  arrive(records: FetchedRecords): void {
    this.arrived.push(records);
    this.arrivedBytes += records.bytes;
    this.fetchOffset = records.nextOffset;
  }

  /** Moves what has arrived to the end of `into`. */
  take(into: FetchedRecords[]): void {
    for (const records of this.arrived) into.push(records);
    this.arrived = [];
    this.arrivedBytes = 0;
  }

  succeeded(): void {
    this.doubtful = false;
    this.notBefore = 0;
    this.backOff.reset();
  }

  retryLater(now: number): void {
    this.notBefore = now + this.backOff.next();
  }
}
