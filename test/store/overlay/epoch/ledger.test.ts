import { describe, expect, it } from 'vitest';
import { CacheBudget } from '../../../../src/store/cache-budget.js';
import { Ledger } from '../../../../src/store/overlay/epoch/ledger.js';

/** A ledger whose store holds one clean entry of 100 bytes as long as nobody evicts it. */
function open(budget: CacheBudget): Ledger {
  const ledger: Ledger = new Ledger(budget, {
    evict: () => {
      ledger.grow(-100);
      return true;
    },
  });
  ledger.grow(100);
  return ledger;
}

function figures({ residentBytes, dirtyBytes, sealedBytes }: CacheBudget): readonly number[] {
  return [residentBytes, dirtyBytes, sealedBytes];
}

describe('the account of a store', () => {
  it('is settled epoch by epoch', () => {
    const budget = new CacheBudget(1_000);
    const ledger = open(budget);
    ledger.growDirty(60);
    expect(figures(budget)).toEqual([100, 60, 0]);
    ledger.seal();
    ledger.growDirty(5);
    expect(figures(budget)).toEqual([100, 5, 60]);
    expect([ledger.epoch, ledger.written]).toEqual([2, 0]);
    ledger.settle();
    expect(figures(budget)).toEqual([100, 5, 0]);
    expect([ledger.epoch, ledger.written]).toEqual([2, 1]);
  });

  it('gives everything back in the middle of an epoch, and leaves the others alone', () => {
    const budget = new CacheBudget(1_000);
    open(budget);
    const ledger = open(budget);
    ledger.growDirty(60);
    ledger.seal();
    ledger.growDirty(5);
    ledger.release();
    expect(figures(budget)).toEqual([100, 0, 0]);
    ledger.release();
    expect(figures(budget)).toEqual([100, 0, 0]);
  });

  it('drops what has become clean and is too much', () => {
    const budget = new CacheBudget(50);
    const ledger = open(budget);
    ledger.growDirty(100);
    ledger.seal();
    ledger.makeRoom();
    expect(budget.residentBytes).toBe(100);
    ledger.settle();
    expect(budget.residentBytes).toBe(0);
  });

  it('drops nothing while something is pinned, and nothing of a store that is closed', () => {
    const budget = new CacheBudget(50);
    const ledger = open(budget);
    ledger.pins += 1;
    ledger.makeRoom();
    expect(budget.residentBytes).toBe(100);
    ledger.pins -= 1;
    ledger.makeRoom();
    expect(budget.residentBytes).toBe(0);

    const closed = open(budget);
    closed.close();
    const other = open(budget);
    other.makeRoom();
    other.makeRoom();
    expect(budget.residentBytes).toBe(0);
  });
});
