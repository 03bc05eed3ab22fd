import { expect, it } from 'vitest';
import { StreamsBuilder } from '../../../src/dsl/streams-builder.js';
import { serdes } from '../../../src/serde/serdes.js';
import { QueriedStores } from '../../../src/worker/queries/queried-stores.js';
import type { StoresOfInstance } from '../../../src/worker/queries/store-parts.js';

const STRINGS = { key: serdes.string(), value: serdes.string() };

function stores(caching: boolean, partitions = (): number => 0): QueriedStores {
  const builder = new StreamsBuilder();
  const counts = builder.stream('in', STRINGS).groupByKey().count({ store: 'counts' });
  counts.filter(() => true, { store: 'filtered' });
  builder.stream('other', STRINGS).groupByKey().count({ store: 'apart', caching: false });
  const from = {
    topology: builder.build(),
    config: { applicationId: 'app', dslStores: 'memory', dslStoreFormat: null },
    partitions,
  };
  return new QueriedStores(from as unknown as StoresOfInstance, caching);
}

it('knows which stores hear of updates from a cache', () => {
  const behind = (name: string, caching = true): boolean => stores(caching).described(name).behindCaches;
  expect([behind('counts'), behind('filtered'), behind('apart'), behind('filtered', false)]).toEqual([
    ...[false, true, false, false],
  ]);
});

it('has reasons for what cannot be asked', () => {
  expect(() => stores(true).described('none')).toThrow(expect.objectContaining({ reason: 'DOES_NOT_EXIST' }));
  expect(() => stores(true).toAsk('counts')).toThrow(expect.objectContaining({ reason: 'NOT_ACTIVE' }));
});

it('describes a store once, until it has more partitions', () => {
  let partitions = 2;
  const asked = stores(true, () => partitions);
  const first = asked.toAsk('counts');
  expect(first.tasks).toHaveLength(2);
  expect(asked.toAsk('counts')).toBe(first);
  partitions = 4;
  const grown = asked.toAsk('counts');
  expect(grown.tasks).toHaveLength(4);
  const keys = Array.from({ length: 50 }, (_, n) => Buffer.from(`k${String(n)}`));
  expect(new Set(keys.map((key) => grown.taskOf(key)))).toEqual(new Set(grown.tasks));
});
