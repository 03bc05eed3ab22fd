/** What a topology says about the stores of its operators, where an operator does not. The application's options come after it. */
import type { StoreEngine } from '../store/spec.js';

export interface StoreDefaults {
  /** Null: the application decides. */
  readonly dslStores: StoreEngine | null;
  /** Null: the application decides. */
  readonly dslStoreFormat: 'default' | 'headers' | null;
}

export const NO_STORE_DEFAULTS: StoreDefaults = { dslStores: null, dslStoreFormat: null };

/** What the stores of a topology fall back to in an application. */
export interface StoreSettings {
  readonly dslStores: StoreEngine;
  /** Null: as the operator would have it. */
  readonly dslStoreFormat: 'headers' | null;
}

export function storeSettings(
  { storeDefaults }: { storeDefaults: StoreDefaults },
  given: StoreSettings,
): StoreSettings {
  const { dslStores, dslStoreFormat } = storeDefaults;
  return {
    dslStores: dslStores ?? given.dslStores,
    dslStoreFormat: dslStoreFormat === null ? given.dslStoreFormat : dslStoreFormat === 'headers' ? 'headers' : null,
  };
}
