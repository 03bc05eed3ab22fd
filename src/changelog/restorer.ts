/** How memory survives: brings the stores of a task up to the end of their changelogs before it may process records. */
import type { Admin, FetchedRecords, PartitionReader, ReaderEvent, TopicPartition } from '../broker/port.js';
import { BrokerError } from '../errors/broker-error.js';
import { MillraceError } from '../errors/error.js';
import type { Logger } from '../observe/logger.js';
import type { StoreChangelog, TaskState } from '../store/task-state.js';
import { endlessSlice, type Slice } from '../time/slice.js';
import { INCOMPLETE, type IncompleteChangelog } from './write-again.js';
import { restoreRecord, type Decoders, type RestoreTarget } from './restored-record.js';

const WAIT_MS = 100;

/** One store on its way to the end of its changelog. Offsets are of the next record. */
export interface RestoringStore extends TopicPartition {
  readonly store: string;
  readonly task: string;
}

/** Told as restoring goes on. */
export interface RestoreReports {
  started(store: RestoringStore, startOffset: number, endOffset: number): void;
  batch(store: RestoringStore, nextOffset: number, records: number): void;
  ended(store: RestoringStore, records: number): void;
}

/** A task whose state is to be brought up. */
export interface RestoreJob {
  readonly task: string;
  readonly state: TaskState;
  /**
   * The state on disk is that of the last committed epoch. What the changelogs hold beyond it was written for an epoch that
   * was given up: its records are processed again, and must not be counted twice.
   */
  readonly committed: boolean;
  /** For a source topic that serves as changelog: the committed input offset, where processing goes on. */
  readonly committedOffset: (source: TopicPartition) => number;
  /** What a topic is known by at the moment; null where brokers do not tell. */
  readonly topicId: (topic: string) => string | null;
  readonly reports: RestoreReports;
  /** What reads the source topic that serves a store as changelog. */
  readonly decodersOf: (store: string) => Decoders;
  readonly undecodable: RestoreTarget['undecodable'];
}

interface Restoration extends RestoreTarget {
  readonly job: RestoreJob;
  readonly place: RestoringStore;
  next: number;
  readonly end: number;
  /** The disk has what the changelog has lost. */
  readonly incomplete: boolean;
  records: number;
}

interface RunningJob {
  readonly job: RestoreJob;
  readonly open: Set<Restoration>;
  readonly touched: Map<string, number>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Restores many stores at a time over one reader. What was read is written to disk together with the offset it reaches
 * to, so that a restoring that is cut off goes on from there. Kafka Streams: `StoreChangelogReader`.
 */
export class Restorer {
  private readonly jobs = new Set<RunningJob>();
  private readonly byPartition = new Map<string, Restoration>();
  private looping: Promise<void> | null = null;

  constructor(
    private readonly reader: PartitionReader,
    private readonly admin: Admin,
    private readonly logger: Logger,
    /** How long restoring may hold the thread at a time. Not that of the record loop, whose steps cost something else. */
    private readonly slice: Slice = endlessSlice,
    /** Whose end of a changelog is restored to. Default: the admin's. */
    private readonly ends?: 'uncommitted',
  ) {}

  /**
   * Resolves when every store of the task is at the end that its changelog had at the call.
   * Gives the changelogs that have lost what the disk holds.
   * @throws the reason of `cancel` when it is aborted; what was restored by then stays on disk
   */
  async restore(job: RestoreJob, cancel: AbortSignal): Promise<IncompleteChangelog[]> {
    const restorations = await this.plan(job);
    cancel.throwIfAborted();
    for (const one of restorations) job.reports.started(one.place, one.next, one.end);
    const open = restorations.filter((one) => one.next < one.end);
    for (const one of restorations) if (!open.includes(one)) job.reports.ended(one.place, 0);
    const incomplete = restorations
      .filter((one) => one.incomplete)
      .map(({ place, end }) => ({ ...positionOf(place), store: place.store, end, topicId: job.topicId(place.topic) }));
    if (open.length === 0) return incomplete;
    await new Promise<void>((resolve, reject) => {
      const running: RunningJob = { job, open: new Set(open), touched: new Map(), resolve, reject };
      this.jobs.add(running);
      for (const one of open) this.byPartition.set(keyOf(one.place), one);
      this.reader.assign(open.map(({ place, next }) => ({ ...positionOf(place), offset: next })));
      cancel.addEventListener(
        'abort',
        () => {
          this.drop(running, cancel.reason);
        },
        { once: true },
      );
      this.looping ??= this.loop().finally(() => {
        this.looping = null;
      });
    });
    return incomplete;
  }

