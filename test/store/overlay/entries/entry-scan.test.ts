import { describe, expect, it } from 'vitest';
import { EntryScan, type GiveEntry } from '../../../../src/store/overlay/entries/entry-scan.js';
import { EntryTable } from '../../../../src/store/overlay/entries/entry-table.js';
import { spec } from '../../state-bench.js';
import { partsOf } from '../parts-bench.js';

const give: GiveEntry<string> = (held, timestamp) => `${String(held)}@${String(timestamp)}`;

/** On disk are a, b, d and é; then b is changed, c put and d deleted. */
function open(): EntryScan<string> {
  const bench = partsOf(spec({ name: 's', kind: 'keyValue', format: 'timestamped' }));
  const table = new EntryTable(bench.parts, 'timestamped', false);
  for (const [at, key] of ['a', 'b', 'd', 'é'].entries()) table.set(key, at, at * 10);
  bench.commit(table);
  table.set('b', 11, 100);
  table.set('c', 12, 110);
  table.set('d', null, 120);
  return new EntryScan(bench.parts, table);
}

const ALL = ['a 0@0', 'b 11@100', 'c 12@110', 'é 3@30'];
const texts = (scan: ReturnType<typeof all>): string[] => [...scan].map(([key, value]) => `${key} ${value}`);
const all = (scans: EntryScan<string>, reverse = false) => scans.between(null, null, reverse, give);

describe('a scan over entries', () => {
  it('gives what is in memory in place of what is on disk, in order of bytes, both ways', () => {
    expect(texts(all(open()))).toEqual(ALL);
    expect(texts(all(open(), true))).toEqual(ALL.toReversed());
  });

  it('ends at its bounds, both inclusive, on disk and in memory', () => {
    const scans = open();
    expect(texts(scans.between('b', 'c', false, give))).toEqual(ALL.slice(1, 3));
    expect(texts(scans.between('b', 'd', true, give))).toEqual(ALL.slice(1, 3).toReversed());
    expect(texts(scans.between('c', null, false, give))).toEqual(ALL.slice(2));
    expect(texts(scans.between(null, 'a', false, give))).toEqual(ALL.slice(0, 1));
    expect(texts(scans.between('x', 'y', false, give))).toEqual([]);
  });

  it('finds keys by their first bytes, up to the highest byte', () => {
    const scans = open();
    expect(texts(scans.underPrefix(Buffer.from('b'), give))).toEqual(ALL.slice(1, 2));
    // The first byte of é in UTF-8.
    expect(texts(scans.underPrefix(Buffer.from([0xc3]), give))).toEqual(ALL.slice(3));
    expect(texts(scans.underPrefix(Buffer.from([0xff]), give))).toEqual([]);
    expect(texts(scans.underPrefix(Buffer.alloc(0), give))).toEqual(ALL);
  });

  it('sees what is there when the walk begins', () => {
    const bench = partsOf(spec({ name: 's', kind: 'keyValue', format: 'timestamped' }));
    const table = new EntryTable(bench.parts, 'timestamped', false);
    const scan = all(new EntryScan<string>(bench.parts, table));
    table.set('late', 1, 5);
    expect(texts(scan)).toEqual(['late 1@5']);
  });
});
