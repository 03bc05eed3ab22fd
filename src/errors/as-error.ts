/** Whatever was thrown, as an error that can be handed on. */
import { MillraceError } from './error.js';
import { reasonOf } from './shown-value.js';

export function asError(error: unknown): Error {
  return error instanceof Error ? error : new MillraceError('PROCESSING_FAILED', reasonOf(error), { cause: error });
}