  async close(): Promise<void> {
    for (const running of this.jobs) this.drop(running, new BrokerError('retriable', 'restoring was stopped'));
    await this.looping;
    await this.reader.close();
  }

  /** Where each store begins and ends. Stores with nothing to restore from are left out. */
  private async plan(job: RestoreJob): Promise<Restoration[]> {
    const logged = job.state
      .changelogs()
      .filter((one): one is StoreChangelog & { topic: string } => one.topic !== null);
    const partitions = logged.map(({ topic, partition }) => ({ topic, partition }));
    if (partitions.length === 0) return [];
    const starts = offsetsBy(await this.admin.listOffsets(partitions, 'earliest'));
    const ends = offsetsBy(await this.admin.listOffsets(partitions, 'latest', this.ends));
    const restorations: Restoration[] = [];
    for (const changelog of logged) {
      const { store, topic, partition, isSource } = changelog;
      const place = { store, task: job.task, topic, partition };
      const logStart = starts.get(keyOf(place)) ?? 0;
      const logEnd = ends.get(keyOf(place)) ?? 0;
      const end = isSource ? Math.min(logEnd, job.committedOffset(place)) : logEnd;
      const { next, incomplete } = this.begin(job, place, changelog, { logStart, logEnd });
      const decoders = isSource ? job.decodersOf(store) : null;
      const { state, undecodable } = job;
      restorations.push({ job, state, place, decoders, undecodable, next, end, incomplete, records: 0 });
    }
    return restorations;
  }

  /**
   * Where restoring begins. The disk has what was committed, so it is given up only for a log that has moved on beyond it:
   * what was deleted between the two cannot be known. A log that ends before it was cut or is another one. Of another one the
   * rows were written later than those on disk, unless the disk has the last committed epoch.
   */
  private begin(
    job: RestoreJob,
    place: RestoringStore,
    { offset, topicId: before, isSource, engine }: StoreChangelog,
    { logStart, logEnd }: { readonly logStart: number; readonly logEnd: number },
  ): { readonly next: number; readonly incomplete: boolean } {
    const { store, topic } = place;
    const now = job.topicId(topic);
    const isOther = before === INCOMPLETE || (before !== null && now !== null && before !== now);
    const isCommitted = job.committed && engine !== 'memory' && !isSource;
    if (offset < 0) {
      job.state.noteTopic(store, now);
      return { next: logStart, incomplete: false };
    }
    if (isOther || offset > logEnd) {
      const what =
        before === INCOMPLETE
          ? 'the changelog may lack rows that the state on disk has'
          : isOther
            ? 'the changelog was deleted and created again'
            : 'the changelog ends before the state on disk';
      const then = isSource ? 'the state on disk is used' : 'the state on disk is used and written to it again';
      this.logger.warn(`${what}; ${then}`, { ...place, offsetOnDisk: offset, logStart, logEnd });
      job.state.noteTopic(store, isSource ? now : INCOMPLETE);
      return { next: isOther && !isCommitted ? logStart : logEnd, incomplete: !isSource };
    }
    if (isCommitted) {
      job.state.noteTopic(store, now);
      return { next: logEnd, incomplete: false };
    }
    let next = offset;
    if (offset < logStart) {
      this.startOver(
        job,
        place,
        `offset ${String(offset)} is before the log (${String(logStart)} to ${String(logEnd)})`,
      );
      next = logStart;
    }
    job.state.noteTopic(store, now);
    return { next, incomplete: false };
  }

  private startOver(job: RestoreJob, place: RestoringStore, reason: string): void {
    this.logger.warn('the state on disk does not fit its changelog; it is wiped and restored from the start', {
      ...place,
      reason,
    });
    job.state.wipe(place.store);
  }

  private async loop(): Promise<void> {
    while (this.jobs.size > 0) {
      try {
        this.slice.begin();
        for (const event of this.reader.events()) this.handle(event);
        for (const fetched of this.reader.poll()) await this.deliver(fetched);
        await this.writeTouched();
      } catch (error) {
        for (const running of this.jobs) this.drop(running, error);
        return;
      }
      if (this.jobs.size > 0) await this.reader.wait(WAIT_MS);
    }
  }

