/** Puts a processor wrapper around an operator. */
import type { AnyProcessorSupplier, Supplier } from '../processor/api/processor.js';
import type { ProcessorWrapper } from '../processor/api/processor-wrapper.js';
import type { StoreSpec } from '../store/spec.js';
import { MillraceError } from '../errors/error.js';
import type { Operator } from './operators.js';

/** The operator with the wrapper around it, and the stores that come with it. */
export interface WrappedOperator {
  readonly operator: Operator;
  readonly stores: readonly StoreSpec[];
}

export function wrapOperator(name: string, operator: Operator, wrapper: ProcessorWrapper): WrappedOperator {
  switch (operator.kind) {
    case 'process': {
      const supplier = wrapper.wrapProcessorSupplier?.(name, operator.supplier) ?? operator.supplier;
      return { operator: { kind: 'process', supplier }, stores: storesOf(supplier) };
    }
    case 'processValues': {
      const supplier = wrapper.wrapFixedKeyProcessorSupplier?.(name, operator.supplier) ?? operator.supplier;
      return { operator: { kind: 'processValues', supplier }, stores: storesOf(supplier) };
    }
    default: {
      const wrap = wrapper.wrapProcessorSupplier?.bind(wrapper);
      if (wrap === undefined) return { operator, stores: [] };
      const outer = (inner: AnyProcessorSupplier): AnyProcessorSupplier => wrap(name, inner);
      return { operator: { kind: 'wrapped', operator, wrap: outer }, stores: storesOf(outer(NOT_RUNNING)) };
    }
  }
}

/** What is asked for its stores only. */
const NOT_RUNNING: AnyProcessorSupplier = Object.freeze({
  get: () => {
    throw new MillraceError(
      'STATE_INVALID',
      'a processor wrapper can call get() of what it wraps only in its own get()',
    );
  },
});

function storesOf(supplier: Supplier<unknown>): readonly StoreSpec[] {
  return supplier.stores ?? [];
}
