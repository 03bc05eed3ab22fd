/** Stores as processors get hold of them: the library's, and those of the user's own making. */
import type { CustomStore } from './custom-store.js';
import type { StateStore } from './state-store.js';

/** What `getStateStore` can give. */
export type AnyStore = StateStore | CustomStore;

/** What stands for a store of the user's own making among the stores of a task. */
export interface CustomStoreFace extends StateStore {
  readonly kind: 'custom';
  /** @throws MillraceError STORE_UNAVAILABLE before it is opened and after it is closed */
  readonly own: CustomStore;
}

/** The store itself, where it is one of the user's own making. */
export function ownStore(store: StateStore): AnyStore {
  return store.kind === 'custom' ? (store as CustomStoreFace).own : store;
}