  /** What goes wrong with the records of one task ends the restoring of that one. */
  private async deliver(fetched: FetchedRecords): Promise<void> {
    const one = this.byPartition.get(keyOf(fetched));
    const running = one === undefined ? undefined : this.jobOf(one);
    if (one === undefined || running === undefined) return;
    try {
      await this.apply(fetched, one, running);
    } catch (error) {
      this.drop(running, MillraceError.is(error) ? error.completed(one.place) : error);
    }
  }

  private async apply(fetched: FetchedRecords, one: Restoration, running: RunningJob): Promise<void> {
    const { cursor } = fetched;
    const { store } = one.place;
    const { slice } = this;
    let records = 0;
    let reached = fetched.nextOffset;
    while (cursor.next()) {
      if (cursor.offset >= one.end) {
        reached = one.end;
        break;
      }
      for (let wait = restoreRecord(cursor, one); wait !== null; wait = restoreRecord(cursor, one)) {
        await wait;
        if (!this.jobs.has(running)) return;
      }
      records += 1;
      if (!slice.over()) continue;
      await slice.pause();
      // It was given up meanwhile, and its state is closed.
      if (!this.jobs.has(running)) return;
    }
    one.next = Math.min(reached, Math.max(one.end, one.next));
    one.records += records;
    running.touched.set(store, one.next);
    one.job.reports.batch(one.place, one.next, records);
  }

  /** Writes what the last poll brought, and lets go of those who are done. */
  private async writeTouched(): Promise<void> {
    for (const running of this.jobs) {
      if (running.touched.size === 0) continue;
      const offsets = new Map(running.touched);
      running.touched.clear();
      try {
        await running.job.state.commitRestored(offsets, this.slice);
      } catch (error) {
        this.drop(running, error);
        continue;
      }
      this.slice.begin();
      if (!this.jobs.has(running)) continue;
      for (const one of running.open) {
        if (one.next < one.end) continue;
        running.open.delete(one);
        this.byPartition.delete(keyOf(one.place));
        this.reader.unassign([positionOf(one.place)]);
        one.job.reports.ended(one.place, one.records);
      }
      if (running.open.size > 0 || !this.jobs.has(running)) continue;
      this.jobs.delete(running);
      running.resolve();
    }
  }

  private handle(event: ReaderEvent): void {
    const one = this.byPartition.get(keyOf(event));
    if (one === undefined || event.type === 'doubtful-topic') return;
    if (event.type === 'out-of-range' && event.offset > event.logEnd) {
      const reason = `the changelog was cut, or created again, while store ${one.place.store} was restored from it; start again: what is on disk is kept`;
      const { topic, partition, offset } = event;
      const cut = new MillraceError('STATE_INVALID', reason, { topic, partition, offset, store: one.place.store });
      const failed = this.jobOf(one);
      if (failed !== undefined) this.drop(failed, cut);
      return;
    }
    if (event.type === 'out-of-range') {
      this.startOver(one.job, one.place, `offset ${String(event.offset)} has left the log`);
      one.next = event.logStart;
      this.reader.seek({ ...positionOf(event), offset: event.logStart });
      return;
    }
    const running = this.jobOf(one);
    if (running === undefined) return;
    const { topic, partition } = event;
    const gone = 'the changelog is gone; restart the application, which creates it again';
    this.drop(
      running,
      event.type === 'failed' ? event.error : new MillraceError('TOPIC_MISSING', gone, { topic, partition }),
    );
  }

  private jobOf(one: Restoration): RunningJob | undefined {
    for (const running of this.jobs) if (running.job === one.job) return running;
    return undefined;
  }

  private drop(running: RunningJob, reason: unknown): void {
    if (!this.jobs.delete(running)) return;
    for (const one of running.open) {
      this.byPartition.delete(keyOf(one.place));
      this.reader.unassign([positionOf(one.place)]);
    }
    running.reject(reason);
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${String(partition)}`;
}

function positionOf({ topic, partition }: TopicPartition): TopicPartition {
  return { topic, partition };
}

function offsetsBy(offsets: readonly (TopicPartition & { readonly offset: number })[]): Map<string, number> {
  return new Map(offsets.map((one) => [keyOf(one), one.offset]));
}
