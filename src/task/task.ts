/** A sub-topology at work on one partition: its queues, its nodes, its state. */
import type { CommittedOffset, FetchedRecords, FlushedOffsets, PartitionOffset, RecordWriter } from '../broker/port.js';
import { MillraceError } from '../errors/error.js';
import { reasonOf } from '../errors/shown-value.js';
import { NO_HEADERS } from '../record/headers.js';
import type { RecordContext } from '../record/record-context.js';
import type { Turn } from '../record/turn.js';
import type { RecordMetrics } from '../observe/instance-metrics.js';
import type { Companion } from '../processor/context.js';
import { RunningNode } from '../processor/node.js';
import type { PendingWork } from '../processor/pending-work.js';
import { Timers, type DueQueue } from '../processor/punctuation/due-queue.js';
import type { PartitionGroup } from '../source/partition-group.js';
import type { PartitionQueue } from '../source/partition-queue.js';
import type { AsyncWork } from './async-work.js';
import { NO_EPOCH } from './epoch-mark.js';
import type { RunningSink } from './sink-node.js';
import type { DeadLetters } from './dead-letters.js';
import { decidedFailure as decided } from './failed-records.js';
import type { SourceBytes } from './source-bytes.js';
import type { TaskContext } from './task-context.js';
import { TaskEpoch } from './task-epoch.js';
import type { TaskState } from '../store/task-state.js';
import type { TurnEnds } from './turn-ages.js';

/** What a task is made of; see `assembleTask`. */
export interface TaskParts {
  readonly id: string;
  readonly record: RecordContext;
  readonly turn: Turn;
  readonly group: PartitionGroup;
  /** Makes the queue of a partition for a source, from its start. */
  readonly openQueue: (source: string, topic: string, partition: number) => PartitionQueue;
  readonly state: TaskState;
  readonly sinks: readonly RunningSink[];
  readonly letters: DeadLetters;
  readonly sources: SourceBytes;
  /** The task's own way into the producer; closed with the task. */
  readonly writer: RecordWriter;
  readonly metrics: RecordMetrics;
  /** Null where nobody measures the age of records or follows them. */
  readonly turnEnds: TurnEnds | null;
  readonly context: TaskContext;
  /** All of them, parents before children. */
  readonly nodes: readonly (RunningNode | Companion)[];
  /** In which epoch the offset that a partition begins at was committed. */
  readonly epochOf: (partition: PartitionQueue) => number;
  /** Null where no node works asynchronously. */
  readonly asyncWork: AsyncWork | null;
  /** End of the log of a queue's partition as last told by the broker; -1 while unknown. */
  readonly endOffset: (queue: PartitionQueue) => number;
}

/**
 * Runs records to completion, one after the other, synchronously. The same code serves a running instance and the
 * topology test driver. Kafka Streams: `StreamTask`.
 *
 * Where a user's processor returns a promise the task is `waiting`: the record is `atHand` until the promise is settled,
 * and nothing else of the task goes on. Timers by stream time are called after each record.
 */
export class Task {
  readonly id: string;
  private readonly queues: Map<string, PartitionQueue>;
  private readonly epoch: TaskEpoch;
  private readonly promises: PendingWork;
  private readonly timers: Timers;
  /** Source of the record that is waited for; null when it was a timer, or nothing is waited for. */
  private atHand: PartitionQueue | null = null;
  /** Takes no further record until the commit that waits for it has sealed the epoch. */
  private resting = false;
  /** An epoch that is sealed in part; whether its state was changed. */
  private sealing: { readonly changed: boolean } | null = null;
  /** A timer was called since the last commit. */
  private punctuated = false;
  private readonly nothingPending = (): boolean => this.promises.count === 0;
  /** Whether another timer may be called now. */
  private readonly goesOn = (): boolean => this.promises.count === 0 && !this.turn.unfinished && !this.turn.ended();
  private readonly turn: Turn;

  constructor(private readonly parts: TaskParts) {
    this.id = parts.id;
    this.turn = parts.turn;
    this.promises = parts.context.work;
    this.timers = parts.context.timers ?? new Timers();
    this.queues = new Map(parts.group.queues.map((queue) => [key(queue.topic, queue.partition), queue]));
    this.epoch = new TaskEpoch(parts);
    for (const queue of parts.group.queues) this.epoch.track(queue, parts.epochOf(queue));
  }

  get partitions(): readonly PartitionQueue[] {
    return this.parts.group.queues;
  }

  get state(): TaskState {
    return this.parts.state;
  }

  /** What the task writes through: to flush it alone, or to abandon it. */
  get writer(): RecordWriter {
    return this.parts.writer;
  }

  get streamTime(): number {
    return this.parts.group.streamTime;
  }

