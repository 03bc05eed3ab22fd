/** What LevelDB's errors mean to us. */
import { MillraceError } from '../../errors/error.js';

interface Coded {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
}

/** The innermost error with a code that says something. */
function rootOf(error: unknown): Coded {
  const coded = error as Coded;
  return coded.code === 'LEVEL_DATABASE_NOT_OPEN' && typeof coded.cause === 'object' && coded.cause !== null
    ? coded.cause
    : coded;
}

export function isLocked(error: unknown): boolean {
  return rootOf(error).code === 'LEVEL_LOCKED';
}

/** The bytes are at fault, not the disk: what was written cannot be read, or parts of it are missing. */
export function isCorrupt(error: unknown): boolean {
  const { code, message } = rootOf(error);
  if (code === 'LEVEL_CORRUPTION' || code === 'LEVEL_INVALID_ARGUMENT') return true;
  return code === 'LEVEL_IO_ERROR' && /no such file|does not exist|missing files/i.test(String(message));
}

/** @param what begins the message: what was attempted, and where */
export function stateError(what: string, error: unknown): MillraceError {
  if (MillraceError.is(error)) return error;
  const reason = String(rootOf(error).message ?? error);
  return isCorrupt(error)
    ? new MillraceError('STORE_CORRUPT', `${what}: ${reason}. It will be set aside and rebuilt at the next start`, {
        cause: error,
      })
    : new MillraceError('STORE_FAILED', `${what}: ${reason}. Check free space and permissions`, { cause: error });
}
