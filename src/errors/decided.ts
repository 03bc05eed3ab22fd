/** Asks an error handler of the user's what to do, and takes nothing for an answer but an answer. */
import { MillraceError } from './error.js';
import { ignoreRejection } from './promised.js';
import { reasonOf, shownValue } from './shown-value.js';

type Decision = 'fail' | 'continue';

/**
 * @param option names the handler in errors
 * @throws MillraceError PROCESSING_FAILED when the handler throws, or gives neither `fail` nor `continue`
 */
export function decided<R>(
  handler: (error: MillraceError, record: R) => Decision,
  error: MillraceError,
  record: R,
  option: string,
): Decision {
  let decision: unknown;
  try {
    decision = handler(error, record);
  } catch (cause) {
    throw failed(`${option} failed: ${reasonOf(cause)}`, error, option, cause);
  }
  if (decision === 'fail' || decision === 'continue') return decision;
  ignoreRejection(decision);
  throw failed(`${option} must return fail or continue, not ${shownValue(decision)}`, error, option, error);
}

/** Where the record is that the handler was asked about is known to the error that it was asked about. */
function failed(problem: string, about: MillraceError, option: string, cause: unknown): MillraceError {
  const { topic, partition, offset, node, task } = about;
  const message = `${problem}; it was asked about: ${about.message}`;
  return new MillraceError('PROCESSING_FAILED', message, { topic, partition, offset, node, task, option, cause });
}
