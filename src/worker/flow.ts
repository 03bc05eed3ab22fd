/** What moves through an instance, counted when somebody looks. */
import type { PartitionReader } from '../broker/port.js';
import type { Flow } from '../observe/activity.js';
import type { TaskSet } from './loop/task-set.js';

export function flowOf(
  { taken, running, opening }: Pick<TaskSet, 'taken' | 'running' | 'opening'>,
  reader: Pick<PartitionReader, 'endOffset'>,
): Flow {
  const lags = new Map<string, number | null>();
  for (const task of running) {
    for (const queue of task.partitions) {
      const before = lags.get(queue.topic);
      const end = reader.endOffset(queue);
      const known = before !== null && end >= 0;
      lags.set(queue.topic, known ? (before ?? 0) + Math.max(0, end - queue.committableOffset) : null);
    }
  }
  return { nodes: Object.fromEntries(taken), inputs: [...lags].map(([topic, lag]) => ({ topic, lag })), opening };
}