  /**
   * How far stores have come: for each input partition the offset of the next record that is not in them.
   * @param written as they were last written
   * @param behindCaches of stores that hear of updates only when caches let go of them
   */
  storedUpTo(written: boolean, behindCaches: boolean): PartitionOffset[] {
    if (written) return this.epoch.offsets('written');
    const behind = this.turn.unfinished || (behindCaches && this.parts.state.holding);
    return this.epoch.offsets(behind ? 'sealed' : 'processed');
  }

  /** Adds what each of its nodes was given. */
  countInto(totals: Map<string, number>): void {
    for (const node of this.parts.nodes) {
      if (node instanceof RunningNode) totals.set(node.name, (totals.get(node.name) ?? 0) + node.passage.taken);
    }
  }

  queue(topic: string, partition: number): PartitionQueue | undefined {
    return this.queues.get(key(topic, partition));
  }

  /**
   * Reads one more partition, of a topic that the pattern of a source matches. Only the test driver learns of topics one by
   * one; an instance gets its tasks anew when there are others.
   */
  addPartition(source: string, topic: string, partition: number): PartitionQueue {
    const queue = this.parts.openQueue(source, topic, partition);
    this.parts.group.add(queue);
    this.queues.set(key(topic, partition), queue);
    this.epoch.track(queue, NO_EPOCH);
    return queue;
  }

  add(fetched: FetchedRecords, queue: PartitionQueue): void {
    const had = queue.hasHead;
    queue.add(fetched);
    if (!had) this.parts.group.offered(queue);
  }

  /**
   * Goes on at another offset of a partition, because the one it was at is not in the log. What was fetched before is dropped; a
   * record that is worked on counts as processed. The new position is committed with the next commit.
   */
  seek(queue: PartitionQueue, offset: number): void {
    if (this.atHand === queue) {
      queue.markTaken();
      this.parts.metrics.processed += 1;
      this.atHand = null;
    }
    this.parts.group.withdraw(queue);
    queue.moveTo(offset);
    this.epoch.moved(queue);
  }

  /** A partition whose next record waits for something that a serde fetches. */
  get stalled(): PartitionQueue | undefined {
    return this.parts.group.queues.find((queue) => queue.stalled);
  }

  /** Whether a record could be processed now. */
  ready(now: number): boolean {
    return !this.isWaiting() && this.parts.group.ready(now, this.parts.endOffset);
  }

  /**
   * Processes up to `most` records, as long as the slice of time lasts, and what has finished of those before; returns 0 when
   * there was nothing to do.
   */
  process(most: number, now: number): number {
    const { group, record, endOffset, asyncWork } = this.parts;
    const { promises, turn } = this;
    if (promises.count > 0 || this.resting || this.parts.writer.full) return 0;
    let count = 0;
    let finished = turn.unfinished ? 1 : 0;
    try {
      if (group.hasFetched) group.takeUp();
      if (this.atHand !== null || promises.failure !== null) count += this.finishRecord();
      let goesOn = this.catchUp();
      if (goesOn && asyncWork !== null) {
        finished += asyncWork.drain();
        if (promises.count > 0) {
          promises.reinstate(record);
          goesOn = false;
        } else if (turn.unfinished) goesOn = this.catchUp();
      }
      while (goesOn && count < most && (asyncWork === null || !asyncWork.full) && group.ready(now, endOffset)) {
        const queue = group.take();
        record.set(queue.topic, queue.partition, queue.offset, queue.timestamp, queue.headers, queue.exactTimestamp);
        queue.source.target.receive(queue.key, queue.value, queue.timestamp, queue.headers);
        if (promises.count > 0) {
          this.atHand = queue;
          promises.reinstate(record);
          break;
        }
        if (turn.unfinished) this.parts.sources.keep(record);
        queue.markTaken();
        queue.advance();
        group.putBack(queue);
        count += 1;
        goesOn = this.catchUp() && !turn.ended();
      }
    } catch (error) {
      throw decided(error);
    }
    this.parts.metrics.processed += count;
    if (count + finished > 0) this.parts.turnEnds?.turnEnded(this.unfinished);
    return count + finished;
  }

  /** What keeps the task from its next record, in words; null: nothing that it knows of. */
  standing(now: number): string | null {
    const { writer, asyncWork, group, endOffset } = this.parts;
    if (this.retrying) return 'a record at which a function threw waits to be tried again (errors.retry)';
    if (this.isWaiting()) return 'a promise of a processor is waited for';
    if (writer.full) return 'the producer is full: a broker is slow to take what the task writes, or takes nothing';
    if (this.resting) return 'it waits for a commit';
    if (asyncWork?.full === true) return 'asynchronous functions have as many records under way as they may (capacity)';
    if (group.ready(now, endOffset)) return null;
    const empty = group.empty.map((queue) => key(queue.topic, queue.partition)).join(', ');
    return group.isEmpty
      ? `nothing arrives from ${empty}: its broker is slow, or cannot be reached`
      : `records of ${empty} are waited for, to be compared with those that are there (maxTaskIdle)`;
  }

