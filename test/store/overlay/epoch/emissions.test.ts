/** What a store holds back: told in order, once, as far as the turn allows. */
import { describe, expect, it } from 'vitest';
import { NO_HEADERS } from '../../../../src/record/headers.js';
import { RecordContext } from '../../../../src/record/record-context.js';
import { Turn } from '../../../../src/record/turn.js';
import { CacheBudget } from '../../../../src/store/cache-budget.js';
import type { Pending } from '../../../../src/store/overlay/epoch/cell.js';
import { Emissions } from '../../../../src/store/overlay/epoch/emissions.js';
import { Ledger } from '../../../../src/store/overlay/epoch/ledger.js';
import type { OverlayParts } from '../../../../src/store/overlay/epoch/store-parts.js';
import { Entry } from '../../../../src/store/overlay/entries/entry.js';

class Bench {
  readonly context = new RecordContext();
  readonly budget: CacheBudget;
  readonly ledger: Ledger;
  readonly turn: Turn;
  readonly emissions: Emissions<Entry>;
  readonly told: string[] = [];
  readonly changed: string[] = [];
  /** Slices end after so many emissions. */
  slice = Number.POSITIVE_INFINITY;

  constructor({ maxBytes = 10_000, sendOldValues = false } = {}) {
    this.budget = new CacheBudget(maxBytes);
    this.ledger = new Ledger(this.budget);
    this.turn = new Turn(this.context, { over: () => this.told.length >= this.slice } as Turn['slice']);
    const { budget, context, turn, ledger } = this;
    const parts = { site: { budget, context, turn }, kept: { codec: { size: () => 8 } }, ledger };
    this.emissions = new Emissions<Entry>(parts as unknown as OverlayParts, {
      baseOf: ({ base }: Pending<Entry>) => base,
      markChanged: ({ text }) => {
        this.changed.push(text);
      },
    });
    this.emissions.listen(({ cell, value }, old) => {
      const { offset } = this.context;
      this.told.push(`${cell.text}: ${String(old)} -> ${String(value)} of ${String(offset)}`);
    }, sendOldValues);
  }

  hold(cell: Entry, value: unknown, offset: number, base: unknown = null): void {
    this.context.set('t', 0, offset, offset, NO_HEADERS);
    cell.value = value;
    this.emissions.hold(cell, base, cell.text.length);
  }
}

describe('updates that are held back', () => {
  it('are told once a key, in the order of last updates, each with its record', () => {
    const bench = new Bench();
    const [a, b] = [new Entry('a'), new Entry('b')];
    bench.hold(a, 1, 1);
    bench.hold(b, 2, 2);
    bench.hold(a, 3, 3, 1);
    expect([bench.emissions.none, bench.told]).toEqual([false, []]);
    bench.context.set('t', 0, 9, 9, NO_HEADERS);
    expect(bench.emissions.flush()).toBe(true);
    expect(bench.told).toEqual(['b: null -> 2 of 2', 'a: null -> 3 of 3']);
    expect(bench.changed).toEqual(['b', 'a']);
    expect([bench.context.offset, bench.emissions.none, bench.budget.pendingBytes]).toEqual([9, true, 0]);
    expect(bench.emissions.flush()).toBe(false);
  });

  it('come with the value at the last emission where somebody wants it', () => {
    const bench = new Bench({ sendOldValues: true });
    const a = new Entry('a');
    bench.hold(a, 2, 1, 1);
    bench.hold(a, 3, 2, 2);
    bench.emissions.flush();
    expect(bench.told).toEqual(['a: 1 -> 3 of 2']);
  });

  it('are not told when they came and went in between, or were dropped', () => {
    const bench = new Bench();
    const [a, b] = [new Entry('a'), new Entry('b')];
    bench.hold(a, 1, 1);
    bench.hold(a, null, 2);
    bench.hold(b, 1, 3);
    bench.emissions.drop(b);
    bench.emissions.flush();
    expect([bench.told, bench.changed, bench.budget.pendingBytes]).toEqual([[], [], 0]);
  });

  it('are all told when they are too much', () => {
    const bench = new Bench({ maxBytes: 150 });
    for (const [at, text] of ['a', 'b', 'c', 'd'].entries()) bench.hold(new Entry(text), at, at);
    expect(bench.told.length).toBeGreaterThan(1);
    expect(bench.budget.pendingBytes).toBeLessThanOrEqual(150);
  });

  it('stay pinned in memory while the turn has the rest of them for later', () => {
    const bench = new Bench();
    for (const text of 'abc') bench.hold(new Entry(text), 1, 1);
    bench.slice = 1;
    bench.emissions.flush();
    expect([bench.told.length, bench.ledger.pins, bench.turn.unfinished]).toEqual([1, 1, true]);
    bench.slice = Number.POSITIVE_INFINITY;
    expect(bench.turn.goOn(() => true)).toBe(true);
    expect([bench.told.length, bench.ledger.pins]).toEqual([3, 0]);
  });

  it('are forgotten when the store is wiped', () => {
    const bench = new Bench();
    bench.hold(new Entry('a'), 1, 1);
    bench.emissions.clear();
    expect([bench.emissions.flush(), bench.budget.pendingBytes]).toEqual([false, 0]);
  });
});
