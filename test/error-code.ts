import { MillraceError } from '../src/errors/error.js';

/** The code of the error that a call ends with. */
export function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (MillraceError.is(error)) return error.code;
    throw error;
  }
  return 'nothing was thrown';
}
