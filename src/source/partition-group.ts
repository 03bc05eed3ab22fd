/** Chooses the next record among the partitions of a task: the one with the lowest timestamp at its head. */
import type { PartitionQueue } from './partition-queue.js';

/**
 * Ties are broken exactly as Kafka Streams breaks them, whose order is that of `java.util.PriorityQueue` (a binary
 * heap that is not stable): so equal timestamps give the same interleaving. Kafka Streams: `PartitionGroup`.
 */
export class PartitionGroup {
  /** Highest timestamp processed in any of the partitions, -1 before the first. */
  streamTime = -1;
  /** Queues whose next record has waited for something that is there now. */
  private readonly fetched: PartitionQueue[] = [];
  private readonly heap: PartitionQueue[] = [];
  private readonly idleSince = new Map<PartitionQueue, number>();

  constructor(
    private readonly all: PartitionQueue[],
    /** How long to wait for an empty partition that has nothing more in the broker, ms; -1: never wait for any. */
    private readonly maxIdleMs: number,
  ) {
    for (const queue of all) {
      if (queue.partitionTime > this.streamTime) this.streamTime = queue.partitionTime;
    }
  }

  get queues(): readonly PartitionQueue[] {
    return this.all;
  }

  /** One more partition, without records as yet. */
  add(queue: PartitionQueue): void {
    this.all.push(queue);
  }

  /** Takes a queue's head out of the order, before the queue moves to another offset. */
  withdraw(queue: PartitionQueue): void {
    const rest = this.heap.filter((one) => one !== queue);
    if (rest.length === this.heap.length) return;
    this.heap.length = 0;
    for (const one of rest) this.offer(one);
  }

  /** Notes that the next record of a queue can be decoded. */
  noteFetched(queue: PartitionQueue): void {
    this.fetched.push(queue);
  }

  /** Decodes the records that have waited. @throws what the handler of one that cannot be decoded decided to fail with */
  takeUp(): void {
    for (let queue = this.fetched.pop(); queue !== undefined; queue = this.fetched.pop()) {
      queue.takeUp();
      this.offered(queue);
    }
  }

  get hasFetched(): boolean {
    return this.fetched.length > 0;
  }

  /** To be called after a queue without a head got records. */
  offered(queue: PartitionQueue): void {
    if (queue.hasHead) this.offer(queue);
  }

  /**
   * Whether a record may be processed now (KIP-695). An empty partition is waited for while the broker holds records
   * of it that are not fetched yet (`endOffset` beyond what was fetched, or unknown), and `maxIdleMs` longer.
   */
  ready(now: number, endOffset: (queue: PartitionQueue) => number): boolean {
    if (this.heap.length === 0) return false;
    if (this.heap.length === this.all.length || this.maxIdleMs < 0) return true;
    return this.othersReady(now, endOffset);
  }

  /** Whether no empty partition has to be waited for. */
  private othersReady(now: number, endOffset: (queue: PartitionQueue) => number): boolean {
    let ready = true;
    for (const queue of this.all) {
      if (queue.hasHead) {
        if (this.idleSince.size > 0) this.idleSince.delete(queue);
        continue;
      }
      if (queue.gone) continue;
      if (queue.stalled) {
        ready = false;
        continue;
      }
      const end = endOffset(queue);
      if (end < 0 || end > queue.fetchedOffset) {
        this.idleSince.delete(queue);
        ready = false;
        continue;
      }
      if (this.maxIdleMs === 0) continue;
      const since = this.idleSince.get(queue);
      if (since === undefined) this.idleSince.set(queue, now);
      if (now < (since ?? now) + this.maxIdleMs) ready = false;
    }
    return ready;
  }

  /** Partitions without a record; as long as the task is not ready, it waits for them. */
  get empty(): readonly PartitionQueue[] {
    return this.all.filter((queue) => !queue.hasHead && !queue.gone);
  }

  /** The queue whose head is next; it leaves the group until `putBack`. */
  take(): PartitionQueue {
    const heap = this.heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) throw new Error('take() on an empty group');
    if (heap.length > 0) this.siftDown(last);
    if (first.timestamp > this.streamTime) this.streamTime = first.timestamp;
    return first;
  }

  /** After the head was processed and the queue moved on. */
  putBack(queue: PartitionQueue): void {
    if (queue.hasHead) this.offer(queue);
  }

  get isEmpty(): boolean {
    return this.heap.length === 0;
  }

  private offer(queue: PartitionQueue): void {
    const heap = this.heap;
    let at = heap.length;
    heap.push(queue);
    while (at > 0) {
      const parentAt = (at - 1) >>> 1;
      const parent = heap[parentAt] as PartitionQueue;
      if (queue.timestamp >= parent.timestamp) break;
      heap[at] = parent;
      at = parentAt;
    }
    heap[at] = queue;
  }

  private siftDown(queue: PartitionQueue): void {
    const heap = this.heap;
    const size = heap.length;
    const half = size >>> 1;
    let at = 0;
    while (at < half) {
      let childAt = 2 * at + 1;
      let child = heap[childAt] as PartitionQueue;
      const right = heap[childAt + 1];
      if (right !== undefined && child.timestamp > right.timestamp) {
        child = right;
        childAt += 1;
      }
      if (queue.timestamp <= child.timestamp) break;
      heap[at] = child;
      at = childAt;
    }
    heap[at] = queue;
  }
}
