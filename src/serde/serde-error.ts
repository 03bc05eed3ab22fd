/** What a serde throws; the runtime adds topic, partition, offset and node. */
import { MillraceError } from '../errors/error.js';
import { shownValue } from '../errors/shown-value.js';

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
      return `string ${short(JSON.stringify(value))}`;
    default:
      return `${typeof value} ${short(String(value))}`;
  }
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
