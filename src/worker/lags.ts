/** How far behind an instance is: in its inputs, and in the stores that it restores. */
import type { BrokerStatus, PartitionReader } from '../broker/port.js';
import { parseTaskId, type TaskId } from '../group/ownership.js';
import type { InstanceLags } from '../observe/instance-metadata.js';
import type { Restoring } from '../observe/restore-metrics.js';
import type { PartitionQueue } from '../source/partition-queue.js';
import type { Task } from '../task/task.js';

type Queue = Pick<PartitionQueue, 'topic' | 'partition' | 'committableOffset'>;
type Ends = Pick<PartitionReader, 'endOffset'>;

interface Behind {
  readonly running: readonly (Pick<Task, 'id' | 'state'> & { readonly partitions: readonly Queue[] })[];
  readonly reader: Ends | null;
  readonly brokers: readonly Pick<BrokerStatus, 'state'>[];
  readonly restoring: readonly Restoring[];
}

/** Records that wait in a partition, as the broker last told its end; null before it has. */
export function inputLag(queue: Queue, reader: Ends | null): number | null {
  const end = reader?.endOffset(queue) ?? -1;
  return end < 0 ? null : Math.max(0, end - queue.committableOffset);
}

/** Whether the brokers answer that were last asked: what is known of ends is too old otherwise. */
export function isConnected(brokers: readonly Pick<BrokerStatus, 'state'>[]): boolean {
  return brokers.some(({ state }) => state === 'answering') && !brokers.some(({ state }) => state === 'lost');
}

export function lagsOf({ running, reader, brokers, restoring }: Behind): InstanceLags {
  const connected = isConnected(brokers);
  const inputs = running.flatMap(({ partitions }) =>
    partitions.map((queue) => {
      const { topic, partition } = queue;
      return { topic, partition, lag: connected ? inputLag(queue, reader) : null };
    }),
  );
  const restored = running.flatMap(({ id, state }) =>
    state.stores.map(({ name }) => ({ store: name, task: id, partition: partitionOf(id), lag: 0 })),
  );
  const behind = restoring.map(({ store, task, position, end }) => {
    return { store, task, partition: partitionOf(task), lag: Math.max(0, end - position) };
  });
  return { inputs, stores: [...restored, ...behind] };
}

function partitionOf(task: string): number {
  return parseTaskId(task as TaskId).partition;
}
