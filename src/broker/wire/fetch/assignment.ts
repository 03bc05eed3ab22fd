/** The partitions of a reader: found by name, and kept in the order in which they shall be served next. */
import type { TopicPartition } from '../../port.js';
import { AssignedPartition } from './assigned-partition.js';

export class Assignment implements Iterable<AssignedPartition> {
  private readonly byTopic = new Map<string, Map<number, AssignedPartition>>();
  /** A set keeps the order of insertion, and an element can be moved to its end. */
  private readonly inOrder = new Set<AssignedPartition>();

  [Symbol.iterator](): Iterator<AssignedPartition> {
    return this.inOrder.values();
  }

  get(topic: string, partition: number): AssignedPartition | undefined {
    return this.byTopic.get(topic)?.get(partition);
  }

  /** Adds a partition, or moves the one that is there. */
  put(topic: string, partition: number, offset: number): void {
    const known = this.get(topic, partition);
    if (known !== undefined) {
      known.moveTo(offset);
      return;
    }
    const added = new AssignedPartition(topic, partition, offset);
    const inTopic = this.byTopic.get(topic);
    if (inTopic === undefined) this.byTopic.set(topic, new Map([[partition, added]]));
    else inTopic.set(partition, added);
    this.inOrder.add(added);
  }

  remove({ topic, partition }: TopicPartition): void {
    const inTopic = this.byTopic.get(topic);
    const removed = inTopic?.get(partition);
    if (inTopic === undefined || removed === undefined) return;
    removed.drop();
    this.inOrder.delete(removed);
    inTopic.delete(partition);
    if (inTopic.size === 0) this.byTopic.delete(topic);
  }

  /** A broker fills its response from the front of the request, so who got something goes to the back. */
  moveToEnd(partition: AssignedPartition): void {
    if (this.inOrder.delete(partition)) this.inOrder.add(partition);
  }
}
