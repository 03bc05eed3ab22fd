/** Writes what a task's state holds to changelogs that have lost it: the disk has what was committed, whatever became of the topic. */
import type { RecordWriter, TopicPartition } from '../broker/port.js';
import type { Logger } from '../observe/logger.js';
import type { TaskState } from '../store/task-state.js';
import type { Slice } from '../time/slice.js';

/** In place of a topic's id: the changelog may lack rows that the disk has. Kept on disk until all are written. */
export const INCOMPLETE = 'incomplete';

/** A store whose changelog lacks something. */
export interface IncompleteChangelog extends TopicPartition {
  readonly store: string;
  /** End of the log as it is. */
  readonly end: number;
  /** What the topic is known by; null where brokers do not tell. */
  readonly topicId: string | null;
}

export interface WritingAgain {
  readonly state: TaskState;
  readonly writer: Pick<RecordWriter, 'append' | 'full' | 'flush'>;
  readonly logger: Logger;
  /** How long the writing may hold the thread at a time. */
  readonly slice: Slice;
}

/**
 * Before the first record of a task, when nothing else writes to its changelogs. If it is cut off, it begins anew at the next
 * opening.
 * @throws the reason of `cancel`, BrokerError, MillraceError STORE_FAILED
 */
export async function writeAgain(
  changelogs: readonly IncompleteChangelog[],
  { state, writer, logger, slice }: WritingAgain,
  cancel: AbortSignal,
): Promise<void> {
  if (changelogs.length === 0) return;
  for (const { store } of changelogs) state.noteTopic(store, INCOMPLETE);
  await state.commitRestored(new Map(), slice);
  const written = new Map<string, number>();
  for (const { store, topic, partition } of changelogs) {
    const rows = state.changelogRows(store);
    if (rows === null) {
      logger.warn('the rows of this kind of store cannot be written to its changelog again; keep its state folder', {
        store,
        topic,
        partition,
      });
      continue;
    }
    let count = 0;
    slice.begin();
    for await (const { key, value, headers, timestamp } of rows) {
      cancel.throwIfAborted();
      if (writer.full) await writer.flush();
      writer.append(topic, partition, key, value, headers, timestamp);
      count += 1;
      if (slice.over()) await slice.pause();
    }
    written.set(store, count);
  }
  const flushed = await writer.flush();
  const offsets = new Map<string, number>();
  for (const { store, topic, partition, end, topicId } of changelogs) {
    const count = written.get(store) ?? 0;
    offsets.set(store, count > 0 ? flushed.lastOffset(topic, partition) + 1 : end);
    state.noteTopic(store, topicId);
    logger.info('rows were written to the changelog again', { store, topic, partition, rows: count });
  }
  await state.commitRestored(offsets, slice);
}
