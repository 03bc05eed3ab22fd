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
