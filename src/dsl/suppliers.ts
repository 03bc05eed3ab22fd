/** Checks what a user passes as a processor, before a task asks for the first one. */
import { MillraceError } from '../errors/error.js';
import { ignoreRejection } from '../errors/promised.js';
import { reasonOf, shownValue } from '../errors/shown-value.js';
import type { Supplier } from '../processor/api/processor.js';
import type { StoreSpec } from '../store/spec.js';

/**
 * Brings a supplier into one form. It is called twice: a supplier that gives the same processor again is an error where it is
 * passed, and not only when a second task starts.
 * @throws MillraceError CONFIG_INVALID, TOPOLOGY_INVALID
 */
export function supplierOf<P>(call: string, given: (() => P) | Supplier<P>, method = 'process'): Supplier<P> {
  const get = typeof given === 'function' ? given : (given as Partial<Supplier<P>> | null)?.get?.bind(given);
  if (typeof get !== 'function' || isClass(given)) {
    const made = isClass(given) ? `new ${given.name}()` : 'the processor';
    const what = isClass(given) ? 'the class itself' : shownValue(given);
    const problem = `the supplier of ${call} must be a function that makes a processor, not ${what}: write () => ${made}`;
    throw new MillraceError('CONFIG_INVALID', problem, { option: 'supplier' });
  }
  const supplier: Supplier<P> = { get: get, stores: storesOf(call, given) };
  const [one, other] = [made(call, supplier, method), made(call, supplier, method)];
  const its = (one as Record<string, unknown> | null | undefined)?.[method];
  if (typeof its !== 'function') {
    ignoreRejection(one);
    ignoreRejection(other);
    throw new MillraceError(
      'TOPOLOGY_INVALID',
      `the supplier of ${call} must give an object with ${method}(), not ${shownValue(one)}: write ${example(method)}`,
    );
  }
  if (method === 'process' && its.length > 1) {
    const problem = `process() of the processor of ${call} gets the record alone; the context is given to init(), which can keep it`;
    throw new MillraceError('TOPOLOGY_INVALID', problem);
  }
  if (one === other) {
    throw new MillraceError(
      'TOPOLOGY_INVALID',
      `the supplier of ${call} gave the same processor twice; make a new one in each call, since each task needs its own`,
    );
  }
  return Object.freeze(supplier);
}

/** @throws MillraceError TOPOLOGY_INVALID when it fails: most of those take it for the processor */
function made<P>(call: string, supplier: Supplier<P>, method: string): P {
  try {
    return supplier.get();
  } catch (cause) {
    throw new MillraceError(
      'TOPOLOGY_INVALID',
      `the supplier of ${call} failed: ${reasonOf(cause)}. It is called without a record, to make a processor: write ${example(method)}`,
      { cause },
    );
  }
}

function example(method: string): string {
  return method === 'process' ? '() => ({ process(record) { … } })' : `() => ({ ${method}(value, key) { … } })`;
}

function isClass(given: unknown): given is { readonly name: string } {
  return typeof given === 'function' && /^class\b/.test(Function.prototype.toString.call(given));
}

function storesOf<P>(call: string, given: (() => P) | Supplier<P>): readonly StoreSpec[] {
  const stores: unknown = (given as Partial<Supplier<P>>).stores ?? [];
  if (!Array.isArray(stores) || !stores.every(isStore)) {
    throw new MillraceError('CONFIG_INVALID', `the stores of the supplier of ${call} must be a list of stores`, {
      option: 'stores',
    });
  }
  return Object.freeze([...(stores as StoreSpec[])]);
}

/** @throws MillraceError CONFIG_INVALID unless it is a store that `stores` has made */
export function checkedStore<S extends StoreSpec>(call: string, store: S): S {
  if (isStore(store)) return store;
  const problem = `${call} takes what stores.keyValue() and its like make, not ${shownValue(store)}`;
  throw new MillraceError('CONFIG_INVALID', problem, { option: 'store' });
}

function isStore(it: unknown): boolean {
  return typeof (it as Partial<StoreSpec> | null | undefined)?.name === 'string';
}
