/** What a serde throws; the runtime adds topic, partition, offset and node. */
import { MillraceError } from '../errors/error.js';
import { cutShort, shownValue } from '../errors/shown-value.js';

/** Bytes that are not what the serde expects. */
export function undecodable(message: string, cause?: unknown): MillraceError {
  return new MillraceError('DESERIALIZATION_FAILED', message, { cause });
}

/** A value that the serde cannot write. */
export function unencodable(message: string, cause?: unknown): MillraceError {
  return new MillraceError('SERIALIZATION_FAILED', message, { cause });
}

/** A value as an error message shows it: short, and whatever it is. */
export function shownWithType(value: unknown): string {
  switch (typeof value) {
    // Objects may have no text, or one of their own that fails.
    case 'object':
    case 'undefined':
      return shownValue(value);
    case 'string':
      return `string ${cutShort(JSON.stringify(value))}`;
    default:
      return `${typeof value} ${cutShort(String(value))}`;
  }
}
