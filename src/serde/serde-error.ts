/** What a serde throws; the runtime adds topic, partition, offset and node. */
import { MillraceError } from '../errors/error.js';

/** Bytes that are not what the serde expects. */
export function undecodable(message: string, cause?: unknown): MillraceError {
  return new MillraceError('DESERIALIZATION_FAILED', message, { cause });
}

/** A value that the serde cannot write. */
export function unencodable(message: string, cause?: unknown): MillraceError {
  return new MillraceError('SERIALIZATION_FAILED', message, { cause });
}