  /** When the next timer by the wall clock is due, by the steady clock, ms; infinite when there is none. */
  get wallClockDue(): number {
    return this.timers.wallClock.due;
  }

  /** Calls the timers by the wall clock that are due by the steady clock; returns whether there were any. */
  punctuate(now: number): boolean {
    if (now < this.timers.wallClock.due || this.unable || this.parts.writer.full) return false;
    try {
      if (this.atHand !== null || this.promises.failure !== null) this.parts.metrics.processed += this.finishRecord();
      const called = this.callTimers(this.timers.wallClock, now, this.parts.context.clock.now());
      if (called) this.parts.turnEnds?.turnEnded(this.unfinished);
      return called;
    } catch (error) {
      throw decided(error);
    }
  }

  /** Whether a promise of a processor is waited for. */
  isWaiting(): boolean {
    return this.promises.count > 0;
  }

  /** Whether a record waits to be tried again. */
  get retrying(): boolean {
    return this.parts.context.failures.retrying;
  }

  /** Whether a record is begun and not yet done: its promise is waited for, or not all that came of it has been emitted. */
  get unfinished(): boolean {
    return this.isWaiting() || this.atHand !== null || this.promises.failure !== null || this.turn.unfinished;
  }

  /** Resolves when no promise is waited for. */
  settled(): Promise<void> {
    return this.promises.settled();
  }

  /** Waits for the record at hand and takes no other until the epoch is sealed: for a commit. @throws what it failed with */
  async rest(): Promise<void> {
    const { slice } = this.turn;
    this.resting = true;
    for (;;) {
      await this.promises.settled();
      try {
        this.parts.metrics.processed += this.finishRecord();
        slice.begin();
        this.finishTurn();
      } catch (error) {
        throw decided(error);
      }
      if (this.turn.unfinished) await slice.pause();
      else if (!this.isWaiting()) return;
    }
  }

  /** Sends on everything that caches hold back, in slices of time, and takes no further record until the epoch is sealed. */
  async flush(): Promise<void> {
    const { slice } = this.turn;
    this.resting = true;
    if (this.unfinished) await this.rest();
    while (this.parts.state.holding) {
      slice.begin();
      this.flushCaches();
      if (this.unfinished) await this.rest();
    }
  }

  /** Waits for what asynchronous functions work on, forwards the results, and takes no further record until the epoch is sealed. */
  async drain(): Promise<void> {
    const { asyncWork, record } = this.parts;
    if (asyncWork === null) return;
    this.resting = true;
    while (asyncWork.pending > 0) {
      if (this.unfinished) await this.rest();
      try {
        asyncWork.drain();
        if (this.promises.count > 0) this.promises.reinstate(record);
      } catch (error) {
        throw decided(error);
      }
      if (!this.unfinished) await this.nextFinished();
    }
  }

  /** A processor asked for a commit, and there is something to be committed. */
  get wantsCommit(): boolean {
    return this.parts.state.wantsCommit || (this.parts.context.commitRequested && this.needsCommit);
  }

  /** Whether anything happened since the last commit. */
  get needsCommit(): boolean {
    return this.parts.state.dirty || this.punctuated || this.isWaiting() || this.turn.unfinished || this.epoch.advanced;
  }

  /** Sends on what caching stores held back. What comes of it may have to be waited for. */
  flushCaches(): void {
    try {
      this.parts.state.flushCaches();
      if (this.promises.count > 0) this.promises.reinstate(this.parts.record);
    } catch (error) {
      throw decided(error);
    }
  }

  /** Whether records wait for a topic that a sink has to look up. */
  get unsettled(): boolean {
    return this.parts.letters.unsettled || this.parts.sinks.some((sink) => sink.unsettled);
  }

  /** Looks up those topics and writes the records. */
  async settle(): Promise<void> {
    try {
      for (const sink of this.parts.sinks) if (sink.unsettled) await sink.settle();
      await this.parts.letters.settle();
    } catch (error) {
      throw decided(error);
    }
  }

  /** Ends the epoch, in slices of time, and takes no record until that is done. Resolves with the input offsets that belong to it. */
  async seal(): Promise<CommittedOffset[]> {
    const { slice } = this.turn;
    slice.begin();
    for (;;) {
      const offsets = this.sealEpoch();
      if (offsets !== null) return offsets;
      await slice.pause();
    }
  }

