import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { CountingGroup } from './counting-group.js';

let group: CountingGroup;
afterEach(async () => {
  await group.end();
});

describe('a function that holds the thread for longer than the session', () => {
  test(
    'costs neither membership nor work, also when another instance joins meanwhile',
    { timeout: 120_000 },
    async () => {
      group = new CountingGroup({ sessionMs: 6_000, blockMs: 10_000 });
      await group.open(2);
      const one = group.start();
      await group.until('it runs', () => one.lines('state').includes('state RUNNING'));
      await group.write([
        ['a', 'v', 0],
        ['a', 'v', 0],
        ['b', 'block', 1],
        ['b', 'v', 1],
      ]);
      await group.until('it is busy', () => one.lines('busy').length === 1);
      const other = group.start();
      await group.until('it is done', () => one.lines('done').length === 1);
      await group.until('all is committed', async () => (await group.committed()) === 4);
      await group.until('the other one has work', () => other.lines('state').includes('state RUNNING'));
      // Once: the record was not done again.
      expect([...one.lines('busy'), ...other.lines('busy')]).toHaveLength(1);
      expect(one.text).not.toContain('lost');
      expect(Object.fromEntries(await group.results())).toEqual({ a: 2, b: 2 });
    },
  );
});

describe('an instance that stands still', () => {
  test('for longer than its session loses nothing of what the others do meanwhile', { timeout: 120_000 }, async () => {
    group = new CountingGroup({ sessionMs: 6_000 });
    await group.open(4);
    const [one, other] = [group.start(), group.start()];
    const running = (): boolean => [one, other].every((child) => child.lines('state').at(-1) === 'state RUNNING');
    await group.until('both run', running);
    group.feed();
    await group.until('some is committed', async () => (await group.committed()) > 1_000);
    one.kill('SIGSTOP');
    const before = await group.committed();
    await sleep(9_000);
    // All of its tasks are the other one's by now.
    await group.until('the other one has gone on', async () => (await group.committed()) > before + 500);
    one.kill('SIGCONT');
    await group.until('it knows', () => one.text.includes('was lost'));
    await group.endFeeding();
    await group.until('all is committed', async () => (await group.committed()) >= total(group));
    expect(await group.tooLow()).toEqual([]);
    expect(one.lines('ended')).toEqual([]);
    // What is in the state, not only what was written last, is right too.
    await group.write([...group.truth.keys()].map((key) => [key, 'v'] as const));
    await group.until('all is committed', async () => (await group.committed()) >= total(group));
    expect(await group.tooLow()).toEqual([]);
  });

  test('for a moment goes on at once', { timeout: 60_000 }, async () => {
    group = new CountingGroup({ sessionMs: 10_000 });
    await group.open(2);
    const one = group.start();
    await group.until('it runs', () => one.lines('state').includes('state RUNNING'));
    group.feed();
    await group.until('some is committed', async () => (await group.committed()) > 200);
    one.kill('SIGSTOP');
    await sleep(4_000);
    one.kill('SIGCONT');
    await group.endFeeding();
    await group.until('all is committed', async () => (await group.committed()) >= total(group));
    expect(one.text).not.toContain('lost');
    expect(one.lines('state').at(-1)).toBe('state RUNNING');
    // Nothing was done again.
    expect([...(await group.results())].sort()).toEqual([...group.truth].sort());
  });
});

function total({ truth }: CountingGroup): number {
  return [...truth.values()].reduce((sum, count) => sum + count, 0);
}
