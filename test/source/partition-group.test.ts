import { describe, expect, it } from 'vitest';
import { PartitionGroup } from '../../src/source/partition-group.js';
import type { PartitionQueue } from '../../src/source/partition-queue.js';
import { fetched, queueOf } from './fake-records.js';

const END_REACHED = (queue: PartitionQueue): number => queue.fetchedOffset;

function filled(topic: string, timestamps: readonly number[]): PartitionQueue {
  const queue = queueOf(topic, 0);
  if (timestamps.length > 0) {
    queue.add(
      fetched(
        topic,
        0,
        timestamps.map((timestamp, offset) => ({ offset, timestamp, value: topic })),
      ),
    );
  }
  return queue;
}

function groupOf(queues: PartitionQueue[], idle = 0): PartitionGroup {
  const group = new PartitionGroup(queues, idle);
  for (const queue of queues) group.offered(queue);
  return group;
}

function order(group: PartitionGroup): string {
  const taken: string[] = [];
  while (group.ready(0, END_REACHED)) {
    const queue = group.take();
    taken.push(`${queue.topic}${String(queue.timestamp)}`);
    queue.markTaken();
    queue.advance();
    group.putBack(queue);
  }
  return taken.join(' ');
}

describe('PartitionGroup', () => {
  it.each([
    ['lowest head first', { a: [10, 40], b: [20, 30] }, 'a10 b20 b30 a40'],
    ['a queue stays in offset order even when its times do not', { a: [50, 5], b: [20] }, 'b20 a50 a5'],
    // As seen from java.util.PriorityQueue, which is not stable.
    ['ties as a binary heap decides them', { a: [0, 0, 0], b: [0, 0], c: [0] }, 'a0 c0 a0 b0 a0 b0'],
  ])('%s', (_, timelines, expected) => {
    const queues = Object.entries(timelines).map(([topic, times]) => filled(topic, times));
    expect(order(groupOf(queues))).toBe(expected);
  });

  it('keeps the highest time taken as stream time', () => {
    const group = groupOf([filled('a', [30, 10])]);
    order(group);
    expect(group.streamTime).toBe(30);
  });

  it('starts from the partition times that were committed', () => {
    expect(new PartitionGroup([queueOf('a', 0, { partitionTime: 7 }), queueOf('b', 0)], 0).streamTime).toBe(7);
  });

  it('gives nothing of a queue that was withdrawn to move to another offset', () => {
    const queues = [filled('a', [10, 40]), filled('b', [20, 30]), filled('c', [25])];
    const group = groupOf(queues);
    const moved = queues[0] as PartitionQueue;
    group.withdraw(moved);
    moved.moveTo(7);
    expect(order(group)).toBe('b20 c25 b30');
    moved.add(fetched('a', 0, [{ offset: 7, timestamp: 5 }]));
    group.offered(moved);
    expect(order(group)).toBe('a5');
  });

  describe('an empty partition', () => {
    const waiting = filled('a', [1]);
    const empty = filled('b', []);

    it('is waited for while the broker has more of it, or has not said', () => {
      const group = groupOf([waiting, empty]);
      expect(group.ready(0, (queue) => (queue === empty ? 5 : 1))).toBe(false);
      expect(group.ready(0, (queue) => (queue === empty ? -1 : 1))).toBe(false);
    });

    it('is not waited for when the broker has no more', () => {
      expect(groupOf([waiting, empty]).ready(0, END_REACHED)).toBe(true);
    });

    it('is waited for as long as maxTaskIdle says after that', () => {
      const group = groupOf([waiting, empty], 100);
      expect(group.ready(1_000, END_REACHED)).toBe(false);
      expect(group.ready(1_099, END_REACHED)).toBe(false);
      expect(group.ready(1_100, END_REACHED)).toBe(true);
    });

    it('is not waited for when its topic is gone, whatever the broker had of it', () => {
      const gone = filled('b', []);
      gone.gone = true;
      expect(groupOf([waiting, gone], 100).ready(0, (queue) => (queue === gone ? 5 : 1))).toBe(true);
    });

    it('is never waited for with maxTaskIdle -1', () => {
      expect(groupOf([waiting, empty], -1).ready(0, () => 99)).toBe(true);
    });
  });

  it('is not ready when all partitions are empty', () => {
    expect(groupOf([filled('a', [])]).ready(0, END_REACHED)).toBe(false);
  });
});