  /**
   * Ends the epoch, as far as the slice of time lasts: its changes go to the changelogs.
   * @returns the input offsets that belong to it; null when it must be called again, and the task takes no record until then
   */
  sealEpoch(): CommittedOffset[] | null {
    const { context, state, writer, turnEnds } = this.parts;
    if (this.sealing === null) {
      // Caches have written meanwhile, outside of any turn.
      turnEnds?.turnEnded(this.unfinished);
      this.sealing = { changed: state.dirty };
    }
    this.resting = true;
    if (!state.sealEpoch(writer)) return null;
    const { changed } = this.sealing;
    this.sealing = null;
    this.resting = false;
    this.punctuated = false;
    context.commitRequested = false;
    return this.epoch.seal(changed);
  }

  /** Writes the sealed epoch to disk, with the changelog offsets that belong to it. */
  writeEpoch(flushed: FlushedOffsets): Promise<void> | void {
    return this.epoch.write(flushed);
  }

  /** Records that asynchronous functions still work on. */
  get pending(): number {
    return this.parts.asyncWork?.pending ?? 0;
  }

  /** Resolves when one of them is done, or there are none. */
  async nextFinished(): Promise<void> {
    if (this.pending > 0) await this.parts.asyncWork?.next(Number.POSITIVE_INFINITY);
  }

  /** Waits for them and for promises of processors, as long as given, and forwards the results. What is not done by then is given up with the task. */
  async finishPending(milliseconds: number): Promise<void> {
    const end = performance.now() + milliseconds;
    try {
      await this.parts.asyncWork?.finish(milliseconds);
      do {
        if (this.isWaiting()) await this.promises.settledWithin(Math.max(0, end - performance.now()));
        // Or else it would be committed what the record did, but not that it was processed.
        if (!this.isWaiting()) this.parts.metrics.processed += this.finishRecord();
        await this.finishTurnBefore(end);
      } while (this.isWaiting() && performance.now() < end);
    } catch (error) {
      throw decided(error);
    }
  }

  /** Closes processors, then the stores; what is not committed is given up. @throws what closing a processor threw, at the end */
  async close(): Promise<void> {
    this.parts.asyncWork?.abort(new Error(`task ${this.id} is closed`));
    const failures: MillraceError[] = [];
    this.promises.closed = true;
    this.parts.context.failures.close();
    for (const node of this.parts.nodes) {
      try {
        await node.close();
      } catch (cause) {
        const place = { node: node.name, task: this.id, cause };
        failures.push(
          new MillraceError('PROCESSING_FAILED', `close() of a processor failed: ${reasonOf(cause)}`, place),
        );
      }
    }
    this.parts.writer.end();
    await this.parts.state.close();
    if (failures[0] !== undefined) throw failures[0];
  }

  /** The promise of the record at hand is settled: it is processed. Returns how many records that were. */
  private finishRecord(): number {
    const { failure } = this.promises;
    if (failure !== null) throw failure.error;
    const queue = this.atHand;
    if (queue === null) return 0;
    this.atHand = null;
    queue.markTaken();
    queue.advance();
    this.parts.group.putBack(queue);
    return 1;
  }

  /** Nothing new may begin: a promise is waited for, a commit is, or a record is not done. */
  private get unable(): boolean {
    return this.promises.count > 0 || this.resting || this.turn.unfinished;
  }

  /** Finishes what the last record began, then calls the timers that are due by stream time; false when that must go on later. */
  private catchUp(): boolean {
    if (this.turn.unfinished && !this.finishTurn()) return false;
    return this.callStreamTimers();
  }

  private finishTurn(): boolean {
    const done = this.turn.goOn(this.nothingPending);
    if (this.promises.count === 0) return done;
    this.promises.reinstate(this.parts.record);
    return false;
  }

  private async finishTurnBefore(end: number): Promise<void> {
    const { turn } = this;
    while (turn.unfinished && !this.isWaiting() && performance.now() < end) {
      turn.slice.begin();
      if (!this.finishTurn()) await turn.slice.pause();
    }
  }

  /** Calls the timers that are due by stream time; false when not all of them could be called, or one has to be waited for. */
  private callStreamTimers(): boolean {
    const { streamTime } = this.parts.group;
    const queue = this.timers.streamTime;
    if (streamTime < queue.due || streamTime < 0) return true;
    this.callTimers(queue, streamTime, streamTime);
    return this.promises.count === 0 && !this.turn.unfinished && streamTime < queue.due;
  }

  private callTimers(queue: DueQueue, now: number, told: number): boolean {
    const { record } = this.parts;
    record.set(null, -1, -1, told, NO_HEADERS);
    const called = queue.run(now, told, this.goesOn);
    if (called) this.punctuated = true;
    if (this.promises.count > 0) this.promises.reinstate(record);
    return called;
  }
}

function key(topic: string, partition: number): string {
  return `${topic}-${String(partition)}`;
}
