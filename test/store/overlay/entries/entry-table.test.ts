import { describe, expect, it } from 'vitest';
import { NO_HEADERS } from '../../../../src/record/headers.js';
import { EntryTable } from '../../../../src/store/overlay/entries/entry-table.js';
import { serdes } from '../../../../src/serde/serdes.js';
import { spec } from '../../state-bench.js';
import { partsOf, type PartsBench } from '../parts-bench.js';

const textSerde = serdes.string();
const LONG = 'x'.repeat(1_000);

function open(options?: Parameters<typeof partsOf>[1]): PartsBench & { readonly table: EntryTable } {
  const bench = partsOf(spec({ name: 's', kind: 'keyValue', format: 'timestamped' }), options);
  const table = new EntryTable(bench.parts, 'timestamped', false);
  bench.parts.ledger.evictor = table;
  return { ...bench, table };
}

describe('a table of entries', () => {
  it('looks on disk once, for what is not there too', () => {
    const { table, reads } = open();
    expect([table.find('a').value, table.find('b').value, table.find('a').value]).toEqual([null, null, null]);
    expect(reads).toEqual(['a', 'b']);
    table.set('c', 1, 10);
    expect([table.find('c').value, table.find('c').timestamp]).toEqual([1, 10]);
    expect(reads).toEqual(['a', 'b']);
  });

  it('finds again what it dropped, with its time', () => {
    const bench = open({ maxBytes: 0 });
    const { table, budget, reads } = bench;
    table.set('a', 1, 10);
    table.set('b', 2, 20);
    bench.commit(table);
    expect(budget.residentBytes).toBe(0);
    const { value, timestamp } = table.find('b');
    expect([value, timestamp, reads]).toEqual([2, 20, ['b']]);
  });

  it('keeps in memory what is not on disk yet', () => {
    const bench = open({ maxBytes: 0 });
    const { table } = bench;
    table.set('a', 1, 10);
    expect(table.evict(100)).toBe(false);
    expect([...table.newer()].map(({ text }) => text)).toEqual(['a']);
    bench.commit(table);
    expect([...table.newer()]).toEqual([]);
  });

  it('writes what changed, once an epoch, to disk and changelog', () => {
    const bench = open();
    const { table } = bench;
    table.set('a', 1, 10);
    table.set('b', 2, 20);
    table.set('a', 3, 30);
    expect(table.changed).toBe(true);
    const logged = bench.commit(table);
    expect(logged.map(({ key, value, timestamp }) => [key.toString(), value?.readDoubleBE(), timestamp])).toEqual([
      ['a', 3, 30],
      ['b', 2, 20],
    ]);
    expect(table.changed).toBe(false);
    expect(bench.commit(table)).toEqual([]);
    table.set('a', null, 40);
    expect(bench.commit(table).map(({ key, value }) => [key.toString(), value])).toEqual([['a', null]]);
    table.forget();
    expect([table.find('a').value, table.find('b').value]).toEqual([null, 2]);
  });

  it('leaves no trace of what came and went in one epoch, unless something was there before', () => {
    const bench = open();
    const { table } = bench;
    table.setNew('a', 1, 10);
    table.set('a', null, 11);
    expect(bench.commit(table)).toEqual([]);
    table.setNew('b', 1, 20);
    bench.commit(table);
    table.set('b', null, 21);
    table.setNew('b', 2, 22);
    table.set('b', null, 23);
    expect(bench.commit(table).map(({ key, value }) => [key.toString(), value])).toEqual([['b', null]]);
  });

  it('counts what entries and values take, and what a commit would free', () => {
    const bench = partsOf(spec({ name: 's', kind: 'keyValue', value: textSerde }));
    const table = new EntryTable(bench.parts, 'plain', false);
    const { budget } = bench;
    table.set('a', 'x', 1);
    const before = budget.residentBytes;
    expect(budget.dirtyBytes).toBe(before);
    table.set('a', LONG, 2);
    expect([budget.residentBytes, budget.dirtyBytes]).toEqual([before + 999, before + 999]);
    bench.commit(table);
    expect([budget.residentBytes, budget.dirtyBytes]).toEqual([before + 999, 0]);
    expect(table.evict(100)).toBe(false);
  });

  it('takes what is restored in place of what is in memory', () => {
    const bench = open();
    const { table } = bench;
    table.find('a');
    const value = Buffer.alloc(8);
    value.writeDoubleBE(5);
    table.restore(Buffer.from('a'), value, 50, NO_HEADERS);
    expect(table.changed).toBe(true);
    expect(bench.commit(table)).toEqual([]);
    expect([table.find('a').value, table.find('a').timestamp]).toEqual([5, 50]);
  });

  it('gives the rows of its changelog from disk', async () => {
    const bench = open();
    const { table } = bench;
    table.set('b', 2, 20);
    table.set('a', 1, 10);
    const logged = bench.commit(table);
    const rows = [];
    for await (const { key, value, timestamp } of table.changelogRows()) {
      rows.push({ key: Buffer.from(key), value: Buffer.from(value), headers: NO_HEADERS, timestamp });
    }
    expect(rows).toEqual([logged[1], logged[0]]);
  });
});
