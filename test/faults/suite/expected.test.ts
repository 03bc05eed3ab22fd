import { expect, it } from 'vitest';
import { murmur2Partition } from '../../../src/broker/wire/murmur2.js';
import { expectedResults, seenResults } from './expected.js';
import { Journal } from './journal.js';
import { PARTITIONS, topicsOf, type InputName } from './order.js';

const topics = topicsOf('app');

function journalOf(records: readonly [name: InputName, key: string, value: string, timestamp: number][]): Journal {
  const journal = new Journal();
  const offsets = new Map<string, number>();
  for (const [name, key, value, timestamp] of records) {
    const partition = murmur2Partition(Buffer.from(key), PARTITIONS);
    const at = `${name}-${String(partition)}`;
    const offset = offsets.get(at) ?? 0;
    offsets.set(at, offset + 1);
    journal.add({ topic: topics[name], partition, offset, timestamp, key, value, seenAt: 0 });
  }
  return journal;
}

it('is what an undisturbed run gives, without the records that only move the time', async () => {
  const journal = journalOf([
    ['products', 'p', '1', 0],
    ['orders', 'o', '1@p', 1],
    ['lefts', 'row', '1', 2],
    ['rights', 'row', '1', 3],
    ['rights', 'row', '2', 4],
    ['clicks', 'a', '7', 100],
    ['views', 'a', 'v', 200],
    ['clicks', 'b', '12', 300],
    ['clicks', 'a', '2', 500],
    ['products', 'p', '2', 600],
  ]);
  for (let partition = 0; partition < PARTITIONS; partition++) {
    for (const round of [0, 1]) {
      const timestamp = 100_000_000 + round * 1_000_000;
      journal.add({
        topic: topics.clicks,
        partition,
        offset: 99 + round,
        timestamp,
        key: `closing-${String(round)}`,
        value: '0',
        seenAt: 0,
      });
    }
  }
  const results = await expectedResults(journal, topics);
  const plain = Object.fromEntries(Object.entries(results).map(([name, values]) => [name, Object.fromEntries(values)]));
  expect(plain).toEqual({
    counts: { a: ['0 1', '0 2'], b: ['0 1'] },
    // All three are group 2, whatever their partitions.
    groups: { 'group-2': ['0 1', '0 2', '0 3'] },
    pairs: { a: ['7+v', '2+v'], b: ['12+none'] },
    sessions: { a: ['100-500 2'], b: ['300-300 1'] },
    tables: { row: ['1+1', '1+2'] },
    foreign: { o: ['1@p+1', '1@p+2'] },
  });
  expect(seenResults(journal, topics).counts.size).toBe(0);
});
