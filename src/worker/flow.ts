/** What moves through an instance, counted when somebody looks. */
import type { PartitionReader } from '../broker/port.js';
import type { Flow } from '../observe/activity.js';
import { inputLag } from './lags.js';
import type { TaskSet } from './loop/task-set.js';

export function flowOf(
  { taken, running, opening }: Pick<TaskSet, 'taken' | 'running' | 'opening'>,
  reader: Pick<PartitionReader, 'endOffset'>,
): Flow {
  const lags = new Map<string, number | null>();
  for (const task of running) {
    for (const queue of task.partitions) {
      const before = lags.get(queue.topic);
      const lag = inputLag(queue, reader);
      lags.set(queue.topic, before === null || lag === null ? null : (before ?? 0) + lag);
    }
  }
  return { nodes: Object.fromEntries(taken), inputs: [...lags].map(([topic, lag]) => ({ topic, lag })), opening };
}
