import { describe, expect, it } from 'vitest';
import type { CustomStoreUnderTest } from '../../src/testing/contract/custom-store-checks.js';
import { customStoreContract } from '../../src/testing/contract/custom-store-contract.js';
import { CountingStore } from '../store/counting-store.js';

const KEYS = ['a', 'b', 'c', ''];

function under(make: new (...args: ConstructorParameters<typeof CountingStore>) => CountingStore) {
  return {
    open: (context) => new make(context),
    change: (store, step) => {
      const key = KEYS[step % KEYS.length] as string;
      if (step % 11 === 10) store.delete(key);
      else store.add(key);
    },
    read: (store) => [...store.counts].sort(),
  } satisfies CustomStoreUnderTest<CountingStore>;
}

describe('store contract: one that counts', () => {
  for (const { name, run } of customStoreContract(under(CountingStore))) it(name, run);
});

class Sloppy extends CountingStore {
  override delete(key: string): void {
    this.counts.delete(key);
  }
}

/** Shares what it holds among all that are opened. */
class Shared extends CountingStore {
  static readonly kept = new Map<string, number>();
  override readonly counts = Shared.kept;
}

class Late extends CountingStore {
  override commit(): void {
    if (this.commits % 2 === 1) super.commit();
    this.commits += 1;
  }
}

class Additive extends CountingStore {
  override restore(changes: Parameters<CountingStore['restore']>[0]): void {
    for (const { key, value } of changes) {
      const before = this.counts.get(key.toString()) ?? 0;
      this.counts.set(key.toString(), before + Number(value?.toString() ?? 0));
    }
  }
}

class Whole extends CountingStore {
  override restore(changes: Parameters<CountingStore['restore']>[0]): void {
    this.counts.clear();
    super.restore(changes);
  }
}

class Chatty extends CountingStore {
  override commit(): void {
    super.commit();
    this.context.log(Buffer.from('commits'), Buffer.from('0'));
  }
  override restore(changes: Parameters<CountingStore['restore']>[0]): void {
    super.restore(changes.filter(({ key }) => key.toString() !== 'commits'));
  }
}

describe('store contract', () => {
  it.each<[string, typeof CountingStore, string]>([
    ['does not log deletions', Sloppy, 'has logged everything with the commit'],
    ['shares what it holds', Shared, 'is empty when it is opened, whatever an earlier one held'],
    ['logs later than it should', Late, 'has logged everything with the commit'],
    ['adds what it restores', Additive, 'is restored from what it logs with many commits'],
    ['takes each batch for all', Whole, 'is restored in batches of any size'],
    ['logs without a change', Chatty, 'logs nothing for a commit without a change'],
  ])('finds one that %s', async (_, store, broken) => {
    const check = customStoreContract(under(store)).find(({ name }) => name === broken);
    await expect(check?.run()).rejects.toMatchObject({
      code: 'CONTRACT_BROKEN',
      message: expect.stringContaining(broken) as string,
    });
  });

  it('passes on what a store throws', async () => {
    const [first] = customStoreContract({
      ...under(CountingStore),
      read: () => {
        throw new Error('cannot be read');
      },
    });
    await expect(first?.run()).rejects.toThrow('cannot be read');
  });
});
