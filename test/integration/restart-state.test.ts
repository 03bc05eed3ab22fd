/** A restart with and without the state folder: the counts go on, and only what is missing is read back. */
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Instance } from '../../examples/02-windowed-count/instances.js';
import { plainClient } from './kafka.js';
import { tasksOf, WindowedCountGroup } from './windowed-count-group.js';

const ORDERS = 60_000;

let group: WindowedCountGroup;

beforeEach(async () => {
  group = new WindowedCountGroup({ late: 0.1 });
  await group.createTopics();
  const first = await running('only');
  await group.write(ORDERS);
  await group.committed();
  expect(await group.stop(first)).toBe(0);
});
afterEach(async () => {
  await group.end();
});

describe('a restart of the windowed count', { timeout: 120_000 }, () => {
  test('without its state folder reads the changelog from the start', async () => {
    rmSync(group.stateDirOf('only'), { recursive: true });
    const changelog = await changelogRecords();
    const again = await running('only');
    const restored = (await again.metrics())!.restore;
    console.log(`state folder deleted: ${restored.records} of ${changelog} changelog records read`);
    expect(restored.stores).toBe(4);
    expect(restored.records).toBe(changelog);
    await goOn(again);
  });

  test('with its state folder reads nothing that it has', async () => {
    const changelog = await changelogRecords();
    const again = await running('only');
    const restored = (await again.metrics())!.restore;
    console.log(`state folder kept: ${restored.records} of ${changelog} changelog records read`);
    expect(restored.stores).toBe(4);
    expect(restored.records).toBe(0);
    await goOn(again);
  });

  test('with an older state folder reads the tail', async () => {
    const before = await changelogRecords();
    const other = await running('other');
    await group.write(ORDERS / 6);
    await group.committed();
    expect(await group.stop(other)).toBe(0);

    const changelog = await changelogRecords();
    const again = await running('only');
    const restored = (await again.metrics())!.restore;
    console.log(`state folder of before: ${restored.records} of ${changelog} changelog records read`);
    expect(changelog).toBeGreaterThan(before);
    expect(restored.records).toBe(changelog - before);
    await goOn(again);
  });
});

async function running(name: string): Promise<Instance> {
  const instance = group.start(name);
  await group.until(`${name} runs all tasks`, async () => (await tasksOf(instance)).length === 4);
  return instance;
}

/** More orders, some for windows that were open before: every window must be as if nothing had happened. */
async function goOn(instance: Instance): Promise<void> {
  await group.write(ORDERS);
  await group.committed();
  expect(await group.stop(instance)).toBe(0);
  const { differences, orders, late } = await group.check('exact');
  expect(differences).toEqual([]);
  expect(orders).toBeGreaterThanOrEqual(2 * ORDERS);
  expect(late).toBeGreaterThan(0);
}

/** Records in all partitions of the store's changelog. */
async function changelogRecords(): Promise<number> {
  const admin = plainClient().admin();
  await admin.connect();
  try {
    const ends = await admin.fetchTopicOffsets(`${group.applicationId}-spend-per-user-changelog`);
    return ends.reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0);
  } finally {
    await admin.disconnect();
  }
}
