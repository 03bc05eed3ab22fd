/** Two instances of the windowed count share the work, while one of them comes, goes and is killed. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Instance } from '../../examples/02-windowed-count/instances.js';
import { processedBy, tasksOf, WindowedCountGroup } from './windowed-count-group.js';

const ALL = ['0_0', '0_1', '0_2', '0_3'];

let group: WindowedCountGroup;

afterEach(async () => {
  await group.end();
});

describe('500,000 orders, two instances', () => {
  test('one joins, leaves and comes back: every window is exact', { timeout: 180_000 }, async () => {
    group = new WindowedCountGroup({ late: 0.3 });
    await group.createTopics();

    const first = group.start('first');
    await hasAll(first);
    let writing = group.write(150_000);
    await processed(first, 20_000);
    const second = group.start('second');
    await halves(first, second);
    await writing;

    writing = group.write(150_000);
    await processed(second, 10_000);
    expect(await group.stop(second)).toBe(0);
    await hasAll(first);
    await writing;

    const again = group.start('second');
    await halves(first, again);
    writing = group.write(200_000);
    await processed(again, 10_000);
    expect(await group.stop(first)).toBe(0);
    await hasAll(again);
    await writing;

    await group.committed();
    expect(await group.stop(again)).toBe(0);
    const { orders, windows, differences } = await group.check('exact');
    expect(orders).toBe(500_000);
    expect(windows).toBeGreaterThan(10_000);
    expect(differences).toEqual([]);
  });

  test('one is killed: no window loses an order', { timeout: 180_000 }, async () => {
    group = new WindowedCountGroup({ late: 0.3, flags: ['--session-timeout', '6s'] });
    await group.createTopics();

    const [first, second] = [group.start('first'), group.start('second')];
    await halves(first, second);
    let writing = group.write(300_000);
    await processed(second, 30_000);
    second.process.kill('SIGKILL');
    expect(await second.process.ended).toBe('SIGKILL');
    await hasAll(first);
    await writing;

    // What the killed one left on its disk is taken up again.
    const again = group.start('second');
    await halves(first, again);
    writing = group.write(200_000);
    await processed(again, 10_000);
    await writing;

    await group.committed();
    expect(await group.stop(first)).toBe(0);
    expect(await group.stop(again)).toBe(0);
    const { orders, windows, differences } = await group.check('at-least');
    expect(orders).toBe(500_000);
    expect(windows).toBeGreaterThan(10_000);
    expect(differences).toEqual([]);
  });
});

async function hasAll(instance: Instance): Promise<void> {
  await group.until(`${instance.options.name} has all tasks`, async () => {
    return (await tasksOf(instance)).join() === ALL.join();
  });
}

/** Each has two of the four tasks. */
async function halves(a: Instance, b: Instance): Promise<void> {
  await group.until('each instance has half of the tasks', async () => {
    const [ofA, ofB] = [await tasksOf(a), await tasksOf(b)];
    return ofA.length === 2 && ofB.length === 2 && [...ofA, ...ofB].sort().join() === ALL.join();
  });
}

async function processed(instance: Instance, records: number): Promise<void> {
  const before = await processedBy(instance);
  await group.until(`${instance.options.name} has processed ${records} more`, async () => {
    return (await processedBy(instance)) >= before + records;
  });
}
