/** How a user's processor begins: one for each task, told of its context once. */
import { MillraceError } from '../../errors/error.js';
import { ignoreRejection } from '../../errors/promised.js';
import { reasonOf } from '../../errors/shown-value.js';
import type { Supplier } from '../api/processor.js';

/** Every processor that a task was given: one that serves two tasks would mix up their records. */
const given = new WeakSet();

/** @throws MillraceError TOPOLOGY_INVALID when there is none, or it was given before */
export function makeOne<P extends object>(node: string, supplier: Supplier<P>, method = 'process'): P {
  let processor: unknown;
  try {
    processor = supplier.get();
  } catch (cause) {
    throw new MillraceError('PROCESSING_FAILED', `the supplier of a processor failed: ${reasonOf(cause)}`, {
      node,
      cause,
    });
  }
  ignoreRejection(processor);
  if (typeof (processor as Record<string, unknown> | null | undefined)?.[method] !== 'function') {
    throw new MillraceError('TOPOLOGY_INVALID', `the supplier of ${node} must give an object with ${method}()`, {
      node,
    });
  }
  if (given.has(processor as object)) {
    throw new MillraceError(
      'TOPOLOGY_INVALID',
      `the supplier of ${node} gave the same processor again; make a new one in each call`,
      { node },
    );
  }
  given.add(processor as object);
  return processor as P;
}

interface Initializable<C> {
  init?(context: C): unknown;
}

/** @throws MillraceError PROCESSING_FAILED with the error of `init` */
export function initUserProcessor<C>(node: string, processor: Initializable<C>, context: C): void {
  let result: unknown;
  try {
    result = processor.init?.(context);
  } catch (cause) {
    throw new MillraceError('PROCESSING_FAILED', `init() of the processor failed: ${reasonOf(cause)}`, { node, cause });
  }
  ignoreRejection(result);
  if (typeof (result as { then?: unknown } | null | undefined)?.then === 'function') {
    throw new MillraceError(
      'TOPOLOGY_INVALID',
      'init() of a processor cannot be waited for: prepare what needs time before the application starts',
      { node },
    );
  }
}
