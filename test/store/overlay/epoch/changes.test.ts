import { expect, it } from 'vitest';
import { CacheBudget } from '../../../../src/store/cache-budget.js';
import { Changes } from '../../../../src/store/overlay/epoch/changes.js';
import { Ledger } from '../../../../src/store/overlay/epoch/ledger.js';

it('what changes becomes part of the current epoch, and is kept until the changes are cleared', () => {
  const ledger = new Ledger(new CacheBudget(0), { evict: () => false });
  const changes = new Changes<{ epoch: number; readonly name: string }>(ledger);
  const [first, second] = [
    { epoch: 0, name: 'b' },
    { epoch: 0, name: 'a' },
  ];
  ledger.seal();
  expect(changes.none).toBe(true);
  changes.add(first);
  changes.add(second);
  expect(changes.none).toBe(false);
  expect(changes.all).toEqual([
    { epoch: 2, name: 'b' },
    { epoch: 2, name: 'a' },
  ]);
  changes.sort((left, right) => left.name.localeCompare(right.name));
  expect(changes.all).toEqual([second, first]);
  changes.clear();
  expect(changes.none).toBe(true);
});
