/** A store that can be read but not written, as others than its owner see it. */
import { MillraceError } from '../errors/error.js';
import type { StateStore } from './state-store.js';

const WRITING = new Set(['put', 'putIfAbsent', 'putAll', 'delete', 'remove', 'setFlushListener']);

/** The same store with its writing methods refused. @throws MillraceError STORE_UNAVAILABLE from those */
export function readOnly<S extends StateStore>(store: S): S {
  const refuse = (): never => {
    throw new MillraceError(
      'STORE_UNAVAILABLE',
      `store ${store.name} is a global store: only its own processor can write to it`,
      { store: store.name },
    );
  };
  const view: Record<string, unknown> = {};
  const { name, kind, format, persistent } = store;
  Object.assign(view, { name, kind, format, persistent });
  for (let level: object = store; level !== Object.prototype; level = Object.getPrototypeOf(level) as object) {
    for (const [property, described] of Object.entries(Object.getOwnPropertyDescriptors(level))) {
      if (property in view || property === 'constructor') continue;
      const value: unknown = described.value;
      if (WRITING.has(property)) view[property] = refuse;
      else if (typeof value === 'function') view[property] = (value as (...args: unknown[]) => unknown).bind(store);
      else if (described.get !== undefined) {
        Object.defineProperty(view, property, { get: described.get.bind(store), enumerable: true });
      }
    }
  }
  return view as unknown as S;
}
