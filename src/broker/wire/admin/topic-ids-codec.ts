/** ApiVersions v0 and Metadata v10: the ids of topics, by which one that was deleted and created again is told from the one before. */
import type { WireRequest } from '../../transport.js';
import { ByteReader } from '../byte-reader.js';
import { ByteWriter } from '../byte-writer.js';
import { brokerErrorFor } from '../error-codes.js';

const METADATA = 3;
const VERSION = 10;
const ID_BYTES = 16;
const NO_ID = '00000000000000000000000000000000';

export function apiVersionsRequest(): WireRequest {
  return { apiKey: 18, apiVersion: 0, apiName: 'ApiVersions', body: Buffer.alloc(0) };
}

/** Whether the broker gives ids, as brokers since 2.8 do. @throws BrokerError */
export function readGivesTopicIds(body: Buffer): boolean {
  const reader = new ByteReader(body, 'ApiVersions response');
  const errorCode = reader.int16();
  if (errorCode !== 0) throw brokerErrorFor(errorCode, 'asking for the versions of a broker');
  const ranges = reader.array(() => ({ key: reader.int16(), lowest: reader.int16(), highest: reader.int16() }));
  return ranges.some(({ key, lowest, highest }) => key === METADATA && lowest <= VERSION && highest >= VERSION);
}

/** Asking never creates a topic. */
export function topicIdsRequest(topics: readonly string[]): WireRequest {
  const body = new ByteWriter()
    .compactArray(topics, (topic, writer) => writer.raw(Buffer.alloc(ID_BYTES)).compactNullableString(topic).noTags())
    .boolean(false)
    .boolean(false)
    .boolean(false)
    .noTags()
    .finish();
  return { apiKey: METADATA, apiVersion: VERSION, apiName: 'Metadata', body, flexible: true };
}

/** Ids in hexadecimal, by topic; those that do not exist or have none are left out. */
export function readTopicIds(body: Buffer): Map<string, string> {
  const reader = new ByteReader(body, 'metadata response');
  reader.int32(); // throttle time
  reader.compactArray(() => {
    reader.int32();
    reader.compactString();
    reader.int32();
    reader.compactNullableString();
    reader.skipTags();
  });
  reader.compactNullableString(); // cluster id
  reader.int32(); // controller
  const ids = new Map<string, string>();
  reader.compactArray(() => {
    const errorCode = reader.int16();
    const topic = reader.compactString();
    const id = reader.raw(ID_BYTES).toString('hex');
    reader.boolean(); // internal
    reader.compactArray(() => {
      reader.int16();
      reader.int32(); // partition
      reader.int32(); // leader
      reader.int32(); // leader epoch
      for (let list = 0; list < 3; list++) reader.compactArray(() => reader.int32()); // replicas, in-sync, offline
      reader.skipTags();
    });
    reader.int32(); // operations allowed
    reader.skipTags();
    if (errorCode === 0 && id !== NO_ID) ids.set(topic, id);
  });
  return ids;
}
