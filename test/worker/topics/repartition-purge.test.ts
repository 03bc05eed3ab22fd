import { describe, expect, it } from 'vitest';
import type { Admin, PartitionOffset } from '../../../src/broker/port.js';
import { silentLogger } from '../../../src/observe/logger.js';
import { TestClock } from '../../../src/testing/test-clock.js';
import { RepartitionPurge } from '../../../src/worker/topics/repartition-purge.js';

function purgeOf(deleteRecords: (partitions: readonly PartitionOffset[]) => Promise<void>): {
  purge: RepartitionPurge;
  clock: TestClock;
} {
  const clock = new TestClock(0);
  const admin = { deleteRecords } as unknown as Admin;
  return { purge: new RepartitionPurge(admin, new Set(['app-x-repartition']), 1_000, clock, silentLogger), clock };
}

const offset = (topic: string, at: number) => ({ topic, partition: 0, offset: at, metadata: '' });

describe('RepartitionPurge', () => {
  it('deletes up to the newest committed offset of repartition topics, once an interval', async () => {
    const asked: (readonly PartitionOffset[])[] = [];
    const { purge, clock } = purgeOf((partitions) => {
      asked.push(partitions);
      return Promise.resolve();
    });
    purge.committed([offset('orders', 5), offset('app-x-repartition', 3)]);
    expect(asked).toEqual([]);
    clock.advance(1_000);
    purge.committed([offset('app-x-repartition', 9)]);
    await purge.idle();
    clock.advance(999);
    purge.committed([offset('app-x-repartition', 12)]);
    expect(asked).toEqual([[{ topic: 'app-x-repartition', partition: 0, offset: 9 }]]);
  });

  it('has one request under way at most, and goes on after a failure', async () => {
    let fail: (error: Error) => void = () => undefined;
    let calls = 0;
    const { purge, clock } = purgeOf(() => {
      calls += 1;
      return new Promise((_, reject) => (fail = reject));
    });
    clock.advance('1s');
    purge.committed([offset('app-x-repartition', 1)]);
    clock.advance('1s');
    purge.committed([offset('app-x-repartition', 2)]);
    expect(calls).toBe(1);
    fail(new Error('no'));
    await purge.idle();
    clock.advance('1s');
    purge.committed([offset('app-x-repartition', 3)]);
    expect(calls).toBe(2);
  });
});
