import { expect, it } from 'vitest';
import { NO_STORE_DEFAULTS, storeSettings, type StoreDefaults } from '../../src/topology/store-defaults.js';

const application = { dslStores: 'level', dslStoreFormat: 'headers', other: 1 } as const;

it.each<[Partial<StoreDefaults>, object]>([
  [{}, { dslStores: 'level', dslStoreFormat: 'headers' }],
  [{ dslStores: 'memory' }, { dslStores: 'memory', dslStoreFormat: 'headers' }],
  [{ dslStoreFormat: 'default' }, { dslStores: 'level', dslStoreFormat: null }],
  [{ dslStoreFormat: 'headers' }, { dslStores: 'level', dslStoreFormat: 'headers' }],
])('a topology that says %j comes before its application', (said, expected) => {
  expect(storeSettings({ storeDefaults: { ...NO_STORE_DEFAULTS, ...said } }, application)).toEqual(expected);
});
