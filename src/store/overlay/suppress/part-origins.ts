/** Where the prior and the old value of a held change came from, in buffers that keep headers: in the headers of changelog records. */
import { NO_HEADERS, type Header, type Headers } from '../../../record/headers.js';
import { VERSION_3 } from '../bytes/held-change-bytes.js';
import { headersBytes, headersEnd, readHeaders } from '../bytes/headers-bytes.js';
import { readInt64, writeInt64 } from '../bytes/int64.js';

/** Names of the headers of a changelog record. Kafka Streams: `PRIOR_VALUE_HEADERS_KEY`, `OLD_VALUE_HEADERS_KEY`. */
const PRIOR = 'vh.prior';
const OLD = 'vh.old';

/** The headers and the time, ms, that a value came with. */
export interface Origin {
  readonly headers: Headers;
  readonly timestamp: number;
}

/** Of both values that a change replaces. */
export interface Origins {
  readonly prior: Origin;
  readonly old: Origin;
}

/** Of a value that was there before anything was held back. */
export const UNKNOWN_ORIGIN: Origin = Object.freeze({ headers: NO_HEADERS, timestamp: -1 });

/** `headers, time (8)`: what stands in front of a value where Kafka Streams keeps it with its headers. */
export function originBytes({ headers, timestamp }: Origin): Buffer {
  const prefix = headersBytes(headers);
  const bytes = Buffer.allocUnsafe(prefix.length + 8);
  prefix.copy(bytes, 0);
  writeInt64(bytes, timestamp, prefix.length);
  return bytes;
}

function readOrigin(bytes: Buffer, start: number): Origin {
  return { headers: readHeaders(bytes, start), timestamp: readInt64(bytes, headersEnd(bytes, start)) };
}

/** The headers of a changelog record of such values. What is said of the prior value is left out where it holds of the old one too. */
export function changelogHeaders({ prior, old }: Origins, priorValue: Buffer | null, oldValue: Buffer | null): Headers {
  const headers = [...VERSION_3];
  const [priorBytes, oldBytes] = [originBytes(prior), originBytes(old)];
  const same = priorValue !== null && oldValue?.equals(priorValue) === true && oldBytes.equals(priorBytes);
  if (priorValue !== null && !same) headers.push([PRIOR, priorBytes]);
  if (oldValue !== null) headers.push([OLD, oldBytes]);
  return headers;
}

/**
 * What a changelog record says of two values. Records without such headers were written by a buffer that kept none: the values are
 * as old as the change then.
 */
export function originsOf(
  headers: Headers,
  values: { readonly prior: Buffer | null; readonly oldValue: Buffer | null },
  timestamp: number,
): Origins {
  const unsaid: Origin = { headers: NO_HEADERS, timestamp };
  const old = last(headers, OLD);
  const prior = last(headers, PRIOR);
  const oldOrigin = old === null ? unsaid : readOrigin(old, 0);
  if (prior !== null) return { prior: readOrigin(prior, 0), old: oldOrigin };
  const same = values.prior !== null && values.oldValue?.equals(values.prior) === true;
  return { prior: same ? oldOrigin : unsaid, old: oldOrigin };
}

/** A change on disk: both origins in front of its bytes. */
export function withOrigins({ prior, old }: Origins, change: Buffer): Buffer {
  return Buffer.concat([originBytes(prior), originBytes(old), change]);
}

/** Where the bytes of a change begin on disk, and what stands in front of them. */
export function readOrigins(bytes: Buffer): { readonly origins: Origins; readonly change: Buffer } {
  const second = headersEnd(bytes, 0) + 8;
  const origins = { prior: readOrigin(bytes, 0), old: readOrigin(bytes, second) };
  return { origins, change: bytes.subarray(headersEnd(bytes, second) + 8) };
}

function last(headers: Headers, name: string): Buffer | null {
  for (let at = headers.length - 1; at >= 0; at -= 1) {
    const [key, value] = headers[at] as Header;
    if (key === name) return value;
  }
  return null;
}
