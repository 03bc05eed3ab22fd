/** ApiVersions v3: what the cluster as a whole has agreed to speak, from which the protocol of transactions follows. */
import type { WireRequest } from '../../transport.js';
import { ByteReader } from '../byte-reader.js';
import { ByteWriter } from '../byte-writer.js';
import { brokerErrorFor } from '../error-codes.js';

/** For the broker's metrics; it wants a word. */
const SOFTWARE_VERSION = '0';
/** Tag of the response. */
const FINALIZED_FEATURES = 2;

/** Its response has header version 0 although the request is flexible: so the header's tag byte is written here. */
export function featuresRequest(): WireRequest {
  const body = new ByteWriter().noTags().compactString('millrace').compactString(SOFTWARE_VERSION).noTags().finish();
  return { apiKey: 18, apiVersion: 3, apiName: 'ApiVersions', body };
}

/**
 * Levels of the finalized features by name; without those of brokers that tell of none.
 * @throws BrokerError for every code but 0
 */
export function readFeatures(body: Buffer): ReadonlyMap<string, number> {
  const reader = new ByteReader(body, 'ApiVersions response');
  const errorCode = reader.int16();
  if (errorCode !== 0) throw brokerErrorFor(errorCode, 'asking for the features of the cluster');
  reader.compactArray(() => {
    for (let field = 0; field < 3; field++) reader.int16();
    reader.skipTags();
  });
  reader.int32(); // throttle time
  const levels = new Map<string, number>();
  for (let tags = reader.uvarint(); tags > 0; tags--) {
    const tag = reader.uvarint();
    const value = reader.raw(reader.uvarint());
    if (tag !== FINALIZED_FEATURES) continue;
    const features = new ByteReader(value, 'finalized features');
    features.compactArray(() => {
      const name = features.compactString();
      levels.set(name, features.int16());
      features.int16(); // lowest level
      features.skipTags();
    });
  }
  return levels;
}
