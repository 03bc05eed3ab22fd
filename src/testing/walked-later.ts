/** Beside the test driver: a store in memory that can be walked only as one on disk can. */
import { StoreScan } from '../store/scan.js';
import type { StateStore } from '../store/state-store.js';

/** The same store; what `for … of` would walk over is refused as in production. */
export function walkedLater<S extends StateStore>(store: S): S {
  return new Proxy(store, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => {
        const result: unknown = Reflect.apply(member, target, args);
        return result instanceof StoreScan ? result.asOnDisk() : result;
      };
    },
  });
}
