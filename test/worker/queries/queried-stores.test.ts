import { expect, it } from 'vitest';
import { StreamsBuilder } from '../../../src/dsl/streams-builder.js';
import { serdes } from '../../../src/serde/serdes.js';
import { QueriedStores } from '../../../src/worker/queries/queried-stores.js';
import type { StoresOfInstance } from '../../../src/worker/queries/store-parts.js';

const STRINGS = { key: serdes.string(), value: serdes.string() };

function stores(caching: boolean): QueriedStores {
  const builder = new StreamsBuilder();
  const counts = builder.stream('in', STRINGS).groupByKey().count({ store: 'counts' });
  counts.filter(() => true, { store: 'filtered' });
  builder.stream('other', STRINGS).groupByKey().count({ store: 'apart', caching: false });
  const from = {
    topology: builder.build(),
    config: { applicationId: 'app', dslStores: 'memory', dslStoreFormat: null },
    partitions: () => 0,
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
