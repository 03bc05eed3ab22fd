/** ApiVersions v0: which requests a broker answers, and in which versions. */
import { ByteReader } from '../byte-reader.js';
import { brokerErrorFor } from '../error-codes.js';

/** The highest version of each request that a broker answers, by its number. */
export type ApiVersions = ReadonlyMap<number, number>;

/** @throws BrokerError for every code but 0 */
export function readApiVersions(body: Buffer): ApiVersions {
  const reader = new ByteReader(body, 'ApiVersions response');
  const errorCode = reader.int16();
  if (errorCode !== 0) throw brokerErrorFor(errorCode, 'asking for the versions of a broker');
  const ranges = reader.array(() => {
    const key = reader.int16();
    reader.int16(); // lowest version
    return [key, reader.int16()] as const;
  });
  return new Map(ranges);
}
