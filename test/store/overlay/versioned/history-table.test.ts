import { describe, expect, it } from 'vitest';
import { CacheBudget } from '../../../../src/store/cache-budget.js';
import { Ledger } from '../../../../src/store/overlay/epoch/ledger.js';
import type { RowFiles } from '../../../../src/store/overlay/rows/row-files.js';
import { StartSlot, type StartRow } from '../../../../src/store/overlay/rows/start-row.js';
import type { History } from '../../../../src/store/overlay/versioned/history.js';
import { HistoryTable } from '../../../../src/store/overlay/versioned/history-table.js';
import type { LatestFiles } from '../../../../src/store/overlay/versioned/latest-files.js';

interface Bench {
  readonly table: HistoryTable;
  readonly ledger: Ledger;
  readonly budget: CacheBudget;
  /** What was looked for on disk. */
  readonly reads: string[];
  commit(): void;
}

/** On disk is the key `old`: its latest version starts at 100, older ones lie in the rows 3 and 5, one each. */
function open(maxBytes = 1_000_000): Bench {
  const reads: string[] = [];
  const budget = new CacheBudget(maxBytes);
  const ledger = new Ledger(budget);
  const files = {
    read(row: StartRow): boolean {
      reads.push(`${row.text} ${String(row.id)}`);
      row.insert(new StartSlot(row, row.text, row.id * 10, 0));
      return true;
    },
  } as unknown as RowFiles<StartSlot, StartRow>;
  const latest = {
    read(history: History): void {
      reads.push(history.text);
      if (history.text !== 'old') return;
      history.ids.push(3, 5);
      history.rows.push(null, null);
      history.latest = new StartSlot(null, 'old', 100, 0);
    },
  } as unknown as LatestFiles;
  const values = { size: (held: unknown) => (held as string).length } as never;
  const table = new HistoryTable(ledger, values, files, latest);
  ledger.evictor = table;
  const commit = (): void => {
    table.changes.clear();
    ledger.seal();
    ledger.settle();
  };
  return { table, ledger, budget, reads, commit };
}

describe('a table of histories', () => {
  it('looks on disk once, for what is not there too, and for rows when they are needed', () => {
    const { table, reads } = open();
    const old = table.find('old');
    expect([old.latest?.start, table.find('new').latest, table.find('old')]).toEqual([100, null, old]);
    expect(reads).toEqual(['old', 'new']);
    expect(table.rowAt(old, 1).slots[0]?.start).toBe(50);
    expect(table.rowAt(old, 1)).toBe(table.rowFor(old, 5));
    expect(reads).toEqual(['old', 'new', 'old 5']);
  });

  it('makes a row where there is none, at its place', () => {
    const { table } = open();
    const old = table.find('old');
    table.mark(old);
    const row = table.rowFor(old, 4);
    expect([row.id, row.slots.length, old.ids, old.rows]).toEqual([4, 0, [3, 4, 5], [null, row, null]]);
  });

  it('counts what it has in memory, whole and what a commit frees', () => {
    const { table, budget, commit } = open();
    const old = table.find('old');
    table.rowAt(old, 0);
    expect([budget.residentBytes, budget.dirtyBytes]).toEqual([old.size, 0]);
    table.mark(old);
    table.mark(old);
    expect(table.changes.all).toEqual([old]);
    table.rowFor(old, 4);
    table.rowAt(old, 2);
    table.setValue(old.latest as StartSlot, null, 'much');
    expect([budget.residentBytes, budget.dirtyBytes]).toEqual([old.size, old.size]);
    table.trim(old, 5);
    expect([old.ids, budget.residentBytes, budget.dirtyBytes]).toEqual([[5], old.size, old.size]);
    table.empty(old);
    expect([old.latest, old.ids, budget.residentBytes, budget.dirtyBytes]).toEqual([null, [], old.size, old.size]);
    commit();
    expect(budget.dirtyBytes).toBe(0);
  });

  it('drops what is on disk when memory is short, and nothing else', () => {
    const { table, budget, reads, commit } = open(0);
    const old = table.find('old');
    table.mark(old);
    expect(table.evict(100)).toBe(false);
    expect(table.inMemory('old')).toBe(old);
    commit();
    expect([table.inMemory('old'), budget.residentBytes]).toEqual([undefined, 0]);
    expect(table.find('old')).not.toBe(old);
    expect(reads).toEqual(['old', 'old']);
  });

  it('forgets everything when the store is wiped', () => {
    const { table } = open();
    table.mark(table.find('old'));
    table.forget();
    expect([table.inMemory('old'), table.changes.none]).toEqual([undefined, true]);
  });
});
