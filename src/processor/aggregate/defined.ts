/** Catches the aggregator that forgot to return: undefined would otherwise delete the aggregate. */
import { MillraceError } from '../../errors/error.js';
import { ASK_BEFORE, promised } from '../../errors/promised.js';

/** @throws MillraceError PROCESSING_FAILED when the value is undefined */
export function defined(value: unknown, what: string, node: string): unknown {
  if (value instanceof Promise) throw promised(value, `the ${what}`, ASK_BEFORE);
  if (value !== undefined) return value;
  throw new MillraceError(
    'PROCESSING_FAILED',
    `the ${what} returned undefined; return the new aggregate, or null to delete it`,
    { node },
  );
}
