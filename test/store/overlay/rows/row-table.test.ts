/** Rows in memory and on disk: found, written, expired and dropped. */
import { beforeEach, describe, expect, it } from 'vitest';
import { CacheBudget } from '../../../../src/store/cache-budget.js';
import { Ledger, type Evictor } from '../../../../src/store/overlay/epoch/ledger.js';
import { NO_PROGRESS, type StoreProgress } from '../../../../src/store/overlay/epoch/store-site.js';
import type { RowFiles } from '../../../../src/store/overlay/rows/row-files.js';
import { RowTable } from '../../../../src/store/overlay/rows/row-table.js';
import { StartRow, StartSlot } from '../../../../src/store/overlay/rows/start-row.js';
import { WriteBatch } from '../../../../src/store/write-batch.js';

const LONG = 'x'.repeat(1_000);

/** The starts of each row, by its number and key. */
const disk = new Map<string, readonly number[]>();
let reads: string[];
const files = {
  read(row: StartRow): boolean {
    const name = `${String(row.id)} ${row.text}`;
    reads.push(name);
    for (const start of disk.get(name) ?? []) row.slots.push(slotOf(row, start));
    return disk.has(name);
  },
  write(row: StartRow): void {
    disk.set(
      `${String(row.id)} ${row.text}`,
      row.slots.map(({ start }) => start),
    );
  },
  rowKey: (id: number) => Buffer.from(String(id)),
} as unknown as RowFiles<StartSlot, StartRow>;

let budget: CacheBudget;
let ledger: Ledger;
let progress: StoreProgress;

function open(caching = false, maxBytes = 1_000_000, highestRow = -1): RowTable<StartSlot, StartRow> {
  budget = new CacheBudget(maxBytes);
  progress = { ...NO_PROGRESS, highestRow };
  const evictor: Evictor = { evict: (steps) => table.evict(steps) };
  ledger = new Ledger(budget, evictor);
  const table: RowTable<StartSlot, StartRow> = new RowTable<StartSlot, StartRow>({
    ledger,
    progress,
    files,
    values: { size: (held: unknown) => (held as string).length } as never,
    caching,
    newRow: (text, id) => new StartRow(text, id),
  });
  return table;
}

function slotOf(row: StartRow, start: number): StartSlot {
  const slot = new StartSlot(row, row.text, start, 0);
  slot.value = 1;
  return slot;
}

function put(
  table: RowTable<StartSlot, StartRow>,
  text: string,
  id: number,
  start: number,
  held: unknown = 1,
): StartRow {
  const row = table.ensure(text, id);
  const slot = new StartSlot(row, text, start, 0);
  row.insert(slot);
  table.grow(row, slot.size);
  table.setValue(slot, held);
  table.mark(row);
  return row;
}

function commit(
  table: RowTable<StartSlot, StartRow>,
  first = Number.NEGATIVE_INFINITY,
  purgesExpired = false,
): string[] {
  const batch = new WriteBatch();
  for (const _ of table.seal(batch, first, purgesExpired));
  ledger.seal();
  ledger.settle();
  return batch.ranges.map(([from, to]) => `${from.toString()} - ${to.toString()}`);
}

beforeEach(() => {
  disk.clear();
  reads = [];
});

