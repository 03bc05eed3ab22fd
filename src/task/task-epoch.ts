/** What a task commits: how far each of its partitions is done, and what on disk belongs to that. */
import type { CommittedOffset, FlushedOffsets, PartitionOffset, TopicPartition } from '../broker/port.js';
import type { PartitionQueue } from '../source/partition-queue.js';
import type { TaskState } from '../store/task-state.js';
import type { AsyncWork } from './async-work.js';
import { EPOCH_NAME, markOf, newEpoch, NO_EPOCH } from './epoch-mark.js';
import { encodeOffsetMetadata } from './offset-metadata.js';
import { packTimes, timePlaces } from './packed-times.js';
import { isStoreName, type TaskContext } from './task-context.js';

/** Nothing is committed of this log. */
const UNKNOWN_OFFSET = -1;

interface EpochParts {
  readonly state: TaskState;
  readonly context: TaskContext;
  readonly asyncWork: AsyncWork | null;
}

/** An epoch is what happens between two commits. */
export class TaskEpoch {
  private readonly committedOffsets = new Map<PartitionQueue, number>();
  /** In which epoch the offset of each partition was committed. */
  private readonly epochs = new Map<PartitionQueue, number>();
  /** Offsets of the epoch that was sealed last, and of the one that was written last. */
  private sealedOffsets: ReadonlyMap<PartitionQueue, number> = new Map();
  private writtenOffsets: ReadonlyMap<PartitionQueue, number> = new Map();
  /** Of the sealed epoch. */
  private mark = '';

  constructor(private readonly parts: EpochParts) {}

  /** @param epoch in which the offset that the partition begins at was committed */
  track(queue: PartitionQueue, epoch: number): void {
    this.committedOffsets.set(queue, queue.committableOffset);
    this.epochs.set(queue, epoch);
    this.sealedOffsets = new Map(this.committedOffsets);
    this.writtenOffsets = this.sealedOffsets;
  }

  /** For each partition the next offset: of all that is processed, of what the last seal found, or of what is written. */
  offsets(of: 'processed' | 'sealed' | 'written'): PartitionOffset[] {
    const kept = of === 'written' ? this.writtenOffsets : this.sealedOffsets;
    return [...this.committedOffsets].map(([queue, committed]) => {
      const offset = of === 'processed' ? this.committable(queue, committed) : (kept.get(queue) ?? UNKNOWN_OFFSET);
      return { topic: queue.topic, partition: queue.partition, offset };
    });
  }

  /** The partition goes on elsewhere: its new position is committed in any case. */
  moved(queue: PartitionQueue): void {
    this.committedOffsets.set(queue, UNKNOWN_OFFSET);
  }

  /** Whether some partition is further than what is committed of it. */
  get advanced(): boolean {
    for (const [queue, offset] of this.committedOffsets) {
      if (this.committable(queue, offset) !== offset && !queue.gone) return true;
    }
    return false;
  }

  /** Takes the input offsets that belong to a state that has just been sealed. */
  seal(changed: boolean): CommittedOffset[] {
    const { state, context } = this.parts;
    const moved: PartitionQueue[] = [];
    for (const [queue, committed] of this.committedOffsets) {
      const offset = this.committable(queue, committed);
      if (offset === committed || queue.gone) continue;
      this.committedOffsets.set(queue, offset);
      moved.push(queue);
    }
    this.sealedOffsets = new Map(this.committedOffsets);
    const persistent = state.stores.some((store) => store.persistent);
    // What timers changed must be told from what was there before, too.
    if (persistent && changed && moved.length === 0) moved.push(...this.oneCommitted());
    const times = new Map(context.operatorTimes());
    if (persistent) this.begin(moved, times);
    return this.withTimes(moved, times);
  }

  /** Writes the sealed epoch to disk, with the changelog offsets that belong to it. */
  write(flushed: FlushedOffsets): Promise<void> | void {
    const { state } = this.parts;
    if (!state.sealed) return;
    const offsets = new Map<string, number>();
    for (const { store, topic, partition, isSource } of state.changelogs()) {
      if (topic === null) continue;
      const next = isSource ? this.sealedOffset(topic, partition) : flushed.lastOffset(topic, partition) + 1;
      if (next > 0) offsets.set(store, next);
    }
    const sealed = this.sealedOffsets;
    const writing = state.writeEpoch(offsets, this.mark);
    if (writing === undefined && !state.behind) this.writtenOffsets = sealed;
    return writing?.then(() => {
      this.writtenOffsets = sealed;
    });
  }

  /** The offsets, with what stands beside them; what finds no room there stands beside the changelogs of the task. */
  private withTimes(moved: readonly PartitionQueue[], times: ReadonlyMap<string, number>): CommittedOffset[] {
    if (moved.length === 0) return [];
    const places = timePlaces(this.parts.state);
    const { main, pages, left } = packTimes(times, isStoreName, places.length, newEpoch());
    if (left > 0) this.parts.context.timesLeft(left);
    const offsets = moved.map((queue) => ({
      topic: queue.topic,
      partition: queue.partition,
      offset: this.committedOffsets.get(queue) as number,
      metadata: encodeOffsetMetadata(queue.partitionTime, main),
    }));
    for (const [i, page] of pages.entries()) {
      const { topic, partition } = places[i] as TopicPartition;
      offsets.push({ topic, partition, offset: 0, metadata: encodeOffsetMetadata(-1, page) });
    }
    return offsets;
  }

  private begin(moved: readonly PartitionQueue[], times: Map<string, number>): void {
    const epoch = newEpoch();
    times.set(EPOCH_NAME, epoch);
    for (const queue of moved) this.epochs.set(queue, epoch);
    this.mark = markOf(
      [...this.committedOffsets].map(([queue, offset]) => {
        const { topic, partition } = queue;
        return { topic, partition, offset, epoch: this.epochs.get(queue) ?? NO_EPOCH };
      }),
    );
  }

  private oneCommitted(): PartitionQueue[] {
    const [one] = [...this.epochs].find(([, epoch]) => epoch !== NO_EPOCH) ?? [];
    return one === undefined ? [] : [one];
  }

  /** Where reading must go on after a restart: not behind a record that is still worked on, nor before what was committed. */
  private committable(queue: PartitionQueue, committed: number): number {
    const offset = queue.committableOffset;
    const { asyncWork } = this.parts;
    if (asyncWork === null) return offset;
    return Math.max(committed, Math.min(offset, asyncWork.oldestOffset(queue.topic, queue.partition)));
  }

  /** Input offset of the sealed epoch, for a source topic that serves as the changelog of a table. */
  private sealedOffset(topic: string, partition: number): number {
    for (const [queue, offset] of this.committedOffsets) {
      if (queue.topic === topic && queue.partition === partition) return offset;
    }
    return 0;
  }
}
