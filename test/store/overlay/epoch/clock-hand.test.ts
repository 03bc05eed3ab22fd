import { describe, expect, it } from 'vitest';
import { CacheBudget } from '../../../../src/store/cache-budget.js';
import { ClockHand } from '../../../../src/store/overlay/epoch/clock-hand.js';

class Store {
  readonly budget = new CacheBudget(0);
  readonly entries = new Map<string, { readonly name: string; referenced: boolean; readonly dirty: boolean }>();
  readonly hand = new ClockHand(
    this.budget,
    () => this.entries.values(),
    ({ dirty }) => dirty,
    ({ name }) => {
      this.budget.residentBytes -= 1;
      return this.entries.delete(name);
    },
  );

  add(name: string, referenced: boolean, dirty = false): void {
    this.entries.set(name, { name, referenced, dirty });
    this.budget.residentBytes += 1;
  }

  get names(): string {
    return [...this.entries.keys()].join('');
  }
}

describe('the hand that goes round the entries', () => {
  it('spares once what was used', () => {
    const store = new Store();
    for (const name of 'abc') store.add(name, name !== 'b');
    expect(store.hand.evict(3)).toBe(true);
    expect(store.names).toBe('ac');
    // One step more notices the end of the round, the next drops.
    expect(store.hand.evict(2)).toBe(true);
    expect(store.names).toBe('c');
  });

  it('passes over what must stay, without taking its mark', () => {
    const store = new Store();
    store.add('a', true, true);
    store.add('b', false, true);
    expect(store.hand.evict(Number.POSITIVE_INFINITY)).toBe(false);
    expect(store.names).toBe('ab');
    expect(store.entries.get('a')?.referenced).toBe(true);
  });

  it('stops when there is room again', () => {
    const store = new Store();
    for (const name of 'abc') store.add(name, false);
    store.budget.residentBytes = 1;
    expect(store.hand.evict(10)).toBe(true);
    expect(store.names).toBe('bc');
    expect(store.hand.evict(10)).toBe(false);
  });

  it('goes on where it was, and begins anew when the store has forgotten everything', () => {
    const store = new Store();
    for (const name of 'abcd') store.add(name, true);
    store.hand.evict(2);
    store.hand.restart();
    for (const name of 'abcd') expect(store.entries.get(name)?.referenced).toBe(name > 'b');
    store.hand.evict(2);
    expect(store.names).toBe('cd');
  });
});