describe('a table of rows', () => {
  it('looks on disk only where a row may be, and only once', () => {
    const table = open();
    expect(table.find('a', 3)).toBeUndefined();
    put(table, 'a', 3, 30);
    commit(table);
    expect(progress.highestRow).toBe(3);
    // All that was written since the store was opened is known.
    expect(table.find('b', 3)).toBeUndefined();
    expect(table.find('b', 4)).toBeUndefined();
    expect(reads).toEqual([]);
    const again = open(false, 1_000_000, 3);
    expect(again.find('b', 3)?.slots).toEqual([]);
    expect(again.find('b', 3)?.slots).toEqual([]);
    expect(again.find('b', 4)).toBeUndefined();
    expect(again.find('a', 3)?.find(30)?.value).toBe(1);
    expect(reads).toEqual(['3 b', '3 a']);
  });

  it('finds again what it dropped', () => {
    const table = open(false, 0);
    put(table, 'a', 1, 10);
    put(table, 'a', 2, 20);
    commit(table);
    expect(budget.residentBytes).toBe(0);
    expect(table.find('a', 1)?.find(10)?.value).toBe(1);
    expect(table.find('a', 2)?.find(20)?.value).toBe(1);
    expect(reads).toEqual(['1 a', '2 a']);
  });

  it('counts what rows and values take, and what a commit would free', () => {
    const table = open();
    const row = put(table, 'a', 1, 10);
    const { size } = row;
    expect([budget.residentBytes, budget.dirtyBytes]).toEqual([size, size]);
    table.setValue(row.slots[0] as StartSlot, LONG);
    expect([budget.residentBytes, budget.dirtyBytes, row.size]).toEqual([size + 1_000, size + 1_000, size + 1_000]);
    commit(table);
    table.setValue(row.slots[0] as StartSlot, '');
    expect([budget.residentBytes, budget.dirtyBytes, row.size]).toEqual([size, 0, size]);
  });

  it('does not drop what was changed, or has something to be emitted', () => {
    const table = open(true, 0);
    const changed = put(table, 'a', 1, 10);
    const holding = put(table, 'b', 1, 11);
    (holding.slots[0] as StartSlot).pending = {} as never;
    expect(table.evict(100)).toBe(false);
    commit(table);
    expect(table.inMemory(0, 9)).toEqual([1]);
    expect(table.find('b', 1)).toBe(holding);
    expect(table.find('a', 1)).not.toBe(changed);
  });

  it('writes without what nobody sees any more', () => {
    const table = open();
    put(table, 'a', 1, 10);
    put(table, 'a', 1, 15);
    put(table, 'a', 1, 16, null);
    commit(table, 15);
    expect([...disk]).toEqual([['1 a', [15]]]);
  });

  it('removes expired rows from disk once, and from memory when it is told to', () => {
    const table = open();
    put(table, 'a', 1, 10);
    put(table, 'a', 4, 40);
    commit(table);
    expect(table.keepsExpired).toBe(false);
    expect(table.expireBelow(3)).toBe(true);
    expect(table.expireBelow(3)).toBe(false);
    expect(table.keepsExpired).toBe(true);
    expect(table.find('a', 1)?.slots).toHaveLength(1);
    expect(commit(table)).toEqual(['0 - 3', '0 - 3']);
    expect(commit(table)).toEqual([]);
    table.dropExpired();
    expect(table.keepsExpired).toBe(false);
    expect(table.find('a', 1)).toBeUndefined();
    expect(budget.residentBytes).toBe(table.find('a', 4)?.size);
  });

  it('purges expired rows that a caching store keeps, and writes none of them', () => {
    for (const purgesExpired of [false, true]) {
      disk.clear();
      const table = open(true);
      const row = put(table, 'a', 1, 10, null);
      table.expireBelow(2);
      commit(table, Number.NEGATIVE_INFINITY, purgesExpired);
      expect(row.slots).toHaveLength(purgesExpired ? 0 : 1);
      expect(disk.size).toBe(0);
    }
  });

  it('knows the numbers of rows in memory, and those that may be on disk', () => {
    const table = open();
    for (const id of [7, 2, 5]) put(table, 'a', id, id * 10);
    expect(table.inMemory(2, 6)).toEqual([2, 5]);
    expect(table.existing(0, 100)).toEqual([2, 5, 7]);
    commit(table);
    expect(table.existing(4, 100)).toEqual([4, 5, 6, 7]);
    table.expireBelow(6);
    expect(table.existing(0, 100)).toEqual([2, 5, 6, 7]);
  });

  it('tells which rows may be seen otherwise than they are on disk', () => {
    for (const caching of [false, true]) {
      const table = open(caching);
      const warm = put(table, 'warm', 1, 10);
      put(table, 'cold', 1, 10);
      commit(table);
      (warm.slots[0] as StartSlot).warm = true;
      put(table, 'changed', 2, 20);
      expect([...table.newer()].map(({ text }) => text)).toEqual(caching ? ['warm', 'changed'] : ['changed']);
    }
  });

  it('begins anew when the store is wiped', () => {
    const table = open();
    put(table, 'a', 1, 10);
    commit(table);
    table.expireBelow(1);
    put(table, 'a', 1, 11);
    ledger.release();
    table.forget();
    Object.assign(progress, NO_PROGRESS);
    expect([table.changed, table.firstRow, table.find('a', 1)]).toEqual([false, 0, undefined]);
    put(table, 'a', 1, 12);
    expect(commit(table)).toEqual([]);
    expect(disk.get('1 a')).toEqual([12]);
  });
});
